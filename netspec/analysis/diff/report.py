"""A difference as text for a terminal, within its width."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from netspec.analysis.diff import words
from netspec.analysis.diff.difference import Difference
from netspec.analysis.diff.grouping import Entry, Section, sections
from netspec.diagnostics.excerpt import columns, escape

WIDTH = 100

_WIDEST_PLACE = 30
_GAP = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `role` is the sign of the change that it tells, `title`, or nothing: what a
    color may stress."""

    text: str
    role: str = ""


def text(difference: Difference, width: int = WIDTH, everything: bool = False) -> list[Line]:
    """The whole report; `everything` shortens no list."""
    lines = [Line(" → ".join(map(escape, difference.names)), "title"), Line("")]
    if difference.inputs:
        lines += wrapped(f"the inputs differ: {words.changed(difference.inputs)}", 1, width)
        lines.append(Line(""))
    if difference.params:
        lines += wrapped(f"parameters: {words.changed(difference.params)}", 1, width)
        lines.append(Line(""))
    if not difference:
        return [*lines, Line(f" {words.EQUAL}")]
    for section in sections(difference.changes, everything):
        lines += [*_section(section, width, everything), Line("")]
    for fact in words.consequences(difference, everything):
        lines += [*wrapped(fact, 1, width), Line("")]
    lines += [*_table(words.totals(difference)), Line("")]
    lines += wrapped(f"weights of {' in '.join(map(escape, difference.names))}", 1, width)
    for fact in words.weights(difference, everything):
        lines += wrapped(fact, 3, width)
    return lines


def _section(section: Section, width: int, everything: bool) -> Iterator[Line]:
    head = words.heading(section, everything)
    if head:
        yield from wrapped(head, 1, width)
    indent = 3 if head else 1
    short = [
        columns(place)
        for entry in section.entries
        if (place := words.places(entry.places)) and columns(place) <= _WIDEST_PLACE
    ]
    wide = max(short, default=0)
    for entry in section.entries:
        yield from _entry(entry, indent, wide, width, everything)


def _entry(entry: Entry, indent: int, wide: int, width: int, everything: bool) -> Iterator[Line]:
    """`+ downsample.0   avg_pool 2×2 /2`; where there are many places, they come last."""
    sign, said = words.SIGNS[entry.kind], words.sentence(entry, everything)
    where = words.places(entry.places, everything)
    if columns(where) > wide:
        many = f" in {len(entry.places)} places" if len(entry.places) > 1 else ""
        yield from wrapped(f"{sign} {said}{many}: {where}", indent, width, sign, hang=2 + _GAP)
        return
    left = indent + 2 + wide + _GAP
    first, *rest = wrapped(said, left, width, sign, hang=0)
    gap = " " * (wide - columns(where) + _GAP)
    yield Line(f"{' ' * indent}{sign} {where}{gap}{first.text.lstrip()}", sign)
    yield from rest


def _table(rows: list[words.Row]) -> Iterator[Line]:
    wide = [max(columns(row[index]) for row in rows) for index in range(3)]
    for what, before, after, change in rows:
        yield Line(
            f" {what:<{wide[0]}}   {before:>{wide[1]}} → {after:>{wide[2]}}   {change}".rstrip()
        )


def wrapped(said: str, indent: int, width: int, role: str = "", hang: int = 2) -> Iterator[Line]:
    """A sentence in lines, all but the first of which hang behind it; no word is cut."""
    pad = " " * indent
    lines = wrap(
        said,
        max(width, indent + 20),
        initial_indent=pad,
        subsequent_indent=pad + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (Line(line, role) for line in lines)
