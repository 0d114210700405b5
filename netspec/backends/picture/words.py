"""Shapes and values in as few characters as they need: a picture has no room for more."""

from collections.abc import Mapping, Sequence

from netspec.analysis.words import shape_words
from netspec.expression import Value, describe
from netspec.ops.base import Op
from netspec.shape import Shape

_LONGEST_VALUE = 18
_LONGEST_NOTE = 48

_BRACKETS = {"ceil(": ("⌈", "⌉"), "floor(": ("⌊", "⌋")}


def shape_text(shape: Shape) -> str:
    """`N×64×⌈H/2⌉×⌊(W+1)/2⌋`"""
    text = shape_words(shape).replace(" + ", "+").replace(" - ", "−")
    for function, (left, right) in _BRACKETS.items():
        while function in text:
            start = text.index(function)
            first = start + len(function)
            end = _closing(text, first)
            text = f"{text[:start]}{left}{text[first:end]}{right}{text[end + 1 :]}"
    return text


def value_words(values: Mapping[str, Value]) -> dict[str, str]:
    """Values of parameters; those that are nodes are left out."""
    words = ((name, describe(value)) for name, value in values.items())
    return {name: text for name, text in words if text != "a node"}


def argument_words(op: Op) -> dict[str, str]:
    """Arguments of an op; those that are left to torch are left out."""
    return {name: _words(value) for name, value in op if value is not None}


def short(text: str) -> str:
    """A value, or as much of its beginning as a box has room for."""
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1].rstrip()}…"


def fitting(notes: Sequence[str]) -> str:
    """The notes in a line, or the first of them and the number of the others."""
    for count in range(len(notes), 0, -1):
        rest = len(notes) - count
        text = " · ".join((*notes[:count], *([f"+{rest}"] if rest else [])))
        if len(text) <= _LONGEST_NOTE or count == 1:
            return text
    return ""


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ", ".join(map(_words, value))
    return str(value)


def _closing(text: str, first: int) -> int:
    """Where the bracket closes that was opened before `first`."""
    depth = 1
    for index in range(first, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return index
    return len(text)
