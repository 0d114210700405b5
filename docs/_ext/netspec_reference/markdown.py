"""Small parts of Markdown pages."""

import re
from collections.abc import Iterable, Sequence

_CAPTIONS = {
    "file": "{}",
    "from": "{}",
    "set": "with --set {}",
    "dim": "with --dim {}",
    "limit": "with the limit {}",
    "encoding": "as {}",
}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; `|` in a cell is escaped, also in code, as Markdown wants it."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines
    )


def code(text: str) -> str:
    """`text` in backticks; nothing for nothing."""
    return f"`{text}`" if text else ""


def fenced(language: str, text: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def listed(title: str, text: str, names: Iterable[str], *, glob: bool = False) -> str:
    """A page that leads to others."""
    options = ":maxdepth: 1\n" + (":glob:\n" if glob else "")
    entries = "\n".join(names)
    return f"# {title}\n\n{text}\n\n```{{toctree}}\n{options}\n{entries}\n```\n"


def captioned(text: str) -> str:
    """A page whose blocks say in words, above them, what their marks say: a file, or a flag."""
    return re.sub(r"^```(\w+) (\S.*)\n", _captioned, text, flags=re.M)


def _captioned(fence: re.Match[str]) -> str:
    marks = (mark.partition("=") for mark in fence[2].split())
    words = ", ".join(_CAPTIONS[key].format(value) for key, _, value in marks if key in _CAPTIONS)
    return f"```{{code-block}} {fence[1]}\n:caption: {words}\n\n" if words else f"```{fence[1]}\n"


def plain(text: str) -> str:
    """Text that is not Markdown but for its backticks: no star or bracket in it is mark-up."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([*<>_\[\]])", r"\\\1", part) for part in parts
    )
