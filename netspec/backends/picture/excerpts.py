"""The lines of YAML that a node stands on."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from textwrap import dedent

from netspec.diagnostics import Span

LONGEST = 16
"""Lines of an excerpt."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines from `line` on of a file: its own name alone, for a page is handed on, and folders are
    nobody's business."""

    file: str
    line: int
    text: str


def excerpt(span: Span) -> Excerpt | None:
    """The lines of a node; None for a spec that is no text."""
    lines = list(islice(_lines(span), LONGEST + 1))
    if not lines:
        return None
    cut = [*lines[:LONGEST], "…"] if len(lines) > LONGEST else lines
    text = dedent("\n".join(cut)).rstrip()
    return Excerpt(PurePath(span.source.name).name, span.line, text)


def _lines(span: Span) -> Iterator[str]:
    """The line of the span, and those below that are indented more."""
    first = span.source.line(span.line) if span.line else None
    number, line = span.line, first
    while first is not None and line is not None:
        yield line
        number += 1
        line = span.source.line(number)
        if line is not None and line.strip() and _indent(line) <= _indent(first):
            return


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
