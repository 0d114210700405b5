"""Lines of code within 88 columns, broken where ruff and black would break them."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeAlias

WIDTH = 88
_STEP = "    "


@dataclass(frozen=True, slots=True)
class Brackets:
    """`open` item, item, … `close`, and what follows."""

    open: str
    items: "tuple[Code, ...]"
    close: str = ")"
    after: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """`open` made `loop` `)`: a generator, `*(Layer(i) for i in range(3))`."""

    open: str
    made: "Code"
    loop: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`*([made] if condition else [])`: a member, or a list of some, that may not be there."""

    made: "Code"
    condition: str
    is_list: bool = False


Code: TypeAlias = str | Brackets | Loop | Choice


def flat(piece: Code) -> str:
    """The code in one line."""
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Choice):
        made = flat(piece.made)
        return f"*({made if piece.is_list else f'[{made}]'} if {piece.condition} else [])"
    if isinstance(piece, Loop):
        return f"{piece.open}{flat(piece.made)} {piece.loop})"
    return f"{piece.open}{', '.join(map(flat, piece.items))}{piece.close}{piece.after}"


def prefixed(prefix: str, piece: Code) -> Code:
    """The code with text before it."""
    if not isinstance(piece, Brackets):
        return prefix + flat(piece)
    return Brackets(prefix + piece.open, piece.items, piece.close, piece.after)


def statement(piece: Code, depth: int) -> list[str]:
    """The lines of a statement, indented `depth` times."""
    return _lines(piece, _STEP * depth, "")


def _lines(piece: Code, indent: str, comma: str) -> list[str]:
    text = f"{indent}{flat(piece)}{comma}"
    if len(text) <= WIDTH or isinstance(piece, str):
        return [text]
    inner = indent + _STEP
    if isinstance(piece, Choice):
        made = piece.made if piece.is_list else Brackets("[", (piece.made,), "]")
        listed = _lines(made, inner, "")
        choice = [f"{inner}if {piece.condition}", f"{inner}else []", f"{indent}){comma}"]
        return [f"{indent}*(", *listed, *choice]
    if isinstance(piece, Loop):
        together = f"{inner}{flat(piece.made)} {piece.loop}"
        apart = [*_lines(piece.made, inner, ""), *_loops(piece.loop, inner)]
        inside = [together] if len(together) <= WIDTH else apart
        return [indent + piece.open, *inside, f"{indent}){comma}"]
    end = f"{indent}{piece.close}{piece.after}{comma}"
    together = inner + ", ".join(map(flat, piece.items))
    if len(together) <= WIDTH:
        return [indent + piece.open, together, end]
    items = [line for item in piece.items for line in _lines(item, inner, ",")]
    return [indent + piece.open, *items, end]


def _loops(text: str, indent: str) -> list[str]:
    """`for a in b for c in d` in two lines."""
    first, *second = text.split(" for ", 1)
    return [indent + first, *(f"{indent}for {each}" for each in second)]


def docstring(paragraphs: Sequence[str], depth: int) -> list[str]:
    """The lines of a docstring; none for no text. The text stays text, whatever is in it."""
    indent = _STEP * depth
    found = [" ".join(text.split()) for text in paragraphs]
    shown = [_inert(text) for text in found if text]
    if not shown:
        return []
    lines: list[str] = []
    for text in shown:
        opening = "" if lines else '"""'
        lines += [""] if lines else []
        lines += _wrapped(text, indent, opening, WIDTH if len(shown) > 1 else WIDTH - 3)
    if len(lines) == 1:
        return [f'{lines[0]}"""']
    return [*lines, f'{indent}"""']


def _wrapped(text: str, indent: str, opening: str, width: int) -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=indent + opening,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _inert(text: str) -> str:
    """Text that ends no docstring and starts no escape."""
    ends = text[-1] == '"', len(text) > 1 and text[0] == '"'
    inner = text[1 if ends[1] else 0 : len(text) - 1 if ends[0] else len(text)]
    escaped = inner.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    escaped = ('\\"' if ends[1] else "") + escaped + ('\\"' if ends[0] else "")
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in escaped)


def _escape(letter: str) -> str:
    number = ord(letter)
    return (
        f"\\x{number:02x}"
        if number < 256
        else f"\\u{number:04x}"
        if number < 65536
        else f"\\U{number:08x}"
    )
