"""The zoo as people and as programs read it: a card for each network."""

from collections.abc import Sequence
from itertools import groupby

from netspec.analysis.card import Card
from netspec.analysis.summary import dims_data
from netspec.analysis.words import amount
from netspec.diagnostics.excerpt import columns, escape

WIDTH = 1000
"""Columns of a table that is not for a terminal: nothing is cut."""
_HEADS = ("name", "params", "GMACs", "input", "least size", "what it is, or = what it equals")
_RIGHT = (1, 2)

_PAGE_HEADS = (
    "| spec | parameters | GMACs | input | least size | what it is | equal to | source |",
    "|---|---:|---:|---|---|---|---|---|",
)
_INTRODUCTION = """\
# The zoo

The networks that come with netspec. A name stands wherever a path can:
`netspec build torchvision/resnet50`, `extends: torchvision/resnet50`. Parameters and GMACs
(billions of multiply-accumulates) are those of one nominal input, shown without the batch; from
the least size on, every image fits.

This page is written by `netspec list --format markdown --output docs/zoo.md --force`."""


def folder(name: str) -> str:
    """`timm` of `timm/resnet50d`; empty for a name without one."""
    return name.rpartition("/")[0]


def table(cards: Sequence[Card], width: int = WIDTH) -> list[str]:
    """A line for each card, within `width` columns."""
    rows = [_HEADS, *map(_row, cards)]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return [_fit(_line(row, widths), width) for row in rows]


def page(cards: Sequence[Card]) -> str:
    """The cards as a page of Markdown, a table for each folder."""
    parts = [_INTRODUCTION]
    for name, group in groupby(cards, key=lambda one: folder(one.name)):
        parts.append(f"## {name or 'From the papers'}")
        parts.append("\n".join([*_PAGE_HEADS, *map(_page_row, group)]))
    return "\n\n".join(parts)


def data(card: Card) -> dict[str, object]:
    """The same as JSON values; the batch is "N"."""
    sizes = {
        name: [size if isinstance(size, int) else str(size) for size in shape]
        for name, shape in card.inputs
    }
    return {
        "name": card.name,
        "parameters": card.parameters,
        "macs": card.macs,
        "inputs": sizes,
        "dims": dims_data(card.dims),
        "equal_to": card.equal_to,
        "summary": card.summary,
        "source": card.source,
    }


def _row(card: Card) -> tuple[str, ...]:
    what = f"= {card.equal_to}" if card.equal_to else card.summary
    parameters = amount(card.parameters)
    return card.name, parameters, card.gmacs, card.input_words, card.least, escape(what)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for index, (text, width) in enumerate(zip(row, widths, strict=True)):
        free = " " * (width - columns(text))
        cells.append(free + text if index in _RIGHT else text + free)
    return "  ".join(cells).rstrip()


def _fit(line: str, width: int) -> str:
    return line if columns(line) <= width else line[: width - 1] + "…"


def _page_row(card: Card) -> str:
    facts = (f"`{card.name}`", f"{card.parameters:,}", card.gmacs, card.input_words, card.least)
    texts = map(_inline, (card.summary, card.equal_to, card.source))
    return f"| {' | '.join((*facts, *texts))} |"


def _inline(text: str) -> str:
    """Text of a spec in a cell: neither its bars nor its angle brackets mean anything."""
    return escape(text).replace("|", "\\|").replace("<", "&lt;")
