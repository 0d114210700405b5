"""A difference as Markdown, for a review or a notebook."""

import re
from collections.abc import Iterator

from netspec.analysis.diff import words
from netspec.analysis.diff.difference import Difference
from netspec.analysis.diff.grouping import Entry, sections
from netspec.diagnostics.excerpt import escape

_MEANT = re.compile(r"[\\`*\[\]<>#|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)")
"""What may be markup within a line: an underscore between letters is none."""


def markdown(difference: Difference, everything: bool = False) -> str:
    """Headings, lists and a table; nothing in a name or a text means anything."""
    return "\n".join(_lines(difference, everything))


def _lines(difference: Difference, everything: bool) -> Iterator[str]:
    before, after = map(inline, difference.names)
    yield f"## {before} → {after}"
    yield ""
    if difference.inputs:
        yield f"The inputs differ: {inline(words.changed(difference.inputs))}"
        yield ""
    if difference.params:
        yield f"Parameters: {inline(words.changed(difference.params))}"
        yield ""
    if not difference:
        yield f"{words.EQUAL.capitalize()}."
        return
    for section in sections(difference.changes, everything):
        head = words.heading(section, everything)
        if head:
            yield f"### {inline(head)}"
            yield ""
        yield from (_entry(entry, everything) for entry in section.entries)
        yield ""
    for fact in words.consequences(difference, everything):
        yield inline(fact)
        yield ""
    yield f"| | {before} | {after} | change |"
    yield "|---|---:|---:|---:|"
    for row in words.totals(difference):
        yield f"| {' | '.join(map(inline, row))} |"
    yield ""
    yield f"Weights of {before} in {after}:"
    yield ""
    yield from (f"- {inline(fact)}" for fact in words.weights(difference, everything))


def _entry(entry: Entry, everything: bool) -> str:
    where, said = words.places(entry.places, everything), words.sentence(entry, everything)
    return f"- **{entry.kind}** {inline(where)}: {inline(said)}"


def inline(text: str) -> str:
    """Text on one line in which no letter is markup."""
    return _MEANT.sub(lambda found: f"\\{found[0]}", escape(text))
