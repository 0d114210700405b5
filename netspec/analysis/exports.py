"""A measured network as Markdown, CSV, JSON and HTML."""

import csv
import html
import io
from collections.abc import Sequence

from netspec.analysis.columns import COLUMNS, Column, sizes, usual
from netspec.analysis.measure import Layer, Measured
from netspec.analysis.overview import rows, sorted_layers, totals
from netspec.analysis.summary import dims_data, title
from netspec.diagnostics.excerpt import escape


def markdown(measured: Measured, keys: Sequence[str] = (), sort: str | None = None) -> str:
    """The table of the terminal as one of Markdown, nodes by their whole path."""
    layers = sorted_layers(measured.layers, sort)
    found = [COLUMNS[key] for key in keys or usual(layers)]
    heads = [column.head for column in found]
    rules = ["---:" if column.is_number else "---" for column in found]
    cells = (map(_inline, row) for row in rows(layers, found, is_flat=True))
    table = "\n".join(f"| {' | '.join(row)} |" for row in (heads, rules, *cells))
    return "\n\n".join(map(str.strip, [_inline(title(measured.graph)), table, *totals(measured)]))


def as_csv(measured: Measured, keys: Sequence[str] = (), sort: str | None = None) -> str:
    """A line for each node, with numbers as they are; by default every column."""
    found = [COLUMNS[key] for key in keys or COLUMNS]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.key for column in found)
    for layer in sorted_layers(measured.layers, sort):
        writer.writerow(_plain(column, layer) for column in found)
    return text.getvalue().rstrip("\n")


def data(
    measured: Measured, keys: Sequence[str] = (), sort: str | None = None
) -> dict[str, object]:
    """The same as JSON values; sizes that depend on a free dim are text."""
    root, cost = measured.graph.root, measured.cost
    found = [COLUMNS[key] for key in keys or COLUMNS]
    outputs = zip(root.output_names, map(root.shape, root.outputs), strict=True)
    return {
        "name": measured.graph.name,
        "inputs": dict(zip(root.input_names, map(sizes, root.inputs), strict=True)),
        "dims": dims_data(measured.graph.dims),
        "dtype": measured.dtype,
        "nodes": [_record(layer, found) for layer in sorted_layers(measured.layers, sort)],
        "outputs": {name: sizes(shape) for name, shape in outputs},
        "parameters": cost.parameters,
        "trainable": measured.trainable,
        "buffers": cost.buffers,
        "macs": cost.macs,
        "training_macs": cost.training_macs,
        "flops": 2 * cost.macs,
        "weights_bytes": measured.weights,
        "peak_bytes": measured.peak,
        "peak_at": measured.peak_at,
        "written_bytes": measured.written,
    }


def as_html(measured: Measured) -> str:
    """The table of the terminal for a notebook, in the colors and fonts that are there."""
    found = [COLUMNS[key] for key in usual(measured.layers)]
    cells = rows(measured.layers, found, is_flat=False)
    heads = "".join(f"<th{_side(column)}>{html.escape(column.head)}</th>" for column in found)
    body = "\n".join(f"<tr>{''.join(map(_cell, row, found))}</tr>" for row in cells)
    name = html.escape(title(measured.graph))
    facts = "<br>\n".join(map(html.escape, totals(measured)))
    return (
        f"<table>\n<caption{_LEFT}>{name}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n<p>{facts}</p>"
    )


_LEFT = ' style="text-align: left; white-space: pre; padding: 0 0.6em"'
_RIGHT = ' style="text-align: right; white-space: pre; padding: 0 0.6em"'


def _side(column: Column) -> str:
    return _RIGHT if column.is_number else _LEFT


def _cell(text: str, column: Column) -> str:
    return f"<td{_side(column)}>{html.escape(text)}</td>"


def _record(layer: Layer, found: Sequence[Column]) -> dict[str, object]:
    values = {column.key: column.value(layer) for column in found}
    return values | {"level": layer.row.level, "training": layer.row.training}


def _plain(column: Column, layer: Layer) -> object:
    value = column.value(layer)
    if isinstance(value, list):
        return column.words(layer)
    return escape(value) if isinstance(value, str) else value


def _inline(text: str) -> str:
    """Text of a spec in a cell: neither its bars nor its angle brackets mean anything."""
    return text.replace("|", "\\|").replace("<", "&lt;")
