"""What a refusal of the YAML parser means for somebody who writes specs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

Place = tuple[int, int]
"""Line and column, both from 1."""

UNQUOTED = "an expression with brackets or commas is cut off here"
QUOTE = 'put quotes round the whole value, `repeat: "depths[0]"`; a list is `[1, 2]`'
_NO_SPACE = re.compile(r"\s*(?:- )?[\w.\"']+(:)[^\s:]")

_HELP = {
    "expected ',' or": "put the comma or the bracket; quote an expression that has one",
    "cannot start any token": "put the text in quotes",
    "alphabetic or numeric character": "put a text that begins with `*` or `&` in quotes",
    "end of stream": "close the quotes",
    "escape": "write `\\\\` for a backslash, or use single quotes",
    "document start": "keep one spec in a file, and no text after its end",
    "mapping values are not allowed": "check the indentation, and quote a text that holds a colon",
    "did not find expected": "check the indentation of this line and of the one before",
    "could not find expected": "write `name: value`, and check the indentation",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the parser said: the problem and where it was seen, its context and where that began."""

    problem: str
    seen: Place
    context: str
    began: Place


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error: its code, message and cure, where it stands, and another line to look at."""

    code: str
    message: str
    help: str
    place: Place
    other: str = ""
    other_line: int = 0


def explain(refusal: Refusal, lines: Sequence[str]) -> Mistake:
    """The error for what the parser says about a text of these lines."""
    problem, (number, column) = refusal.problem, refusal.seen
    line = _line(lines, number)
    before, rest = line[: column - 1].rstrip(), line[column - 1 :]
    if "\t" in line[: _indent(line)] or rest[:1] == "\t":
        message = "the line is indented with a tab"
        return Mistake("yaml-tab", message, "indent it with spaces", refusal.seen)
    if "directive" in refusal.context + problem or "incompatible YAML document" in problem:
        message = "a `%` directive is not part of the language"
        return Mistake("yaml-feature", message, "delete the line", refusal.seen)
    if _is_cut_off(problem, before, rest):
        return Mistake("unquoted-expression", UNQUOTED, QUOTE, refusal.seen)
    for look in (_unclosed, _no_space, _other_indent):
        found = look(refusal, lines)
        if found:
            return found
    help = next((help for words, help in _HELP.items() if words in problem), "mend the line")
    return Mistake("yaml-syntax", _message(refusal), help, refusal.seen)


def _message(refusal: Refusal) -> str:
    return f"YAML: {refusal.problem}" + (f" ({refusal.context})" if refusal.context else "")


def _is_cut_off(problem: str, before: str, rest: str) -> bool:
    """Does an expression go on where YAML saw its end: `depths[0]` in braces, `[1, 2][i]`?"""
    if rest[:1] in ("(", "[") and (before[-1:].isalnum() or before[-1:] in ("_", ")", "]")):
        return True
    stopped = "did not find expected" in problem
    return stopped and before[-1:] in ("]", ")", '"', "'") and rest[:1] not in ("", "]", "}", "#")


def _unclosed(refusal: Refusal, lines: Sequence[str]) -> Mistake | None:
    """A bracket whose end is missed on a later line."""
    line, column = refusal.began
    words = ("expected ',' or", "expected node content")
    if not any(word in refusal.problem for word in words) or line >= refusal.seen[0]:
        return None
    bracket = _line(lines, line)[column - 1 : column]
    message = f"`{bracket}` is not closed, or a comma is missing after it"
    help = f"close it with `{'}' if bracket == '{' else ']'}`"
    return Mistake(
        "yaml-syntax", message, help, refusal.began, "this was noticed at", refusal.seen[0]
    )


def _no_space(refusal: Refusal, lines: Sequence[str]) -> Mistake | None:
    """`name:value`, which is a text to YAML, on the line of the fault or on the one before."""
    numbers: tuple[int, ...] = ()
    if "could not find expected ':'" in refusal.problem:
        numbers = (refusal.began[0],)
    elif "mapping values are not allowed" in refusal.problem:
        numbers = (refusal.seen[0], _previous(lines, refusal.seen[0]))
    for number in numbers:
        found = _NO_SPACE.match(_line(lines, number))
        if found:
            message = "no space stands after the colon, so this is a text and no key"
            place = (number, found.start(1) + 1)
            return Mistake("yaml-syntax", message, "write a space after the colon", place)
    return None


def _other_indent(refusal: Refusal, lines: Sequence[str]) -> Mistake | None:
    """A line that is indented otherwise than the one before."""
    number = refusal.seen[0]
    above = _previous(lines, number)
    mine, its = _indent(_line(lines, number)), _indent(_line(lines, above))
    if not any(words in refusal.problem for words in _OF_INDENTATION) or not above or mine == its:
        return None
    help = next(help for words, help in _HELP.items() if words in refusal.problem)
    other = f"this line is indented by {mine}, the one before by {its}:"
    return Mistake("yaml-syntax", _message(refusal), help, refusal.seen, other, above)


_OF_INDENTATION = (
    "did not find expected key",
    "did not find expected '-'",
    "mapping values are not allowed",
    "could not find expected ':'",
)


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _previous(lines: Sequence[str], number: int) -> int:
    """The last line before `number` that says something; 0 where there is none."""
    number -= 1
    while number > 0 and _line(lines, number).strip()[:1] in ("", "#"):
        number -= 1
    return number


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def balanced(text: str) -> bool:
    """Does every bracket in it close, and close one that was opened?"""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return depth == 0
