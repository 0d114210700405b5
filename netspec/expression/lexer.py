"""Text to tokens, each with its offsets."""

import math
import re
import unicodedata
from typing import Literal, NamedTuple

from netspec.expression.bounds import MAX_INTEGER
from netspec.expression.errors import ExpressionError, clip

MAX_TEXT = 256

EVERYTHING = (
    "write it with numbers, true and false, lists, names, + - * / // % **, comparisons, and, or, "
    "not, `a if c else b`, indexing, slices, input attributes, and the functions abs ceil floor "
    "len make_divisible max min round sum; nothing else parses"
)

_SPACE = re.compile(" *")
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_NUMBER_RUN = re.compile(
    r"(?:[0-9][0-9A-Za-z_.]*|\.[0-9][0-9A-Za-z_.]*)(?:(?<=[0-9.][eE])[+-][0-9]+)?"
)
_INTEGER = re.compile("0|[1-9][0-9]*")
_FLOAT = re.compile(r"(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ZEROS = re.compile(r"0+([0-9].*)", re.DOTALL)
_OPERATOR = re.compile(r"\*\*|//|<=|>=|==|!=|<(?!<)|>(?!>)|:(?!=)|[-+*/%()\[\],.]")

_NOT_OPERATORS = {
    "<<": "multiply by a power, `k * 2**n`",
    ">>": "divide by a power, `k // 2**n`",
    "&&": "write `and`",
    "||": "write `or`",
    ":=": "give the value a name under `params`",
    "=": "compare with `==`; the arguments of functions are given by position",
    "!": "write `not`, or `!=`",
    "^": "write `**` for a power",
    "?": "write `a if c else b`",
    "$": "write a name bare: `k`",
    "{": "write a name bare, `k`, and a list as `[a, b]`",
    "}": "write a name bare, `k`, and a list as `[a, b]`",
}
_NOT_OPERATOR = re.compile("|".join(map(re.escape, _NOT_OPERATORS)))

# Characters that look like ASCII and are not folded to it by NFKC.
_LOOK_ALIKES = {
    "²": "**2",
    "³": "**3",
    **dict(zip("аеорсхуіѕјкАВЕКМНОРСТХІЅЈ", "aeopcxyisjkABEKMHOPCTXISJ", strict=True)),
    **dict(zip("οανικρυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oavikpuxABEZHIKMNOPTYX", strict=True)),
    **dict(
        zip(
            "ı‐‑‒–—−×·∗÷∕≤≥≠“”„‘’‚",
            ("i", *"------***//", "<=", ">=", "!=", *"\"\"\"'''"),
            strict=True,
        )
    ),
}


class Token(NamedTuple):
    """A piece of an expression's text; `value` is what a number or a quoted text stands for."""

    kind: Literal["number", "text", "name", "operator", "end"]
    text: str
    start: int
    end: int
    value: int | float | str = ""


def tokenize(text: str) -> list[Token]:
    """
    tokens: (NUMBER | TEXT | NAME | OPERATOR)* END, with spaces between

    Raises ExpressionError: `expression-limit` for a text that is too long, `expression-syntax`
    for a character that no token has.
    """
    if len(text) > MAX_TEXT:
        raise ExpressionError(
            "expression-limit",
            f"the expression has {len(text)} characters, more than {MAX_TEXT}",
            "give a part of it a name under `params`",
            MAX_TEXT,
            len(text),
        )
    tokens: list[Token] = []
    position = _skip_spaces(text, 0)
    while position < len(text):
        token = _token(text, position)
        tokens.append(token)
        position = _skip_spaces(text, token.end)
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _skip_spaces(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _token(text: str, start: int) -> Token:
    if text[start] in "'\"":
        return _quoted(text, start)
    if match := _NUMBER_RUN.match(text, start):
        return _number(match.group(), start)
    if match := _NAME.match(text, start):
        if text[match.end() : match.end() + 1] in ("'", '"'):
            raise ExpressionError(
                "expression-syntax",
                f"`{match.group()}{text[match.end()]}`: text takes no prefix, and there are no "
                "f-strings",
                EVERYTHING,
                start,
                match.end() + 1,
            )
        return Token("name", match.group(), start, match.end())
    if match := _OPERATOR.match(text, start):
        return Token("operator", match.group(), start, match.end())
    if match := _NOT_OPERATOR.match(text, start):
        message = f"`{match.group()}` is not in the expression language"
        help = _NOT_OPERATORS[match.group()]
        raise ExpressionError("expression-syntax", message, help, start, match.end())
    raise _no_character(text, start)


def _quoted(text: str, start: int) -> Token:
    """TEXT: "'" printable* "'" | '"' printable* '"', without escapes"""
    end = text.find(text[start], start + 1)
    if end == -1:
        raise ExpressionError(
            "expression-syntax",
            f"the quote {text[start]} is never closed",
            "close the text with the quote that opened it",
            start,
            len(text),
        )
    for offset in range(start + 1, end):
        if not text[offset].isprintable():
            raise _no_character(text, offset)
        if text[offset] == "\\":
            raise ExpressionError(
                "expression-syntax",
                "a backslash in quoted text, which has no escapes",
                "write the character itself",
                offset,
                offset + 1,
            )
    return Token("text", text[start : end + 1], start, end + 1, text[start + 1 : end])


def _number(run: str, start: int) -> Token:
    """
    NUMBER: "0" | [1-9] [0-9]*                                            below 2**31
          | INTEGER [eE] [+-]? [0-9]+
          | (INTEGER "." [0-9]* | "." [0-9]+) ([eE] [+-]? [0-9]+)?        finite
    """
    end = start + len(run)
    if _INTEGER.fullmatch(run):
        value = int(run)
        if value > MAX_INTEGER:
            raise ExpressionError(
                "expression-limit",
                f"the integer {clip(run)} is not below 2**31",
                "write a smaller number, or a float such as `1e10`",
                start,
                end,
            )
        return Token("number", run, start, end, value)
    if not _FLOAT.fullmatch(run):
        raise _no_number(run, start)
    real = float(run)
    if math.isinf(real) or (real == 0 and re.search("[1-9]", re.split("[eE]", run)[0])):
        raise ExpressionError(
            "expression-value",
            f"the number {clip(run)} is out of the range of a double",
            "write a number between 1e-307 and 1e308",
            start,
            end,
        )
    return Token("number", run, start, end, real)


def _no_number(run: str, start: int) -> ExpressionError:
    return ExpressionError(
        "expression-syntax",
        f"`{clip(run)}` is not a number",
        _write_number(run),
        start,
        start + len(run),
    )


def _write_number(run: str) -> str:
    if re.fullmatch("0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+", run):
        value = int(run, 0)
        return f"write `{value}`" if value <= MAX_INTEGER else "write it in decimal"
    if (match := _ZEROS.fullmatch(run)) and _FLOAT.fullmatch(match.group(1)):
        return f"write `{match.group(1)}`, without a leading zero"
    bare = run.replace("_", "")
    if _FLOAT.fullmatch(bare):
        return f"write `{bare}`, without underscores"
    if match := re.fullmatch(r"(0|[1-9][0-9]*)(?![eE]\b)([A-Za-z][A-Za-z0-9_]*)", run):
        return f"write `{match.group(1)} * {match.group(2)}` for a product"
    return "write a number like `3`, `0.5` or `1e-5`"


def _no_character(text: str, offset: int) -> ExpressionError:
    character = text[offset]
    if " " < character < "\x7f":
        message, help = f"`{character}` is not in the expression language", EVERYTHING
    else:
        message, help = _foreign(character)
    return ExpressionError("expression-syntax", message, help, offset, offset + 1)


def _foreign(character: str) -> tuple[str, str]:
    """Message and help for a character that is not printable ASCII."""
    code = f"U+{ord(character):04X}"
    if character in "\r\n\t":
        return f"a line break or tab ({code})", "write the expression on one line, with spaces"
    shown = f"`{character}` ({code})" if character.isprintable() else f"the character {code}"
    name = unicodedata.name(character, "")
    message = f"{shown}{', ' + name.lower() + ',' if name else ''} is not ASCII"
    if ord(character) < 0x80:
        message = f"{shown} is a control character"
    plain = _LOOK_ALIKES.get(character) or unicodedata.normalize("NFKD", character)[:1]
    if plain == " ":
        return message, "write an ordinary space"
    if plain.isascii() and plain.isprintable():
        return f"{message}: it looks like `{plain}`", f"write `{plain}`"
    return message, "remove it; only quoted text may hold other characters than ASCII"
