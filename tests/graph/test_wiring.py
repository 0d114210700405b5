"""`from`, `share` and outputs by name: what a node reads, circles, and what nothing reads."""

import pytest

from tests.graph.specs import accept, reads, refuse, spec

TWO = "{x: [N, 4, 8, 8], z: [N, 4, 8, 8]}"


def test_first_node_reads_the_first_input_and_others_the_node_before() -> None:
    graph = accept(spec("a: relu\nb: relu\ny: {op: add, from: [b, z]}", inputs=TWO))
    assert [reads(graph, name) for name in ("a", "b", "y")] == [["x"], ["a"], ["b", "z"]]


def test_from_is_a_name_or_a_list_of_names() -> None:
    graph = accept(
        spec("a: {op: relu, from: x}\nb: {op: relu, from: [x]}\ny: {op: add, from: [a, b]}")
    )
    assert [reads(graph, name) for name in ("a", "b", "y")] == [["x"], ["x"], ["a", "b"]]


def test_from_may_name_a_later_node() -> None:
    graph = accept(spec("y: {op: add, from: [x, b]}\nb: {op: relu, from: x}"))
    assert reads(graph, "y") == ["x", "b"]


def test_a_node_may_read_one_tensor_twice() -> None:
    assert reads(accept(spec("y: {op: add, from: [x, x]}")), "y") == ["x", "x"]


def test_default_from_is_the_node_written_before_even_if_it_is_executed_later() -> None:
    graph = accept(spec("a: {op: relu, from: b}\ny: sigmoid\nb: {op: tanh, from: x}"))
    assert reads(graph, "y") == ["a"]


def test_a_bare_parameter_reads_nothing_wherever_it_stands() -> None:
    graph = accept(
        spec(
            "a: relu\np: {op: parameter, shape: [1, 4, 8, 8]}\n"
            "y: {op: add, from: [a, p], broadcast: true}"
        )
    )
    assert reads(graph, "p") == []


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("con", "did you mean `conv`?"),
        ("xx", "did you mean `x`?"),
        ("qqqqqq", "there are x, conv, y"),
    ],
)
def test_unknown_node(name: str, help: str) -> None:
    (error,) = refuse(spec(f"conv: relu\ny: {{op: add, from: [conv, ⟦{name}⟧]}}"), "unknown-node")
    assert error.message == f"no node or input of this scope is named `{name}`"
    assert error.help == help


def test_each_unknown_name_is_reported_and_nothing_else() -> None:
    refuse(
        spec(
            "a: {op: relu, from: ⟦p⟧}\nb: relu\ny: {op: add, from: [b, ⟦q⟧], shape: [N, 4, 8, 8]}"
        ),
        "unknown-node",
        "unknown-node",
    )


def test_unknown_node_as_output() -> None:
    (error,) = refuse(spec("a: relu", outputs="{y: ⟦b⟧}"), "unknown-node")
    assert error.help is not None


def test_unknown_node_as_output_of_a_block() -> None:
    refuse(
        spec("y: b", blocks="b: {nodes: {a: relu}, output: ⟦c⟧}"),
        "unknown-node",
    )


def test_a_block_that_nothing_uses_is_wired_too() -> None:
    refuse(spec("y: relu", blocks="b: {nodes: {a: {op: relu, from: ⟦q⟧}}}"), "unknown-node")


def test_an_input_has_one_output() -> None:
    (error,) = refuse(spec("y: {op: relu, from: ⟦x.1⟧}"), "unknown-output")
    assert error.help == "write `x`"


def test_circle_names_its_nodes() -> None:
    (error,) = refuse(
        spec("a: {op: add, from: [x, ⟦y⟧]}\nb: relu\ny: relu"),
        "cycle",
    )
    assert error.message.count("`a`") == 2
    assert "`b`" in error.message and "`y`" in error.message


def test_a_node_that_reads_itself() -> None:
    (error,) = refuse(spec("y: {op: relu, from: ⟦y⟧}"), "cycle")
    assert "`y` → `y`" in error.message


def test_share_in_a_circle() -> None:
    refuse(spec("a: {op: relu, from: ⟦y⟧}\ny: {share: a, from: a}"), "cycle")


def test_unused_node() -> None:
    (error,) = refuse(spec("⟦a⟧: {op: relu, from: x}\ny: {op: relu, from: x}"), "unused")
    assert error.message == "nothing uses the node `a`"
    assert error.help == "read it with `from`, make it an output, or delete it"


def test_an_unused_node_that_another_is_to_read_in_place_of_what_it_reads() -> None:
    nodes = "a: relu\n⟦drop⟧: dropout\ny: {op: add, from: [x, a]}"
    (error,) = refuse(spec(nodes), "unused")
    assert error.help == (
        "give `y`, which names its inputs, `from: [x, drop]`; "
        "or make `drop` an output, or delete it"
    )


def test_an_unused_branch_is_told_at_its_end() -> None:
    refuse(spec("a: relu\n⟦b⟧: relu\ny: {op: relu, from: x}"), "unused")


def test_all_unused_ends_are_told() -> None:
    refuse(spec("⟦a⟧: relu\n⟦b⟧: {op: relu, from: x}\ny: {op: relu, from: x}"), "unused", "unused")


def test_what_is_unused_through_another_mistake_is_no_error_of_its_own() -> None:
    refuse(
        spec("a: relu\nb: {op: relu, from: x}\ny: {op: add, ⟦frmo⟧: [a, b]}"), "unknown-argument"
    )
    refuse(spec("a: relu\ny: {op: add, from: [⟦q⟧, x]}", params="{k: 1}"), "unknown-node")


def test_one_unknown_name_at_several_places_is_told_once() -> None:
    (error,) = refuse(
        spec("a: {op: relu, from: ⟦q⟧}\nb: {op: add, from: [a, q]}\ny: {op: add, from: [b, q]}"),
        "unknown-node",
    )
    assert error.notes == ("also at <text>:6, <text>:7",)


def test_unused_input() -> None:
    text = spec("y: relu", inputs="{x: [N, 4], ⟦z⟧: [N, 4]}")
    (error,) = refuse(text, "unused")
    assert error.message == "nothing uses the input `z`"


def test_unused_input_of_a_block() -> None:
    refuse(
        spec(
            "y: {op: b, from: [x, x]}",
            blocks="b: {inputs: [p, ⟦q⟧], nodes: {a: {op: relu, from: p}}}",
        ),
        "unused",
    )


def test_unused_nodes_hide_unused_inputs() -> None:
    refuse(spec("⟦a⟧: {op: relu, from: z}\ny: {op: relu, from: x}", inputs=TWO), "unused")


def test_use_is_judged_with_every_condition_true() -> None:
    graph = accept(
        spec(
            "a: {op: relu, when: use}\nb: {op: relu, from: x}\n"
            "y: {op: add, from: [b, a], when: use}",
            params="{use: false}",
        )
    )
    # `y` is absent and stands for `b`; its other source goes with it.
    assert [node.name for node in graph.root.nodes] == ["b"]


def test_an_input_may_be_an_output() -> None:
    graph = accept(spec("y: relu", outputs="{y: y, same: x}"))
    assert graph.root.output_names == ("y", "same")


def test_an_input_and_a_node_of_one_name() -> None:
    refuse(spec("⟦x⟧: {op: relu, from: x}", outputs="{y: x}"), "duplicate-name")


def test_share_of_an_unknown_node() -> None:
    (error,) = refuse(
        spec("conv: {op: conv, out_channels: 4, kernel_size: 1}\ny: {share: ⟦conc⟧}"),
        "unknown-node",
    )
    assert error.help == "did you mean `conv`?"


def test_share_of_a_later_node() -> None:
    (error,) = refuse(
        spec("a: {share: ⟦y⟧}\ny: {op: conv, out_channels: 4, kernel_size: 1}"), "share-later"
    )
    assert "not written before it" in error.message


def test_share_of_itself() -> None:
    refuse(spec("y: {share: ⟦y⟧}"), "share-later")


def test_nodes_of_other_scopes_cannot_be_read() -> None:
    refuse(
        spec(
            "a: {op: relu}\nb: {nodes: {c: {op: add, from: [x, ⟦a⟧]}}}\n"
            "y: {op: add, from: [b, ⟦c⟧]}"
        ),
        "unknown-node",
        "unknown-node",
    )


FCN = """
like:
  inputs: [x, like]
  nodes:
    up: {op: upsample, size: [like.height, like.width], mode: bilinear}
"""


@pytest.mark.parametrize(
    "blocks",
    [
        FCN,
        FCN.replace("inputs:", "params: {h: like.height, w: like.width}\n  inputs:").replace(
            "[like.height, like.width]", "[h, w]"
        ),
    ],
)
def test_an_input_that_only_an_expression_reads_is_used(blocks: str) -> None:
    import netspec

    text = spec(
        "down: {op: max_pool, kernel_size: 2}\ny: {op: like, from: [down, x], shape: [N, 4, H, W]}",
        dims="{H: 8, W: 12}",
        inputs="{x: [N, 4, H, W]}",
        blocks=blocks,
    )
    accept(text)
    torch = pytest.importorskip("torch")
    model = netspec.compile_spec(netspec.Text(text)).eval()
    for height, width in ((8, 12), (9, 7)):
        x = torch.randn(2, 4, height, width)
        pooled = torch.nn.functional.max_pool2d(x, 2)
        wanted = torch.nn.functional.interpolate(pooled, size=(height, width), mode="bilinear")
        assert torch.equal(model(x), wanted)


def test_an_input_of_the_network_that_only_an_expression_reads() -> None:
    accept(
        spec(
            "y: {op: upsample, size: [z.height, z.width]}",
            inputs="{x: [N, 4, 8, 8], z: [N, 1, 16, 16]}",
        )
    )


def test_an_input_of_a_subgraph_that_only_an_expression_reads() -> None:
    accept(
        spec(
            "y: {from: [x, z], inputs: [p, q], nodes: {a: {op: relu, when: q.height > 4}}}",
            inputs=TWO,
        )
    )
