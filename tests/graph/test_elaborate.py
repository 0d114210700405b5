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
