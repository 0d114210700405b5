"""Rows and totals of graphs made by hand: no file of the language is needed to count."""

from dataclasses import replace

import pytest

from netspec.analysis import summary, table, words
from netspec.analysis.table import rows, total
from netspec.diagnostics import Source, Span
from netspec.graph.ir import FreeDim, Graph, Leaf, Node, Ref, Scope, Share
from netspec.ops.base import Call, Op, Weight
from netspec.shape import Shape, Size, Symbol, symbol

SPAN = Span(Source("hand.yaml"))
N = symbol("N")
H = symbol("H", nominal=32)
CALL = Call("torch.nn.Conv2d", {})


def conv(name: str, macs: Size = 1000, **more: object) -> Node:
    weights = {"weight": Weight((8, 3, 3, 3)), "bias": Weight((8,))}
    return leaf(name, weights, macs, **more)


def norm(name: str) -> Node:
    weights = {
        "weight": Weight((8,)),
        "running_mean": Weight((8,), "buffer"),
        "num_batches_tracked": Weight((), "buffer", "int64"),
    }
    return leaf(name, weights, 0)


def leaf(name: str, weights: dict[str, Weight], macs: Size, **more: object) -> Node:
    body = Leaf(Op(), ((N, 3, 8, 8),), weights, macs, CALL)
    return node(name, body, **more)


def node(
    name: str,
    body: Leaf | Scope | Share,
    outputs: tuple[Shape, ...] = ((N, 8, 6, 6),),
    **more: object,
) -> Node:
    filled = Node(name, (name,), (Ref(-1),), outputs, body, SPAN, title=f"what {name} is")
    return replace(filled, **more)  # type: ignore[arg-type]


def scope(*nodes: Node, modules: tuple[int, ...] | None = None) -> Scope:
    order = tuple(range(len(nodes))) if modules is None else modules
    return Scope(
        "network", "", ("x",), ((N, 3, 8, 8),), nodes, order, ("y",), (Ref(0),), (False,), SPAN
    )


def graph(*nodes: Node, modules: tuple[int, ...] | None = None) -> Graph:
    free = FreeDim(Symbol("N"), 1, 1)
    return Graph("net", "", "", scope(*nodes, modules=modules), ("float32",), (free,), {}, {}, 0)


def test_a_row_says_what_its_node_is_and_costs() -> None:
    (row,) = rows(graph(conv("a", checked=1)))
    assert (row.path, row.level, row.what, row.checked) == ("a", 0, "what a is", 1)
    assert row.outputs == ((N, 8, 6, 6),)
    assert (row.cost.parameters, row.cost.macs, row.cost.bytes) == (224, 1000, 896)


def test_buffers_are_no_parameters_but_saved() -> None:
    cost = total(graph(norm("bn")))
    assert (cost.parameters, cost.buffers, cost.bytes) == (8, 9, 4 * 16 + 8)


def test_sizes_are_taken_at_nominal() -> None:
    assert total(graph(conv("a", macs=N * H * H * 2))).macs == 2048


def test_scopes_open_with_depth() -> None:
    inner = scope(conv("a"), conv("b"))
    spec = graph(node("block", scope(node("deep", inner), conv("c"))), conv("d"))
    assert [row.path for row in rows(spec)] == ["block", "d"]
    assert [row.path for row in rows(spec, 2)] == ["block", "block.deep", "block.c", "d"]
    assert [(row.name, row.level) for row in rows(spec, 9)][2:4] == [("a", 2), ("b", 2)]
    assert rows(spec)[0].cost.parameters == 3 * 224
    assert total(spec).macs == 4000


def test_rows_are_as_written_not_as_executed() -> None:
    assert [row.name for row in rows(graph(conv("b"), conv("a"), modules=(1, 0)))] == ["a", "b"]


def test_shared_modules_run_twice_and_are_owned_once() -> None:
    first = conv("a")
    assert isinstance(first.body, Leaf)
    spec = graph(first, node("again", Share(0, first.body)))
    assert [row.cost.parameters for row in rows(spec)] == [224, 0]
    assert (total(spec).parameters, total(spec).macs) == (224, 2000)


def test_training_only_nodes_own_parameters_and_cost_evaluation_nothing() -> None:
    spec = graph(conv("a"), conv("aux", training=True))
    assert rows(spec)[1].cost.macs == 1000
    assert (total(spec).parameters, total(spec).macs) == (448, 1000)


def test_equal_instances_are_counted_once_and_quickly() -> None:
    level = scope(conv("a"))
    for _ in range(60):
        level = scope(node("left", level), node("right", level))
    assert total(graph(node("top", level))).parameters == 224 * 2**60


def test_a_forgotten_repetition_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table.Cost, "__add__", lambda self, other: other)
    with pytest.raises(AssertionError):
        test_scopes_open_with_depth()


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((N, 64, 112, 112), "N×64×112×112"),
        ((N, 2 * H, H // 7, H + 1), "N×(2*H)×floor(H/7)×(H + 1)"),
        ((), "scalar"),
    ],
)
def test_shapes_in_words(shape: Shape, text: str) -> None:
    assert words.shape_words(shape) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, ""),
        (999, "999"),
        (73_856, "73.9 k"),
        (524_288, "0.5 M"),
        (118_013_952, "118.0 M"),
        (3_663_773_696, "3.66 G"),
        (1_234_567_890_123, "1,234.57 G"),
    ],
)
def test_amounts(number: int, text: str) -> None:
    assert words.amount(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (87_205_888, "87.2 MB"),
        (2 * 10**9, "2.0 GB"),
    ],
)
def test_bytes(number: int, text: str) -> None:
    assert words.byte_words(number) == text


def free(*dims: FreeDim, checked: int = 2) -> Graph:
    return replace(graph(conv("a")), dims=dims, checked=checked)


def test_domain_names_every_size_but_the_batch() -> None:
    height = FreeDim(Symbol("H", 224), 33, 33)
    width = FreeDim(Symbol("W", 224, 32), 64, 64)
    assert words.domain(free(FreeDim(Symbol("N"), 1, 1))) == ""
    assert words.domain(free(height)) == "for every H ≥ 33"
    assert words.domain(free(height, width)) == "for every H ≥ 33 and W ≥ 64 in steps of 32"


def test_a_least_size_in_training_is_told_where_it_is_another() -> None:
    height, width = FreeDim(Symbol("H", 299), 75, 299), FreeDim(Symbol("W", 299), 75, 299)
    assert words.least_words([height, width]) == "H, W ≥ 75 (299 in training)"
    steps = FreeDim(Symbol("H", 320, 32), 96, 320)
    assert words.least_words([steps]) == "H ≥ 96 in steps of 32 (320 in training)"


def test_checked_says_how_many_and_for_which_sizes() -> None:
    assert summary.checked(free()) == "2 of 2 declared shapes hold"
    assert summary.checked(free(checked=0)) == "no shape is declared"


def test_totals_are_one_line_where_it_fits() -> None:
    line = "224 parameters · 1.0 kMACs · 896 bytes of weights · no shape is declared"
    assert summary.totals(graph(conv("a"))) == line
    assert summary.fit(line, 100) == [line]
    assert summary.fit(line, 60) == line.rsplit(" · ", 1)


def test_table_is_aligned_and_marked() -> None:
    spec = graph(conv("a", macs=118_000_000, checked=1), conv("longer", outputs=((N, 1000),)))
    assert summary.layers(spec) == [
        " node     what             output      parameters      MACs",
        " a        what a is        N×8×6×6 ✓          224   118.0 M",
        " longer   what longer is   N×1000             224     1.0 k",
    ]


@pytest.mark.parametrize("width", [100, 80, 60, 40])
def test_table_drops_columns_and_never_wraps(width: int) -> None:
    spec = graph(conv("a_name_of_some_length", title="a block ×3, of some length", macs=10**9))
    lines = summary.layers(spec, width=width)
    assert max(map(len, lines)) <= width
    heads = lines[0].split()
    assert heads == [h for h in ("node", "what", "output", "parameters", "MACs") if h in heads]
    assert ("what" in heads) == (width >= 80)
    assert ("MACs" in heads) == (width >= 60)
    assert "node" in heads
    assert "output" in heads


def test_hostile_titles_stay_on_their_line() -> None:
    (_, line) = summary.layers(graph(conv("a", title="\x1b[2J\n" * 50)))
    assert line.isprintable()
    assert len(line) <= 100


def test_training_rows_say_so() -> None:
    assert "what a is, in training only" in summary.layers(graph(conv("a", training=True)))[1]


def test_depth_indents() -> None:
    lines = summary.layers(graph(node("block", scope(conv("a")))), depth=2)
    assert lines[2].startswith("   a ")


def test_data_is_the_same() -> None:
    spec = graph(conv("a", outputs=((N, H + 1),), checked=1))
    data = summary.data(spec)
    assert data["nodes"] == [
        {
            "path": "a",
            "what": "what a is",
            "outputs": [["N", "H + 1"]],
            "checked": True,
            "training": False,
            "parameters": 224,
            "macs": 1000,
        }
    ]
    assert data["inputs"] == {"x": ["N", 3, 8, 8]}
    assert data["parameters"] == 224
