"""Nodes in all forms, and what the expressions and names of a scope may see."""

import pytest

import netspec
from tests.graph.specs import accept, keys, modules, node, reads, refuse, shapes, spec

TWO = "{x: [N, 4, 8, 8], z: [N, 4, 8, 8]}"


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        ("relu", ["y"]),
        ("{op: relu}", ["y"]),
        ("[relu, tanh]", ["y.0", "y.1"]),
        ("{chain: [relu, tanh]}", ["y.0", "y.1"]),
        ("{nodes: {a: relu, b: tanh}}", ["y.a", "y.b"]),
    ],
)
def test_forms(written: str, paths: list[str]) -> None:
    assert modules(accept(spec(f"y: {written}"))) == paths


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("rellu", "did you mean `relu`?"),
        ("conv2d", "did you mean `conv`?"),
        ("blok", "did you mean `block`?"),
        ("qqqqqqqq", "`netspec ops` lists the ops (one of your own needs `--ops MODULE`)"),
        ("drop_path", "did you mean `dropout`? (one of your own needs `--ops MODULE`)"),
    ],
)
def test_unknown_op(name: str, help: str) -> None:
    (error,) = refuse(
        spec(f"y: {{op: ⟦{name}⟧}}", blocks="block: {nodes: {a: relu}}"), "unknown-op"
    )
    assert error.message == f"there is no op or block `{name}`"
    assert error.help == help


def test_a_block_comes_before_an_op_of_its_name() -> None:
    from tests.graph.specs import remarks

    text = spec("y: relu", blocks="⟦relu⟧: {nodes: {a: sigmoid}}")
    (note,) = remarks(text, "hides-op")
    assert note.severity == "note"
    assert modules(accept(text.replace("⟦", "").replace("⟧", ""))) == ["y.a"]


def test_an_inline_subgraph_binds_its_inputs_by_position() -> None:
    graph = accept(
        spec(
            "y: {from: [z, x], inputs: [p, q], nodes: {a: {op: add, from: [q, p]}, "
            "b: {op: relu, when: p.channels == 4}}}",
            inputs=TWO,
        )
    )
    assert modules(graph) == ["y.a", "y.b"]
    assert reads(graph, "y") == ["z", "x"]


def test_an_inline_subgraph_sees_parameters_and_dims_but_no_node_and_no_outer_input() -> None:
    accept(
        spec(
            "a: relu\ny: {inputs: [p], nodes: {b: {op: conv, out_channels: k, "
            "kernel_size: 1, shape: [N, k, H, 8]}}}",
            params="{k: 3}",
            dims="{H: 8}",
            inputs="{x: [N, 4, H, 8]}",
        )
    )
    refuse(spec("a: relu\ny: {nodes: {b: {op: add, from: [x, ⟦a⟧]}}}"), "unknown-node")
    refuse(
        spec("y: {inputs: [p], nodes: {b: {op: relu, when: ⟦x⟧.channels == 4}}}"),
        "unknown-name",
    )


@pytest.mark.parametrize(("name", "what"), [("k", "parameter"), ("H", "dim")])
def test_an_input_of_a_subgraph_hides_nothing(name: str, what: str) -> None:
    text = spec(
        f"y: {{inputs: [⟦{name}⟧], nodes: {{c: {{op: relu, from: {name}}}}}}}\n"
        "z: {op: relu, repeat: k, from: y}",
        params="{k: 2}",
        dims="{H: 8}",
        inputs="{x: [N, H]}",
        outputs="{z: z}",
    )
    (error,) = refuse(text, "duplicate-name")
    assert error.message == f"`{name}` is an input of the subgraph `y` and a {what}"


def test_an_inline_subgraph_with_several_outputs() -> None:
    graph = accept(
        spec(
            "a: {nodes: {b: relu, c: {op: tanh, from: x}}, outputs: {left: b, right: c}}\n"
            "y: {op: add, from: [a.right, a.left]}"
        )
    )
    assert [ref.output for ref in node(graph, "y").inputs] == [1, 0]


def test_an_inline_subgraph_with_another_output_than_the_last() -> None:
    refuse(spec("y: {nodes: {a: relu, ⟦b⟧: tanh}, output: a}"), "unused")


def test_faults_inside_of_a_subgraph_lead_out() -> None:
    (error,) = refuse(spec("y: {nodes: {a: {op: ⟦rellu⟧}}}"), "unknown-op")
    assert [frame.text for frame in error.frames] == ["inside `y`"]
    assert error.instance == "y.a"


def test_node_values_in_all_places() -> None:
    graph = accept(
        spec(
            "a: act\nb: [act, {op: act, repeat: 2}]\ny: {nodes: {c: {op: act}}}",
            params="{act: {chain: [relu, {op: dropout, p: 0.1}]}}",
        )
    )
    assert modules(graph) == [
        "a.0", "a.1", "b.0.0", "b.0.1", "b.1.0", "b.1.1", "b.2.0", "b.2.1", "y.c.0", "y.c.1",
    ]  # fmt: skip


def test_a_node_value_that_is_a_block() -> None:
    graph = accept(
        spec(
            "y: {op: outer, make: {op: inner, k: 3}}",
            blocks="""
            inner: {params: {k}, nodes: {c: {op: conv, out_channels: k, kernel_size: 1}}}
            outer: {params: {make}, nodes: {p: make}}
            """,
        )
    )
    assert keys(graph) == ["y.p.c.weight", "y.p.c.bias"]


TOKEN = "{op: parameter, shape: [1, 4, 1, 1]}"


def test_a_node_value_that_reads_nothing() -> None:
    nodes = "a: relu\nt: tok\ny: {op: add, from: [a, t], broadcast: true}"
    assert reads(accept(spec(nodes, params=f"{{tok: {TOKEN}}}")), "t") == []


@pytest.mark.parametrize("values", [(TOKEN, "{op: tanh}"), ("{op: tanh}", TOKEN)])
def test_each_call_says_whether_a_node_value_reads(values: tuple[str, str]) -> None:
    graph = accept(
        spec(
            f"y: {{op: b, f: {values[0]}}}\nz: {{op: b, f: {values[1]}}}",
            blocks="""
            b:
              params: {f}
              nodes:
                s: {nodes: {c: relu, t: f, d: {op: add, from: [c, t], broadcast: true}}}
                h: {op: c, g: {op: f}}
            c:
              params: {g}
              nodes: {a: relu, t: g, d: {op: add, from: [a, t], broadcast: true}}
            """,
            outputs="{z: z}",
        )
    )
    assert len(keys(graph)) == 2


def test_a_bare_parameter_can_be_shared() -> None:
    nodes = f"a: {TOKEN}\nb: {{share: a}}\ny: {{op: add, from: [a, b, x], broadcast: true}}"
    assert len(keys(accept(spec(nodes)))) == 1


def test_a_node_value_handed_on() -> None:
    graph = accept(
        spec(
            "y: {op: outer, act: act}",
            params="{act: {op: relu}}",
            blocks="""
            inner: {params: {act: {op: tanh}}, nodes: {c: act}}
            outer: {params: {act: {op: tanh}}, nodes: {p: {op: inner, act: act}}}
            """,
        )
    )
    assert node(graph, "y.p.c").title == "relu"


def test_a_node_value_sees_what_is_declared_before_it_and_not_itself() -> None:
    graph = accept(
        spec(
            "a: {op: b, act: act, repeat: 2}\ny: {op: b, act: {op: act}}",
            params="{slope: 0.5, act: {op: leaky_relu, negative_slope: slope}, b: 1}",
            blocks="b: {params: {act: {op: tanh}}, nodes: {c: {op: act}}}",
            init="[{op: conv, when: b == 1, fill: 0}]",
        )
    )
    assert graph.root.nodes[0].body.nodes[0].body is graph.root.nodes[0].body.nodes[1].body  # type: ignore[union-attr]
    refuse(
        spec(
            "y: act",
            params="{act: {op: leaky_relu, negative_slope: ⟦slope⟧}, slope: 0.5}",
        ),
        "unknown-name",
    )


def test_a_fault_in_a_node_value_is_where_it_is_written() -> None:
    refuse(spec("a: act\ny: act", params="{act: {op: ⟦rellu⟧}}"), "unknown-op")


def test_reshape_as_a_node_value() -> None:
    graph = accept(spec("y: flat", params="{flat: {op: reshape, shape: [N, _]}}"))
    assert shapes(graph) == ["[N, 256]"]


def test_several_inputs_and_outputs() -> None:
    graph = accept(
        spec(
            "a: {op: add, from: [x, z]}\nb: relu\ny: {op: concat, from: [a, x]}",
            inputs=TWO,
            outputs="{y: y, b: b}",
        )
    )
    assert graph.root.output_names == ("y", "b")


def test_a_condition_that_fails_has_no_echoes() -> None:
    # With an unknown condition nobody knows whether the pool is there.
    refuse(
        spec("a: {op: max_pool, kernel_size: 2, when: ⟦q⟧}\ny: {op: add, from: [a, x]}"),
        "unknown-name",
    )
    refuse(
        spec("a: [{op: max_pool, kernel_size: 2, repeat: ⟦q⟧}]\ny: {op: add, from: [a, x]}"),
        "unknown-name",
    )


def test_an_unknown_node_among_several_sources_hides_nothing() -> None:
    refuse(
        spec("a: {op: add, from: [x, ⟦q⟧]}\nb: {op: ⟦rellu⟧}\ny: {op: conv, ⟦strid⟧: 1}"),
        "unknown-node",
        "unknown-op",
        "unknown-argument",
    )


def test_copies_of_one_leaf_are_one_value() -> None:
    graph = accept(spec("a: relu\ny: {op: relu, repeat: 3}"))
    leaves = [leaf for _, _, leaf in graph.leaves()]
    assert all(leaf is leaves[0] for leaf in leaves)


def test_a_parameter_that_holds_a_node_does_not_vanish_behind_an_op() -> None:
    text = """
netspec: 1
inputs: {x: [N, 3]}
blocks: {b: {params: {relu}, nodes: {a: relu}}}
nodes: {y: {op: b, relu: {op: silu}}}
outputs: {y: y}
"""
    with pytest.raises(netspec.NetspecError) as error:
        netspec.check_spec(netspec.Text(text))
    (found,) = error.value.diagnostics
    assert (found.code, found.span.line, found.instance) == ("duplicate-name", 4, "y.a")
    renamed = text.replace("{relu}, nodes: {a: relu}", "{act}, nodes: {a: {op: act}}")
    assert netspec.check_spec(netspec.Text(renamed.replace("relu: {op", "act: {op")))
