"""What a refusal of the YAML parser means for somebody who writes specs."""

from dataclasses import dataclass

UNQUOTED = "an expression with brackets or commas is cut off here"
QUOTE = 'put quotes round it: `repeat: "depths[0]"`'

_HELP = {
    "mapping values are not allowed": "check the indentation, and quote a text that holds a colon",
    "could not find expected ':'": "check the indentation of this line and of the one before",
    "did not find expected key": "check the indentation of this line and of the one before",
    "expected ',' or": "close the bracket, or put the comma; quote an expression that has one",
    "cannot start any token": "put the text in quotes",
    "alphabetic or numeric character": "put a text that begins with `*` or `&` in quotes",
    "end of stream": "close the quotes",
    "escape": "write `\\\\` for a backslash, or use single quotes",
    "document start": "keep one spec in a file, and no text after its end",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error: its code, message and cure."""

    code: str
    message: str
    help: str


def explain(problem: str, context: str, line: str, column: int) -> Mistake:
    """The error for what the parser says at `column` (from 1) of `line`."""
    before, rest = line[: column - 1].rstrip(), line[column - 1 :]
    if "\t" in line[: len(line) - len(line.lstrip())] or rest[:1] == "\t":
        return Mistake("yaml-tab", "the line is indented with a tab", "indent it with spaces")
    if "directive" in context + problem or "incompatible YAML document" in problem:
        return Mistake(
            "yaml-feature", "a `%` directive is not part of the language", "delete the line"
        )
    if _is_cut_off(problem, before, rest):
        return Mistake("unquoted-expression", UNQUOTED, QUOTE)
    help = next((help for words, help in _HELP.items() if words in problem), "mend the line")
    message = f"YAML: {problem} ({context})" if context else f"YAML: {problem}"
    return Mistake("yaml-syntax", message, help)


def _is_cut_off(problem: str, before: str, rest: str) -> bool:
    """Does an expression go on where YAML saw its end: `depths[0]` in braces, `[1, 2][i]`?"""
    if rest[:1] in ("(", "[") and (before[-1:].isalnum() or before[-1:] in ("_", ")", "]")):
        return True
    stopped = "did not find expected" in problem
    return stopped and before[-1:] in ("]", ")", '"', "'") and rest[:1] not in ("", "]", "}", "#")


def balanced(text: str) -> bool:
    """Does every bracket in it close, and close one that was opened?"""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return depth == 0
