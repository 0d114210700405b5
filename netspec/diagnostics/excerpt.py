"""The reader's own lines with carets under the fault, safe to print on any terminal."""

import unicodedata
from collections.abc import Iterator

from netspec.diagnostics.span import Span

WIDTH = 120
"""Columns of a source line that are shown; a longer line is cut round the caret."""

_TAB = "    "
_LONGEST_TEXT = 1000
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))


def escape(text: str) -> str:
    """`text` as one inert line: what is no visible character is spelled out, and so are spaces that
    are not the usual one."""
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def excerpt(span: Span) -> Iterator[tuple[int | None, str, str]]:
    """What to show for a span: (line number, line, carets). Nothing for the span of a dict.

    A span of several lines shows its first and last; a number of None stands for those between.
    """
    first = span.source.line(span.line)
    if first is None:
        return
    if span.end_line <= span.line:
        yield (span.line, *_mark(first, span.column - 1, span.end_column - 1))
        return
    yield (span.line, *_mark(first, span.column - 1, len(first)))
    last = span.source.line(span.end_line)
    if last is None or span.end_column < 2:
        return
    if span.end_line > span.line + 1:
        yield None, "", ""
    indent = len(last) - len(last.lstrip())
    yield (span.end_line, *_mark(last, indent, span.end_column - 1))


def source_line(span: Span) -> str | None:
    """The line at the start of a span, cut to the width; None where there is none."""
    line = span.source.line(span.line)
    return None if line is None else _mark(line, span.column - 1, span.column)[0]


def _mark(line: str, start: int, end: int) -> tuple[str, str]:
    """A line as shown, and spaces and carets under characters `start` to `end` of it."""
    start = min(max(start, 0), len(line))
    end = max(end, start + 1)
    low, high = _window(len(line), start, end)
    before, marked = _cells(line, low, start), _cells(line, start, min(end, high))
    shown = before + marked + _cells(line, min(end, high), high)
    lead, trail = "…" if low else "", "…" if high < len(line) else ""
    padding = " " * (len(lead) + columns(before))
    return (lead + shown + trail).rstrip(), padding + "^" * max(1, columns(marked.rstrip()))


def _window(length: int, start: int, end: int) -> tuple[int, int]:
    """Which characters of a line are shown: all, or a stretch with the start of the fault in it."""
    if length <= WIDTH:
        return 0, length
    middle = (start + min(end, start + WIDTH // 2)) // 2
    low = min(max(0, middle - WIDTH // 2), length - WIDTH)
    return low, low + WIDTH


def _cells(line: str, start: int, end: int) -> str:
    return "".join(_TAB if char == "\t" else _visible(char) for char in line[start:end])


def _visible(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else f"\\x{ord(char):02x}"
    if unicodedata.category(char) not in _UNSAFE:
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def columns(text: str) -> int:
    """Columns of a terminal: two for a wide character, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
