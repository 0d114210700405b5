"""Scopes put together: absent nodes, outputs by name, places, shared modules, training."""

import pytest

from tests.graph.specs import accept, keys, modules, node, reads, refuse, shapes, spec

CONV = "op: conv, out_channels: 4, kernel_size: 1"


def test_an_absent_node_stands_for_its_first_input() -> None:
    graph = accept(spec("a: relu\nb: {op: add, from: [a, x], when: 1 > 2}\ny: {op: sigmoid}"))
    assert modules(graph) == ["a", "y"]
    assert reads(graph, "y") == ["a"]


def test_what_only_an_absent_node_reads_goes_too() -> None:
    graph = accept(
        spec(f"a: {{{CONV}}}\nb: {{{CONV}, from: x}}\ny: {{op: add, from: [a, b], when: 1 > 2}}")
    )
    assert keys(graph) == ["a.weight", "a.bias"]


def test_an_absent_node_may_be_an_output() -> None:
    graph = accept(spec("a: relu\ny: {op: sigmoid, when: 1 > 2}"))
    assert modules(graph) == ["a"]
    assert graph.root.outputs[0].node == 0


def test_everything_may_be_absent() -> None:
    graph = accept(spec("y: {op: sigmoid, when: 1 > 2}"))
    assert modules(graph) == []


def test_an_absent_parameter_stands_for_nothing() -> None:
    text = """
        p: {op: parameter, shape: [1, 4, 8, 8], when: 1 > 2}
        ⟦⟧y: {op: add, from: [x, p], broadcast: true}
        """
    refuse(spec(text.replace("⟦⟧", "").replace("p:", "⟦p⟧:", 1)), "absent-without-input")
    accept(spec(text.replace("⟦⟧", "").replace("broadcast: true", "when: 1 > 2")))


def test_an_absent_node_stands_for_an_output_of_an_op_with_several() -> None:
    graph = accept(
        spec(
            "a: {op: chunk, chunks: 2}\nb: {op: relu, from: a.1, when: 1 > 2}\n"
            "y: {op: add, from: [a.0, b]}"
        )
    )
    assert [ref.output for ref in node(graph, "y").inputs] == [0, 1]


@pytest.mark.parametrize("select", ["0", "1"])
def test_outputs_by_number(select: str) -> None:
    graph = accept(
        spec(
            f"a: {{op: chunk, chunks: 2}}\nb: {{op: relu, from: a.{select}}}\n"
            f"y: {{op: add, from: [b, a.0]}}"
        )
    )
    assert node(graph, "b").inputs[0].output == int(select)


def test_outputs_by_name() -> None:
    text = spec(
        "a: two\ny: {op: add, from: [a.left, a.right]}",
        blocks="two: {nodes: {c: relu, d: {op: sigmoid, from: x}}, outputs: {right: d, left: c}}",
    )
    assert [ref.output for ref in node(accept(text), "y").inputs] == [1, 0]


def test_the_only_output_may_be_named() -> None:
    blocks = "one: {nodes: {c: relu, d: sigmoid}, outputs: {left: d}}"
    accept(spec("a: one\ny: {op: relu, from: a.left}", blocks=blocks))
    accept(spec("a: one\ny: {op: relu, from: a}", blocks=blocks))
    refuse(spec("a: one\ny: {op: relu, from: ⟦a.d⟧}", blocks=blocks), "unknown-output")


def test_a_bare_name_of_a_node_with_several_outputs() -> None:
    (error,) = refuse(
        spec("a: {op: chunk, chunks: 2}\ny: {op: relu, from: ⟦a⟧}"), "several-outputs"
    )
    assert error.help == "write `a.0` or `a.1`"


def test_a_default_from_to_a_node_with_several_outputs() -> None:
    refuse(spec("a: {op: chunk, chunks: 2}\n⟦y⟧: relu"), "several-outputs")


@pytest.mark.parametrize(
    ("source", "help"),
    [
        ("a.2", "its outputs are 0, 1"),
        ("a.left", "its outputs are 0, 1"),
        ("b.lef", "did you mean `b.left`?"),
        ("b.0", "its outputs are left, right"),
        ("c.1", "write `c`"),
    ],
)
def test_unknown_output(source: str, help: str) -> None:
    (error,) = refuse(
        spec(
            f"""
            a: {{op: chunk, chunks: 2}}
            b: {{op: two, from: x}}
            c: {{op: relu, from: x}}
            y: {{op: add, from: [a.0, a.1, b.left, b.right, c, ⟦{source}⟧]}}
            """,
            blocks="two: {nodes: {c: {op: chunk, chunks: 2}}, outputs: {left: c.0, right: c.1}}",
        ),
        "unknown-output",
    )
    assert error.help == help


def test_several_outputs_that_are_not_all_used_are_fine() -> None:
    accept(spec("a: {op: chunk, chunks: 2}\ny: {op: relu, from: a.1}"))


# --- at ---------------------------------------------------------------------------------------


def test_at_says_where_the_module_sits() -> None:
    graph = accept(
        spec(
            f"a: {{{CONV}, at: branches.0}}\nb: {{{CONV}, at: branches.1}}\n"
            f"y: {{{CONV}, at: head.fc-1.x_2}}"
        )
    )
    assert [key for key in keys(graph) if key.endswith("weight")] == [
        "branches.0.weight",
        "branches.1.weight",
        "head.fc-1.x_2.weight",
    ]


def test_two_nodes_at_one_place() -> None:
    (error,) = refuse(spec(f"a: {{{CONV}, at: k}}\n⟦y⟧: {{{CONV}, at: k}}"), "place-taken")
    assert error.message == "`y` and `a` both want the module `k`"


def test_a_place_that_is_another_nodes_name() -> None:
    refuse(spec(f"a: {{{CONV}}}\n⟦y⟧: {{{CONV}, at: a}}"), "place-taken")


@pytest.mark.parametrize(("first", "second"), [("k", "k.0"), ("k.0", "k"), ("k.a.b", "k.a")])
def test_a_place_inside_of_another(first: str, second: str) -> None:
    refuse(spec(f"a: {{{CONV}, at: {first}}}\n⟦y⟧: {{{CONV}, at: {second}}}"), "place-taken")


def test_two_nodes_at_one_place_that_are_never_both_present() -> None:
    text = spec(
        f"a: {{{CONV}, at: k, when: b}}\n"
        f"y: {{op: conv, out_channels: 4, kernel_size: 3, at: k, when: not b}}",
        params="{b: true}",
    )
    assert keys(accept(text)) == keys(accept(text, params={"b": False})) == ["k.weight", "k.bias"]


def test_a_function_takes_no_place() -> None:
    accept(spec(f"a: {{{CONV}, at: k}}\ny: {{op: add, from: [a, x], at: k}}"))


# --- share ------------------------------------------------------------------------------------


def test_share_applies_the_same_weights() -> None:
    graph = accept(spec(f"a: {{{CONV}}}\nb: {{share: a}}\ny: {{share: b, from: a}}"))
    assert keys(graph) == ["a.weight", "a.bias"]
    assert modules(graph) == ["a", "a", "a"]
    assert reads(graph, "a") == ["x"]


def test_share_at_another_size() -> None:
    graph = accept(
        spec(
            f"a: {{{CONV}}}\nb: {{op: max_pool, kernel_size: 2}}\n"
            f"y: {{share: a, shape: [N, 4, 4, 4]}}"
        )
    )
    assert [shapes(graph, name)[0] for name in ("a", "b")] == ["[N, 4, 8, 8]", "[N, 4, 4, 4]"]
    assert graph.checked == 1
    assert graph.root.nodes[2].outputs[0][2] == 4


def test_share_for_an_input_with_other_channels() -> None:
    (error,) = refuse(
        spec(f"a: {{{CONV}}}\nb: {{op: conv, out_channels: 5, kernel_size: 1}}\ny: {{share: ⟦a⟧}}"),
        "share-mismatch",
    )
    assert error.message.startswith("`y` cannot share `a`")
    assert error.notes == ("`a` reads [N, 4, 8, 8]", "`y` reads [N, 5, 8, 8]")


def test_share_of_a_block() -> None:
    text = spec(
        "a: b\nc: {op: max_pool, kernel_size: 2}\ny: {share: a}",
        blocks=f"b: {{nodes: {{d: {{{CONV}}}, e: relu}}}}",
    )
    assert keys(accept(text)) == ["a.d.weight", "a.d.bias"]


def test_share_of_a_block_that_would_look_otherwise() -> None:
    text = spec(
        "a: b\nc: {op: max_pool, kernel_size: 2}\ny: {share: ⟦a⟧}",
        blocks=f"b: {{nodes: {{d: {{{CONV}}}, e: {{op: relu, when: x.height > 4}}}}}}",
    )
    refuse(text, "share-mismatch")


def test_share_of_a_chain_and_a_repeat() -> None:
    graph = accept(
        spec(f"a: [{{{CONV}}}, relu]\nb: {{{CONV}, repeat: 2}}\nc: {{share: a}}\ny: {{share: b}}")
    )
    assert len(keys(graph)) == 6


def test_share_does_not_repeat_the_declared_shape_of_its_owner() -> None:
    accept(
        spec(
            f"a: {{{CONV}, shape: [N, 4, 8, 8]}}\nb: {{op: max_pool, kernel_size: 2}}\n"
            f"y: {{share: a}}"
        )
    )


def test_the_owner_is_kept_for_its_weights() -> None:
    # Nothing reads `a`, but `y` applies its module.
    graph = accept(spec(f"a: {{{CONV}}}\ny: {{share: a, from: x}}"))
    assert keys(graph) == ["a.weight", "a.bias"]


def test_a_share_of_an_absent_node_is_absent() -> None:
    graph = accept(spec(f"a: {{{CONV}, when: 1 > 2}}\nb: relu\ny: {{share: a}}"))
    assert modules(graph) == ["b"]


def test_an_absent_share() -> None:
    graph = accept(spec(f"a: {{{CONV}}}\ny: {{share: a, when: 1 > 2}}"))
    assert modules(graph) == ["a"]


def test_a_shared_node_that_fails_is_reported_once() -> None:
    refuse(
        spec("a: {op: conv, out_channels: ⟦0⟧, kernel_size: 1}\ny: {share: a}"), "argument-value"
    )


def test_share_in_a_scope_of_its_own() -> None:
    refuse(
        spec(f"a: {{{CONV}}}\ny: {{nodes: {{b: {{share: ⟦a⟧}}}}}}"),
        "unknown-node",
    )


# --- training ---------------------------------------------------------------------------------


def test_nodes_that_only_training_outputs_need() -> None:
    graph = accept(
        spec(
            f"a: {{{CONV}}}\nb: {{{CONV}}}\nc: {{{CONV}, from: b}}\ny: {{op: relu, from: a}}",
            outputs="{y: y, aux: {from: c, training: true}}",
        )
    )
    assert {n.name: n.training for n in graph.root.nodes} == {
        "a": False,
        "b": True,
        "c": True,
        "y": False,
    }
    assert len(keys(graph)) == 6


def test_a_planted_fault_in_the_places_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from netspec.graph.builder import BodyBuilder

    monkeypatch.setattr(BodyBuilder, "_place", lambda self, doc, body: doc.keys.at or (doc.name,))
    text = spec(f"a: {{{CONV}, at: k}}\n⟦y⟧: {{{CONV}, at: k}}")
    with pytest.raises(pytest.fail.Exception):
        refuse(text, "place-taken")


@pytest.mark.parametrize(
    ("node", "help"),
    [
        ("[relu, relu]", "write its members as nodes, each with its place, `at: a.1`"),
        ("{op: relu, repeat: 2}", "write its members as nodes, each with its place, `at: a.1`"),
        ("{at: b, nodes: {c: relu, 'd': relu}}", "write `a`"),
    ],
)
def test_a_member_of_a_chain_is_no_output_of_it(node: str, help: str) -> None:
    (error,) = refuse(spec(f"a: {node}\ny: {{op: relu, from: ⟦a.1⟧}}"), "unknown-output")
    assert error.help == help


def test_a_node_of_a_subgraph_is_no_output_of_it() -> None:
    nodes = "a: {nodes: {c: relu, d: relu}}\ny: {op: relu, from: ⟦a.c⟧}"
    (error,) = refuse(spec(nodes), "unknown-output")
    assert error.help == "make it an output of `a`"


def test_copies_have_no_place_beside_other_nodes() -> None:
    nodes = f"a: {{{CONV}, at: k.0}}\n⟦y⟧: {{{CONV}, repeat: 2, label: '1', at: k}}"
    (error,) = refuse(spec(nodes), "place-taken")
    assert error.help is not None
    assert error.help.endswith("only nodes without `repeat` can share a parent, `at: k.4`")
