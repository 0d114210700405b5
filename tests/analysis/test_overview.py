"""The table of `netspec summary`, and the same as Markdown, CSV, JSON and HTML."""

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import netspec
from netspec import Text
from netspec.analysis import columns, exports, overview
from netspec.analysis.columns import COLUMNS, NUMBERS
from netspec.analysis.measure import Measured, measure

SPEC = """\
netspec: 1
name: small
dims: {H: 9}
inputs: {x: [N, 3, H, 8]}
blocks:
  wide:
    nodes:
      side: {op: conv, out_channels: 8, kernel_size: [1, 3], padding: [0, 1]}
      deep: [{op: conv, out_channels: 2, kernel_size: 1}, relu]
nodes:
  first: {op: wide}
  down: {op: conv, out_channels: 4, kernel_size: 3, stride: 2, padding: 1}
  up: {op: upsample, size: [20, 16]}
  both: {op: chunk, chunks: 2}
  pool: {op: adaptive_avg_pool, from: both.0, output_size: 1}
  flat: flatten
  aux: {op: linear, from: flat, out_features: 50}
  head: {op: linear, from: flat, out_features: 5}
outputs: {y: head, aux: {from: aux, training: true}}
"""


def measured(depth: int = 1, *freeze: str) -> Measured:
    return measure(netspec.check_spec(Text(SPEC)).graph, depth, None, freeze)


def row(lines: list[str], name: str) -> list[str]:
    """The cells of a line, split at wide gaps."""
    line = next(line for line in lines if line.split()[:1] == [name])
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_a_table() -> None:
    lines = overview.table(measured())
    assert lines[0] == "small   x N×3×H×8"
    assert row(lines, "node") == list(map(str, (COLUMNS[key].head for key in _usual())))
    assert row(lines, "down") == [
        "down", "conv 3×3 /2", "N×4×ceil(H/2)×4", "76", "1.4 k", "320 bytes", "3×5", "2"
    ]  # fmt: skip
    assert row(lines, "up")[-2:] == ["3×5", "1/2"]
    assert row(lines, "pool")[-1] == "all"
    assert row(lines, "aux")[1] == "linear (training)"


def _usual() -> list[str]:
    return ["node", "what", "output", "parameters", "macs", "memory", "field", "stride"]


def test_totals() -> None:
    first = overview.table(measured(1, "head.*"))[-3]
    assert "339 parameters · 324 of them trainable · 7.8 kMACs, 15.6 kFLOPs" in first
    assert "100 MACs more in training" in first


def test_columns_come_when_there_is_something_to_see() -> None:
    flat = "netspec: 1\ninputs: {x: [N, 8]}\nnodes: {y: {op: linear, out_features: 2}}\n"
    graph = netspec.check_spec(Text(flat + "outputs: {y: y}\n")).graph
    assert columns.usual(measure(graph).layers) == _usual()[:-2]
    assert columns.usual(measure(graph, freeze=["y.bias"]).layers)[4] == "trainable"


def test_sorted_rows_are_parts_by_their_path() -> None:
    lines = overview.table(measured(9), sort="macs")
    names = [line.split()[0] for line in lines[3:-4]]
    assert names[:4] == ["first.side", "down", "first.deep.0", "aux"]
    assert "first" not in names
    assert "first.deep" not in names


def test_words_are_cut_before_columns_are_left_out() -> None:
    least = max(map(len, overview.table(measured(9))[2:-4]))
    wide, narrow = (overview.table(measured(9), width=width) for width in (100, least - 4))
    assert row(wide, "aux")[1] == "linear (training)"
    assert row(narrow, "aux")[1] == "linear (trai…"
    assert row(narrow, "node") == row(wide, "node")


def test_shapes_are_in_numbers_where_formulas_leave_no_room() -> None:
    found = measure(netspec.check_spec("torchvision/googlenet").graph)
    wide, narrow = (overview.table(found, width=width) for width in (130, 90))
    formula = "N×192×floor((H + 1)/8)×floor((W + 1)/8)"
    assert row(wide, "maxpool2")[1:3] == ["max_pool 3×3 /2", formula]
    assert row(narrow, "maxpool2")[1:3] == ["max_pool 3×3 /2", "N×192×28×28"]
    assert row(overview.table(found, ["node", "output"], width=9), "maxpool2")[1] == formula


@pytest.mark.parametrize("width", [100, 70, 50, 30])
def test_columns_are_dropped_to_fit(width: int) -> None:
    lines = overview.table(measured(9), width=width)
    assert max(map(len, lines[2:-3])) <= width
    assert lines[2].split()[0] == "node"


def test_columns_that_are_asked_for_stay() -> None:
    head = overview.table(measured(), keys=list(COLUMNS), width=30)[2]
    assert head.split() == [column.head for column in COLUMNS.values()]


def test_markdown() -> None:
    name, table, *facts = exports.markdown(measured(9), ["node", "macs"]).split("\n\n")
    assert name == "small   x N×3×H×8"
    lines = table.splitlines()
    assert lines[:2] == ["| node | MACs |", "| --- | ---: |"]
    assert "| first.deep.0 | 1.2 k |" in lines
    assert facts[0].startswith("339 parameters · ")


def test_csv_and_json_say_the_same() -> None:
    found = measured(9)
    data = exports.data(found)
    assert json.loads(json.dumps(data)) == data
    table = list(csv.DictReader(io.StringIO(exports.as_csv(found))))
    nodes = data["nodes"]
    assert isinstance(nodes, list)
    for line, node in zip(table, nodes, strict=True):
        assert line["node"] == node["node"]
        assert [line[key] for key in NUMBERS] == [str(node[key]) for key in NUMBERS]
    down = next(node for node in nodes if node["node"] == "down")
    assert (down["output"], down["field"]) == ([["N", 4, "ceil(H/2)", 4]], [3, 5])
    assert data["flops"] == 2 * found.cost.macs


def test_json_has_the_columns_that_are_asked_for() -> None:
    nodes = exports.data(measured(), ["node", "buffers"])["nodes"]
    assert isinstance(nodes, list)
    assert nodes[0] == {"node": "first", "buffers": 0, "level": 0, "training": False}


class Cells(HTMLParser):
    """The texts of cells, and all tags."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.tags.add(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, text: str) -> None:
        if self.cells:
            self.cells[-1] += text


def test_html_has_the_cells_of_the_table_and_nothing_else() -> None:
    page = Cells()
    page.feed(exports.as_html(measured()))
    assert page.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "br"}
    cells = [cell.strip() for cell in page.cells]
    assert cells[:10] == [*(COLUMNS[key].head for key in _usual()), "first", "wide"]


def test_text_of_a_spec_is_text() -> None:
    graph = netspec.check_spec(Text(SPEC)).graph
    root = graph.root
    hostile = replace(root.nodes[0], title="<b>|\x1b[31m`")
    graph = replace(graph, root=replace(root, nodes=(hostile, *root.nodes[1:])))
    found = measure(graph)
    page = Cells()
    page.feed(exports.as_html(found))
    assert "b" not in page.tags
    assert any("<b>|\\x1b" in cell for cell in page.cells)
    line = next(line for line in exports.markdown(found).splitlines() if line.startswith("| first"))
    assert "<b>" not in line
    assert line.replace("\\|", "").count("|") == 9
    for text in (exports.markdown(found), exports.as_csv(found), *overview.table(found)):
        assert "\x1b" not in text
