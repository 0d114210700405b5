"""The layer table as people and as programs read it."""

from collections.abc import Iterable, Sequence

from netspec.analysis.table import Cost, Row, rows, total
from netspec.analysis.words import amount, byte_words, domain, operations, plural, shape_words
from netspec.diagnostics.excerpt import columns, escape
from netspec.graph.ir import FreeDim, Graph
from netspec.shape import Shape

WIDTH = 100
_DOT = " · "
_LONGEST_CELL = 44
_HEADS = ("node", "what", "output", "", "parameters", "MACs")
_RIGHT = (4, 5)
_WHAT = 1
_SHORTEST_WHAT = 12
_DROPPED = (_WHAT, 5, 4)
"""Columns that are left out, in this order, until the table fits."""


def title(graph: Graph) -> str:
    """`resnet34   image N×3×224×224`"""
    return f"{escape(graph.name)}   {_tensors(graph.root.input_names, graph.root.inputs)}"


def layers(graph: Graph, depth: int = 1, width: int = WIDTH) -> list[str]:
    """The table, one line a row, within `width` columns: what a node is gives way first."""
    cells = [_HEADS, *(_cells(row) for row in rows(graph, depth))]
    excess = _width(cells, range(len(_HEADS))) - width
    room = max(columns(row[_WHAT]) for row in cells) - max(excess, 0)
    if room >= _SHORTEST_WHAT:
        cells = [(name, _clip(what, room), *rest) for name, what, *rest in cells]
    kept = list(range(len(_HEADS)))
    for dropped in _DROPPED:
        if _width(cells, kept) > width:
            kept.remove(dropped)
    widths = _widths(cells)
    return [_line(row, widths, kept)[:width].rstrip() for row in cells]


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(columns, column)) for column in zip(*cells, strict=True)]


def _width(cells: Sequence[Sequence[str]], kept: Iterable[int]) -> int:
    widths = _widths(cells)
    return sum(widths[index] + 3 for index in kept) - 4


def totals(graph: Graph) -> str:
    """`21,801,472 parameters · 3.66 GMACs · 87.2 MB of weights · 6 of 6 declared shapes hold`"""
    cost = total(graph)
    parts = [
        plural(cost.parameters, "parameter"),
        operations(cost.macs, "MACs"),
        f"{byte_words(cost.bytes)} of weights",
        checked(graph),
    ]
    return _DOT.join(parts)


def fit(line: str, width: int) -> list[str]:
    """A line of facts in as many lines as the width asks for, cut at its dots only."""
    first, *others = line.split(_DOT)
    lines = [first]
    for part in others:
        joined = f"{lines[-1]}{_DOT}{part}"
        if columns(joined) < width:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def checked(graph: Graph) -> str:
    """How many declared shapes hold, and for which sizes."""
    where = domain(graph)
    if not graph.checked:
        return f"no shape is declared; valid {where}" if where else "no shape is declared"
    return f"{graph.checked} of {graph.checked} declared shapes hold {where}".rstrip()


def data(graph: Graph, depth: int = 1) -> dict[str, object]:
    """The same as JSON values; sizes that depend on a free dim are text."""
    root = graph.root
    cost = total(graph)
    return {
        "name": graph.name,
        "inputs": dict(zip(root.input_names, map(_sizes, root.inputs), strict=True)),
        "dims": dims_data(graph.dims),
        "nodes": [_record(row) for row in rows(graph, depth)],
        "outputs": {
            name: _sizes(root.shape(ref))
            for name, ref in zip(root.output_names, root.outputs, strict=True)
        },
        **_cost_record(cost),
        "buffers": cost.buffers,
        "bytes": cost.bytes,
        "declared_shapes": graph.checked,
    }


def dims_data(dims: Iterable[FreeDim]) -> dict[str, dict[str, int]]:
    """Free sizes as JSON values."""
    return {
        dim.symbol.name: {
            "nominal": dim.symbol.nominal,
            "min": dim.min,
            "min_in_training": dim.min_in_training,
            "multiple_of": dim.symbol.multiple_of,
        }
        for dim in dims
    }


def _cells(row: Row) -> tuple[str, ...]:
    what = f"{row.what}, in training only" if row.training else row.what
    return (
        _clip(escape("  " * row.level + row.name)),
        _clip(escape(what)),
        _clip(", ".join(map(shape_words, row.outputs))),
        "✓" if row.checked else "",
        f"{row.cost.parameters:,}" if row.cost.parameters else "",
        amount(row.cost.macs),
    )


def _line(row: Sequence[str], widths: Sequence[int], kept: Iterable[int]) -> str:
    line = ""
    for index in kept:
        gap = " " if index in (0, 3) else "   "
        free = " " * (widths[index] - columns(row[index]))
        line += gap + (free + row[index] if index in _RIGHT else row[index] + free)
    return line


def _clip(text: str, longest: int = _LONGEST_CELL) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _tensors(names: Iterable[str], shapes: Iterable[Shape]) -> str:
    pairs = zip(names, shapes, strict=True)
    return ", ".join(f"{name} {shape_words(shape)}" for name, shape in pairs)


def _record(row: Row) -> dict[str, object]:
    return {
        "path": row.path,
        "what": row.what,
        "outputs": [_sizes(shape) for shape in row.outputs],
        "checked": bool(row.checked),
        "training": row.training,
        **_cost_record(row.cost),
    }


def _cost_record(cost: Cost) -> dict[str, int]:
    return {"parameters": cost.parameters, "macs": cost.macs}


def _sizes(shape: Shape) -> list[int | str]:
    return [size if isinstance(size, int) else str(size) for size in shape]
