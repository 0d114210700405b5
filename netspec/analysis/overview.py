"""What `netspec summary` prints: a line for each node, and what the whole network takes."""

from collections.abc import Iterable, Iterator, Sequence

from netspec.analysis.columns import COLUMNS, NUMBERS, SHORTER, Column, usual
from netspec.analysis.measure import Layer, Measured
from netspec.analysis.summary import fit, title
from netspec.analysis.words import byte_words, operations, plural
from netspec.diagnostics.excerpt import columns as width_of
from netspec.diagnostics.excerpt import escape
from netspec.graph.ir import FreeDim

WIDTH = 100
_DOT = " · "
_LONGEST_CELL = 44
_LEAST_WORDS = 12
_GAP = 2
_DROPPED = ("what", "stride", "field", "memory", "macs", "trainable", "parameters")
"""Columns that are left out, in this order, until the table fits."""


def table(
    measured: Measured, keys: Sequence[str] = (), sort: str | None = None, width: int = WIDTH
) -> list[str]:
    """The title, the rows and the totals, within `width` columns; but all columns are there that
    `keys` asks for. `sort` as for `sorted_layers`."""
    layers = sorted_layers(measured.layers, sort)
    found = [COLUMNS[key] for key in keys or usual(layers)]
    cells = _cells(layers, found, sort)
    if not keys and _room(cells, found, width) < _LEAST_WORDS:
        found = [SHORTER.get(column.key, column) for column in found]
        cells = _cells(layers, found, sort)
    if not keys:
        found, cells = _fitted(found, cells, width)
    widths = _widths(cells)
    lines = [_line(row, widths, found)[: None if keys else width].rstrip() for row in cells]
    facts = [f" {line}" for fact in totals(measured) for line in fit(fact, width)]
    return [title(measured.graph), "", *lines, "", *facts]


def sorted_layers(layers: Sequence[Layer], sort: str | None) -> list[Layer]:
    """The rows with the greatest in a column first, where a block that is opened gives way to its
    parts; as they are where `sort` is None."""
    if sort is None:
        return list(layers)
    levels = [*(layer.row.level for layer in layers[1:]), 0]
    closed = [
        layer for layer, below in zip(layers, levels, strict=True) if below <= layer.row.level
    ]
    return sorted(closed, key=NUMBERS[sort], reverse=True)


def rows(layers: Iterable[Layer], found: Sequence[Column], *, is_flat: bool) -> list[list[str]]:
    """The cells, those of parts indented below their node, or `is_flat`, by their whole path."""
    return [[_words(column, layer, is_flat) for column in found] for layer in layers]


def totals(measured: Measured) -> Iterator[str]:
    """What the network is, and what it takes.

    `25,557,032 parameters · 4.09 GMACs, 8.18 GFLOPs`
    """
    cost = measured.cost
    parts = [plural(cost.parameters, "parameter")]
    if measured.trainable != cost.parameters:
        parts.append(f"{measured.trainable:,} of them trainable")
    parts.append(f"{operations(cost.macs, 'MACs')}, {operations(2 * cost.macs, 'FLOPs')}")
    if cost.training_macs:
        parts.append(f"{operations(cost.training_macs, 'MACs')} more in training")
    yield _DOT.join(parts)
    place = f"in {measured.dtype}{_sizes(measured.graph.dims)}"
    where = f", in {escape(measured.peak_at)}" if measured.peak_at else ""
    parts = [
        f"{place}: {byte_words(measured.weights)} of weights",
        f"{byte_words(measured.peak)} of activations at the peak{where}",
        f"{byte_words(measured.written)} written",
    ]
    yield _DOT.join(parts)


def _sizes(dims: Iterable[FreeDim]) -> str:
    words = [f"{dim.symbol.name}={dim.symbol.nominal}" for dim in dims]
    return f" at {', '.join(words)}" if words else ""


def _words(column: Column, layer: Layer, is_flat: bool) -> str:
    if column.key != "node":
        return _clip(column.words(layer))
    return layer.row.path if is_flat else _clip("  " * layer.row.level + layer.row.name)


def _cells(layers: Iterable[Layer], found: Sequence[Column], sort: str | None) -> list[list[str]]:
    return [[column.head for column in found], *rows(layers, found, is_flat=sort is not None)]


def _room(cells: list[list[str]], found: Sequence[Column], width: int) -> int:
    """How wide `what` may be."""
    others = [wide for wide, each in zip(_widths(cells), found, strict=True) if each.key != "what"]
    return width + 1 - sum(others) - _GAP * len(found)


def _fitted(
    found: list[Column], cells: list[list[str]], width: int
) -> tuple[list[Column], list[list[str]]]:
    """What fits: the words of `what` are cut off if enough is left of them, else columns are left
    out."""
    for key in ("", *_DROPPED):
        kept = [index for index, column in enumerate(found) if column.key != key]
        found, cells = [found[i] for i in kept], [[row[i] for i in kept] for row in cells]
        keys = [column.key for column in found]
        room = _room(cells, found, width)
        if "what" in keys and room >= _LEAST_WORDS:
            what = keys.index("what")
            for row in cells:
                row[what] = _clip(row[what], room)
            break
        if "what" not in keys and room >= 0:
            break
    return found, cells


def _widths(cells: Iterable[Iterable[str]]) -> list[int]:
    return [max(map(width_of, column)) for column in zip(*cells, strict=True)]


def _clip(text: str, width: int = _LONGEST_CELL) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _line(row: Sequence[str], widths: Sequence[int], found: Sequence[Column]) -> str:
    cells = []
    for text, width, column in zip(row, widths, found, strict=True):
        free = " " * (width - width_of(text))
        cells.append(free + text if column.is_number else text + free)
    return f" {(' ' * _GAP).join(cells)}"
