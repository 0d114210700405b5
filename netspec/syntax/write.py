"""The one writer of YAML: a tree to text that reads as if written by hand.

What is written reads back as the same tree: a text stays a text, a number keeps its spelling.
"""

import re
from collections.abc import Iterator
from textwrap import wrap

from netspec.syntax.mistakes import balanced
from netspec.syntax.scalar import is_number_or_boolean
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, is_null

WIDTH = 100
_SECTIONS = ("blocks", "nodes", "outputs", "init")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_SPECIAL_START = re.compile(r"[?:,\[\]{}#&*!|>'\"%@`]|-(?![A-Za-z0-9.(])|---|\.\.\.|<<$")
_SPECIAL = re.compile(r": | #|:$")
_SPECIAL_IN_FLOW = re.compile(r"[,\[\]{}:]")


def write(tree: Mapping) -> str:
    """The YAML of a spec, its sections set off by blank lines."""
    lines: list[str] = []
    for key in tree:
        if key in _SECTIONS and lines:
            lines.append("")
        lines.extend(_entry(tree, key, 0))
    return "\n".join(lines or ["{}"]) + "\n"


def _entry(tree: Mapping, key: str, indent: int) -> Iterator[str]:
    """One key with its value: on one line where that fits, else the value below."""
    name = " " * indent + _scalar(tree.entries[key][0], flow=False) + ":"
    value = tree.entries[key][1]
    if isinstance(value, Scalar):
        yield from _long_scalar(name, value, indent)
        return
    line = f"{name} {flow(value)}"
    if not len(_children(value)) or (len(line) <= WIDTH and not _wants_lines(key, value)):
        yield line
        return
    yield name
    yield from _block(value, indent + 2)


def _block(tree: Mapping | Sequence, indent: int) -> Iterator[str]:
    """A collection with a line for each entry."""
    if isinstance(tree, Mapping):
        for key in tree:
            yield from _entry(tree, key, indent)
        return
    dash = " " * indent + "- "
    for item in tree.items:
        line = dash + flow(item)
        short = len(line) <= WIDTH and not _wants_lines("", item)
        if isinstance(item, Scalar) or short or not len(_children(item)):
            yield line
            continue
        first, *others = _block(item, indent + 2)
        yield dash + first[indent + 2 :]
        yield from others


def _children(tree: Mapping | Sequence) -> tuple[Tree, ...]:
    return tree.items if isinstance(tree, Sequence) else tuple(value for _, value in tree.items())


def _wants_lines(key: str, tree: Tree) -> bool:
    """Does it hold nodes, each of which has a line of its own?"""
    if isinstance(tree, Mapping):
        if key in ("nodes", "blocks"):
            return True
        return any(_wants_lines(inner, value) for inner, value in tree.items())
    if isinstance(tree, Sequence):
        return any(isinstance(item, Mapping) or _wants_lines("", item) for item in tree.items)
    return False


def flow(tree: Tree) -> str:
    """A tree on one line."""
    if isinstance(tree, Scalar):
        return _scalar(tree, flow=True)
    if isinstance(tree, Sequence):
        return f"[{', '.join(map(flow, tree.items))}]"
    return "{" + ", ".join(_flow_entry(key, value) for key, value in tree.entries.values()) + "}"


def _flow_entry(key: Scalar, value: Tree) -> str:
    name = _scalar(key, flow=True)
    return name if is_null(value) else f"{name}: {flow(value)}"


def _long_scalar(name: str, value: Scalar, indent: int) -> Iterator[str]:
    """A scalar behind its key; a long text or one of several lines in a block of its own."""
    line = f"{name} {_scalar(value, flow=False)}" if not is_null(value) else name
    text = value.value
    if not isinstance(text, str) or (len(line) <= WIDTH and "\n" not in text):
        yield line
        return
    margin = " " * (indent + 2)
    body = text.removesuffix("\n")
    lines = body.split("\n") if "\n" in text else _wrapped(text, WIDTH - len(margin))
    plain = all(part.isprintable() and part == part.rstrip() for part in lines)
    if not plain or not body or body[0] in " \n" or body[-1] == "\n":
        yield line
    elif "\n" in text:
        yield f"{name} |" if text.endswith("\n") else f"{name} |-"
        yield from (margin + part if part else "" for part in lines)
    elif " ".join(lines) == text:
        yield f"{name} >-"
        yield from (margin + part for part in lines)
    else:
        yield line


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _scalar(tree: Scalar, *, flow: bool) -> str:
    if tree.value is None:
        return "~"
    if not isinstance(tree.value, str):
        return tree.text
    text = tree.value
    if _is_plain(text, flow):
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _is_plain(text: str, flow: bool) -> bool:
    """Does it stay this text without quotes?"""
    if not text.isprintable() or text != text.strip() or is_number_or_boolean(text):
        return False
    if _SPECIAL_START.match(text) or _SPECIAL.search(text):
        return False
    return not flow or (balanced(text) and not _SPECIAL_IN_FLOW.search(text))
