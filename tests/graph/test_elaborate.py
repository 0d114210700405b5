"""Whole specs: limits, all mistakes at once, inputs, and what may not be silent."""

import pytest

import netspec
from netspec.diagnostics import NetspecError
from netspec.limits import Limits
from tests.graph.specs import accept, refuse, spec


@pytest.mark.parametrize("count", [9, 10, 11])
@pytest.mark.parametrize("form", ["repeat", "chain", "nodes", "block"])
def test_node_limit(form: str, count: int) -> None:
    """Every node counts, those that hold others too."""
    limits = Limits(nodes=10)
    if form == "repeat":
        text = spec(f"y: {{op: relu, repeat: {count - 1}}}")
    elif form == "chain":
        text = spec(f"y: [{', '.join(['relu'] * (count - 1))}]")
    elif form == "nodes":
        text = spec("\n".join(f"a{i}: relu" for i in range(count - 1)) + "\ny: relu")
    else:
        half, rest = divmod(count, 3)
        text = spec(
            "\n".join(f"a{i}: b" for i in range(half))
            + "\n"
            + "\n".join(["y: relu"] + [f"z{i}: relu" for i in range(rest - 1)]),
            blocks="b: {nodes: {c: relu, d: relu}}",
            outputs="{y: " + ("y" if rest < 2 else f"z{rest - 2}") + "}",
        )
        if rest == 0:
            count += 1
    if count <= 10:
        accept(text, limits=limits)
        return
    with pytest.raises(NetspecError) as caught:
        accept(text, limits=limits)
    (error,) = caught.value.diagnostics
    assert error.code == "too-many-nodes"
    assert error.message == "the network has more than 10 nodes"


@pytest.mark.parametrize(
    "nodes",
    [
        "y: {op: relu, repeat: 1000000000}",
        "y: {op: relu, repeat: 1000000000, when: index < 3}",
        "y: {repeat: 1000, chain: [{repeat: 1000, chain: [{op: relu, repeat: 1000}]}]}",
        "y: {repeat: 5000, chain: [{repeat: 5000, chain: [{repeat: 5000, "
        "chain: [{op: relu, when: false}]}]}]}",
        "y: {repeat: 5000, chain: [{repeat: 5000, chain: [{op: relu, repeat: 5000, "
        "when: index < 0}]}]}",
        "y: {repeat: 5000, chain: [{op: b, k: index, repeat: 5000}]}",
    ],
)
def test_bombs_are_counted_before_they_go_off(nodes: str) -> None:
    blocks = "b: {params: {k}, chain: [{op: relu, repeat: 0, when: k == index}]}"
    with pytest.raises(NetspecError) as caught:
        accept(spec(nodes, blocks=blocks))
    assert [error.code for error in caught.value.diagnostics] == ["too-many-nodes"]


def test_blocks_that_double_thirty_times() -> None:
    blocks = "\n".join(f"b{i}: {{chain: [b{i + 1}, b{i + 1}]}}" for i in range(30))
    with pytest.raises(NetspecError) as caught:
        accept(spec("y: b0", blocks=blocks + "\nb30: {chain: [relu]}"))
    assert [error.code for error in caught.value.diagnostics] == ["too-many-nodes"]
    with pytest.raises(NetspecError) as caught:
        accept(spec("y: b0", blocks=blocks + "\nb30: {chain: [{op: relu, when: false}]}"))
    assert [error.code for error in caught.value.diagnostics] == ["too-many-nodes"]


def test_all_independent_mistakes_at_once() -> None:
    refuse(
        spec(
            """
            a: {op: ⟦cnov⟧, out_channels: 4}
            b: {op: conv, out_channels: 4, ⟦kernel⟧: 3}
            c: {op: conv, out_channels: ⟦wdith⟧, kernel_size: 3, from: x}
            d: {op: conv, out_channels: 4, kernel_size: 3, from: [x], groups: ⟦3⟧}
            e: {op: b, from: x, ⟦kk⟧: 3}
            f: {op: relu, from: x, shape: ⟦[N, 5, 8, 8]⟧}
            g: {op: relu, when: ⟦1⟧, from: x}
            y: {op: concat, from: [a, b, c, d, e, f, g, ⟦h⟧]}
            """,
            params="{width: 3, k: {default: ⟦0⟧, min: 1}}",
            blocks="b: {params: {k: 1}, nodes: {p: {op: conv, out_channels: k, kernel_size: 1}}}",
        ),
        "parameter-range",
        "unknown-op",
        "unknown-argument",
        "unknown-name",
        "not-divisible",
        "unknown-argument",
        "shape-mismatch",
        "wrong-type",
        "unknown-node",
    )


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ("{x: ⟦[N, _, 8, 8]⟧}", "invalid-size"),
        ("{x: ⟦[N, 0, 8, 8]⟧}", "invalid-size"),
        ("{x: ⟦[]⟧}", "invalid-size"),
        ("{x: [N, ⟦-1⟧]}", "invalid-size"),
        ("{x: [N, ⟦q⟧]}", "unknown-name"),
        ("{x: [N, ⟦1.5⟧]}", "not-whole"),
        ("{x: ⟦[1, 3, 2147483647, 2147483647]⟧}", "too-large"),
    ],
)
def test_inputs(inputs: str, code: str) -> None:
    refuse(spec("y: relu", inputs=inputs), code)


def test_dtypes_of_inputs() -> None:
    graph = accept(spec("y: relu", inputs="{x: {shape: [N, 4], dtype: float16}}"))
    assert graph.dtypes == ("float16",)


def test_a_parameter_given_from_outside() -> None:
    text = spec("y: {op: conv, out_channels: k, kernel_size: 1}", params="{k: 3}")
    assert accept(text, params={"k": 7}).params == {"k": 7}


def test_a_wrong_parameter_from_outside_is_one_error() -> None:
    with pytest.raises(NetspecError) as caught:
        accept(
            spec("y: {op: conv, out_channels: k, kernel_size: 1}", params="{k: }"),
            params={"j": 7, "k": "q"},
        )
    assert sorted(error.code for error in caught.value.diagnostics) == [
        "unknown-name",
        "unknown-parameter",
    ]


def test_mistakes_of_a_dict_have_a_path() -> None:
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(
            {
                "netspec": 1,
                "inputs": {"x": ["N", 4, 8, 8]},
                "nodes": {"y": {"op": "conv", "out_channels": 0, "kernel_size": 1}},
                "outputs": {"y": "y"},
            }
        )
    (error,) = caught.value.diagnostics
    assert (error.code, error.span.path) == ("argument-value", "nodes.y.out_channels")


@pytest.mark.parametrize(
    "where",
    [
        {"nodes": "y: {op: relu, shape: ⟦[%s]⟧}"},
        {"nodes": "y: {op: reshape, shape: ⟦[%s]⟧}"},
        {"nodes": "y: relu", "inputs": "{x: ⟦[%s]⟧}"},
        {"nodes": "y: relu", "outputs": "{y: {from: y, shape: ⟦[%s]⟧}}"},
    ],
)
def test_a_shape_of_thousands_of_sizes_is_not_printed(where: dict[str, str]) -> None:
    sizes = ", ".join(["1"] * 5000)
    top = {key: text % sizes if "%s" in text else text for key, text in where.items()}
    (error,) = refuse(spec(**top), "too-large")
    assert "rank 5,000" in error.message
    assert len(error.message) < 200


def test_thousands_of_wrong_parameters_stop_early() -> None:
    params = "\n".join(f"p{i}: q{i}" for i in range(5000))
    with pytest.raises(NetspecError) as caught:
        accept(spec("y: relu", params=params))
    assert len(caught.value.diagnostics) == 200


def test_no_implicit_broadcasting() -> None:
    inputs = "{x: [N, 4, 8, 8], z: [N, 4, 1, 1]}"
    refuse(spec("y: {op: ⟦mul⟧, from: [x, z]}", inputs=inputs), "shape-mismatch")
    accept(spec("y: {op: mul, from: [x, z], broadcast: true}", inputs=inputs))


def test_an_error_always_comes_with_a_refusal() -> None:
    """A spec is refused if and only if there is an error: warnings alone do not refuse."""
    graph = accept(spec("y: {op: batch_norm, momentum: 0.99}"))
    assert [note.severity for note in graph.notes] == ["warning"]


def test_an_inherited_parameter_may_lie_unused(tmp_path: object) -> None:
    from pathlib import Path

    root = Path(str(tmp_path))
    (root / "parent.yaml").write_text(
        spec("y: {op: conv, out_channels: k, kernel_size: 1}", params="{k: 3}")
    )
    child = "netspec: 1\nname: child\nextends: parent.yaml\nnodes: {y: relu}\n"
    netspec.check_spec(netspec.Text(child), root=root)
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(netspec.Text(child + "params: {own: 1}\n"), root=root)
    assert [error.code for error in caught.value.diagnostics] == ["unused"]


WEIGHTS = spec(
    "y: {op: conv, out_channels: 2, kernel_size: 1, bias: false}", inputs="{x: [N, 8, 4, 4]}"
)


def test_weights_at_their_limit() -> None:
    """Two filters of eight numbers of four bytes."""
    assert accept(WEIGHTS, limits=Limits(weight_bytes=64))
    with pytest.raises(NetspecError) as caught:
        accept(WEIGHTS, limits=Limits(weight_bytes=63))
    (error,) = caught.value.diagnostics
    assert error.code == "too-large"
    assert error.message.startswith("the weights would take 0.0 GiB, more than ")
    assert error.help == "make it smaller, or raise `Limits.weight_bytes` in Python"


def test_sizes_of_weights_are_told_in_gibibytes() -> None:
    wide = "y: {op: linear, out_features: 131072, bias: false}"
    with pytest.raises(NetspecError) as caught:
        accept(spec(wide, inputs="{x: [N, 65536]}"), limits=Limits(tensor_bytes=1 << 40))
    (error,) = caught.value.diagnostics
    assert error.message == "the weights would take 32.0 GiB, more than 16 GiB"


def test_the_least_sizes_wait_until_all_else_is_right() -> None:
    text = spec(
        "y: {op: conv, out_channels: 2, kernel_size: 3}",
        dims="{H: {nominal: 8, min: 2}}",
        inputs="{x: [N, 8, H, 8]}",
    )
    for limits, code in ((Limits(weight_bytes=63), "too-large"), (Limits(), "min-too-small")):
        with pytest.raises(NetspecError) as caught:
            accept(text, limits=limits)
        assert [error.code for error in caught.value.diagnostics] == [code]


def test_what_follows_from_a_wrong_shape_alone_is_no_second_error() -> None:
    wide = "{op: conv, out_channels: 4, kernel_size: 1, shape: ⟦[N, 5, 8, 8]⟧}"
    refuse(
        spec(f"a: {wide}\ny: {{op: conv, out_channels: 4, kernel_size: 1, groups: 2}}"),
        "shape-mismatch",
    )


def test_a_node_that_nothing_reads() -> None:
    refuse(spec("⟦a⟧: {op: relu, from: x}\ny: {op: relu, from: x}"), "unused")


def test_what_nothing_uses_is_told_once_all_else_is_right() -> None:
    refuse(spec("a: {op: relu, from: x}\ny: {op: ⟦rellu⟧, from: x}"), "unknown-op")


def test_a_rule_that_is_wrong_leaves_no_graph() -> None:
    nodes = "y: {op: conv, out_channels: 4, kernel_size: 1}"
    refuse(spec(nodes, init="[⟦{match: y.bias, fill: xavier_uniform}⟧]"), "init-mismatch")


@pytest.mark.parametrize(
    ("params", "help"),
    [
        ("{width: 3}", "did you mean `width`?"),
        ("{depth: 3, stem: 7}", "its parameters are depth, stem"),
        (None, "its parameters are none"),
    ],
)
def test_a_parameter_that_there_is_not(params: str | None, help: str) -> None:
    top = {"params": params} if params else {}
    with pytest.raises(NetspecError) as caught:
        accept(spec("y: relu", **top), params={"widht": 7})
    error = caught.value.diagnostics[0]
    assert (error.code, error.help) == ("unknown-parameter", help)
    assert error.message == "`test` has no parameter `widht`"


def test_the_name_of_a_parameter_is_cut_in_a_message() -> None:
    for length, shown in ((80, 80), (81, 80)):
        with pytest.raises(NetspecError) as caught:
            accept(spec("y: relu"), params={"p" * length: 7})
        assert caught.value.diagnostics[0].message.count("p") == shown + len("parameter") // 9


def test_a_needed_parameter() -> None:
    text = spec("y: {op: conv, out_channels: k, kernel_size: 1}", params="{⟦k⟧: }")
    (error,) = refuse(text, "missing-argument")
    assert error.message == "`test` needs the parameter `k`"


def test_a_name_that_stands_alone_in_an_input_wants_to_be_a_dim() -> None:
    (error,) = refuse(spec("y: relu", inputs="{x: [N, ⟦H⟧]}"), "unknown-name")
    assert error.help == "declare a free size, `dims: {H: 224}`; the batch is `N`"
    (error,) = refuse(spec("y: relu", inputs="{x: [N, ⟦H⟧ + 1]}"), "unknown-name")
    assert "declare a free size" not in (error.help or "")


def test_what_depends_on_a_doubtful_size_is_no_second_error() -> None:
    """A dim that is wrong has a value for the walk, and what follows from it is not told."""
    text = spec(
        "y: {op: max_pool, kernel_size: 3}",
        dims="{H: {nominal: ⟦7⟧, multiple_of: 2}}",
        inputs="{x: [N, 4, H, H]}",
    )
    refuse(text, "invalid-dim")


def test_a_wrong_shape_is_one_error_and_what_is_wrong_with_both_shapes_another() -> None:
    nodes = """
        a: {op: conv, out_channels: 6, kernel_size: 1, shape: ⟦[N, 5, 8, 8]⟧}
        b: {op: conv, out_channels: 5, groups: 5, kernel_size: 1}
        c: {op: conv, out_channels: 4, kernel_size: 1, ⟦strid⟧: 2}
        y: relu
    """
    refuse(spec(nodes), "shape-mismatch", "unknown-argument")


def test_a_graph_carries_what_its_spec_says() -> None:
    graph = accept(spec("y: relu", doc="Words.", source="a paper"))
    assert (graph.name, graph.doc, graph.source) == ("test", "Words.", "a paper")
    assert graph.params == {}


def test_a_memo_keeps_what_there_is_to_note() -> None:
    text = spec("y: {op: dropout, p: rate}", params="{rate: 0.5}", init="[{match: a.*, fill: 0}]")
    checked = netspec.check_spec(netspec.Text(text))
    notes = checked.graph.notes
    for rate in (0.25, 0.1):
        assert checked.vary(params={"rate": rate}).graph.notes == notes
    assert [note.code for note in notes] == ["unused"]
    noted = checked.vary(params={"rate": 0.75}).graph.notes
    assert [note.code for note in noted] == ["advice", "unused"]


def test_a_variant_that_is_refused_leaves_a_memo_as_it_was() -> None:
    text = spec("y: {op: conv, out_channels: k, kernel_size: 1, bias: false}", params="{k: 2}")
    checked = netspec.check_spec(netspec.Text(text), limits=Limits(weight_bytes=64))
    checked.vary(params={"k": 4})
    known = dict(checked.memo.leaves)
    assert known
    with pytest.raises(NetspecError) as caught:
        checked.vary(params={"k": 5})
    assert [error.code for error in caught.value.diagnostics] == ["too-large"]
    assert checked.memo.leaves == known


@pytest.mark.parametrize(
    ("params", "size", "code"),
    [
        ("{k: 1.5}", "⟦k⟧", "not-whole"),
        ("{k: {default: ⟦0⟧, min: 1}}", "k", "parameter-range"),
    ],
)
def test_a_name_that_is_known_is_not_asked_to_be_a_dim(params: str, size: str, code: str) -> None:
    (error,) = refuse(spec("y: relu", params=params, inputs=f"{{x: [N, {size}]}}"), code)
    assert "declare a free size" not in (error.help or "")
