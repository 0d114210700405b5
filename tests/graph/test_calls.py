"""Blocks called: pure functions, remembered calls, arity, and the way to a fault."""

import pytest

from tests.graph.specs import accept, keys, modules, node, refuse, shapes, spec

CONV = "{op: conv, out_channels: k, kernel_size: 1}"
TWO = "{x: [N, 4, 8, 8], z: [N, 4, 8, 8]}"
BLOCK = f"b: {{params: {{k}}, nodes: {{c: {CONV}, d: relu}}}}"


def test_a_block_is_a_module_with_its_nodes_as_children() -> None:
    graph = accept(spec("y: {op: b, k: 3}", blocks=BLOCK))
    assert modules(graph) == ["y.c", "y.d"]
    assert keys(graph) == ["y.c.weight", "y.c.bias"]
    assert (node(graph, "y").body.kind, node(graph, "y").title) == ("block", "b")  # type: ignore[union-attr]


def test_a_block_that_is_a_chain() -> None:
    graph = accept(spec("y: {op: b, k: 3}", blocks=f"b: {{params: {{k}}, chain: [{CONV}, relu]}}"))
    assert modules(graph) == ["y.0", "y.1"]


def test_a_block_may_call_a_block_that_is_written_later() -> None:
    graph = accept(
        spec("y: a", blocks="a: {nodes: {p: {op: b, k: 2}}}\n" + BLOCK),
    )
    assert modules(graph) == ["y.p.c", "y.p.d"]


def test_a_block_does_not_see_parameters_of_the_spec() -> None:
    refuse(
        spec(
            "u: {op: conv, out_channels: k, kernel_size: 1}\ny: b",
            params="{k: 3}",
            blocks="b: {nodes: {c: {op: conv, out_channels: ⟦k⟧, kernel_size: 1}}}",
        ),
        "unknown-name",
    )


def test_a_block_does_not_see_the_inputs_of_the_spec() -> None:
    refuse(
        spec(
            "y: b",
            inputs="{image: [N, 4]}",
            blocks="b: {nodes: {c: {op: linear, out_features: ⟦image⟧.shape[1]}}}".replace(
                "⟦image⟧.shape[1]", '"⟦image⟧.shape[1]"'
            ),
        ),
        "unknown-name",
    )


def test_free_dims_and_the_batch_are_known_everywhere() -> None:
    graph = accept(
        spec(
            "y: b",
            dims="{H: 8}",
            inputs="{x: [N, 4, H, 8]}",
            blocks="b: {nodes: {c: {op: relu, shape: [N, 4, H, 8]}}}",
        )
    )
    assert graph.checked == 1


def test_the_caller_passes_its_own_parameter_by_name() -> None:
    graph = accept(spec("y: {op: b, k: k}", params="{k: 5}", blocks=BLOCK))
    assert shapes(graph) == ["[N, 5, 8, 8]"]


def test_a_block_with_several_inputs() -> None:
    blocks = (
        "b: {inputs: [p, q], nodes: {c: {op: add, from: [p, q]}, d: {op: relu, "
        "when: p.channels == q.channels}}}"
    )
    graph = accept(spec("y: {op: b, from: [z, x]}", inputs=TWO, blocks=blocks))
    assert modules(graph) == ["y.c", "y.d"]


def test_a_block_without_inputs() -> None:
    graph = accept(
        spec(
            "p: b\ny: {op: add, from: [x, p], broadcast: true}",
            blocks="b: {inputs: [], nodes: {c: {op: parameter, shape: [1, 4, 1, 1]}}}",
        )
    )
    assert keys(graph) == ["p.c"]


def test_output_of_a_block_that_is_not_the_last_node() -> None:
    graph = accept(
        spec(
            "y: b",
            blocks="b: {nodes: {c: {op: max_pool, kernel_size: 2}, d: {op: relu, "
            "from: x, when: 1 > 2}, e: {op: add, from: [c, c]}}, output: e}",
        ).replace("d: {op: relu, from: x, when: 1 > 2}, ", "")
    )
    assert shapes(graph) == ["[N, 4, 4, 4]"]


@pytest.mark.parametrize(
    ("node_", "message"),
    [
        ("{op: two, from: ⟦x⟧}", "`two` has 2 inputs (p, q), and 1 is given"),
        ("{op: ⟦two⟧}", "`two` has 2 inputs (p, q), and 1 is given"),
        ("{op: one, from: [⟦x, x⟧]}", "`one` has 1 input (x), and 2 are given"),
        ("{op: none, from: ⟦x⟧}", "`none` has 0 inputs (none), and 1 is given"),
        (
            "{from: [⟦x, x⟧], nodes: {e: relu}}",
            "the subgraph `y` has 1 input (x), and 2 are given",
        ),
    ],
)
def test_arity(node_: str, message: str) -> None:
    blocks = """
        one: {nodes: {c: relu}}
        two: {inputs: [p, q], nodes: {c: {op: add, from: [p, q]}}}
        none: {inputs: [], nodes: {c: {op: parameter, shape: [4]}}}
        """
    (error,) = refuse(spec(f"y: {node_}", blocks=blocks), "wrong-arity")
    assert error.message == message


def test_a_wrong_argument_and_a_wrong_arity_at_once() -> None:
    refuse(spec("y: {op: b, from: [⟦x, x⟧], k: ⟦q⟧}", blocks=BLOCK), "wrong-arity", "unknown-name")


def test_a_misspelt_parameter_is_not_missing_too() -> None:
    refuse(
        spec(
            "y: {op: b, ⟦width⟧: 3}",
            blocks="b: {params: {widths}, nodes: {c: {op: conv, out_channels: widths, "
            "kernel_size: 1}}}",
        ),
        "unknown-argument",
    )


def test_equal_calls_are_one_value() -> None:
    graph = accept(spec("a: {op: b, k: 4}\nc: {op: b, k: 4}\ny: {op: b, k: 3}", blocks=BLOCK))
    bodies = [n.body for n in graph.root.nodes]
    assert bodies[0] is bodies[1]
    assert bodies[0] is not bodies[2]


def test_equal_calls_with_the_default_written_out() -> None:
    graph = accept(spec("a: b\ny: {op: b, k: 4}", blocks=BLOCK.replace("{k}", "{k: x.channels}")))
    assert graph.root.nodes[0].body is graph.root.nodes[1].body


@pytest.mark.parametrize("values", [("true", "1"), ("1", "true"), ("false", "0")])
def test_values_of_other_types_are_other_calls(values: tuple[str, str]) -> None:
    """1 and true are equal in Python; a bias of 1 is refused, whatever was called before."""
    good, bad = (values[0], values[1]) if values[0] in ("true", "false") else values[::-1]
    first, second = values
    mark = {good: good, bad: bad}
    refuse(
        spec(
            f"a: {{op: b, bias: {mark[first]}}}\ny: {{op: b, bias: {mark[second]}}}",
            blocks="b: {params: {bias}, nodes: {c: {op: conv, out_channels: 4, "
            "kernel_size: 1, bias: ⟦bias⟧}}}",
        ),
        "argument-value",
    )
    refuse(
        spec(
            "\n".join(
                f"{name}: {{op: conv, out_channels: 4, kernel_size: 1, bias: "
                + (f"⟦{value}⟧" if value == bad else value)
                + "}"
                for name, value in zip("ay", values, strict=True)
            )
        ),
        "argument-value",
    )


def test_the_way_from_the_fault_to_the_network() -> None:
    (error,) = refuse(
        spec(
            "y: [relu, {op: outer, repeat: 2}]",
            blocks="""
            inner:
              params: {k}
              nodes: {c: {op: conv, out_channels: k, kernel_size: 1, groups: ⟦3⟧}}
            outer: {nodes: {p: {chain: [{op: inner, k: 3}]}}}
            """,
        ),
        "not-divisible",
    )
    assert error.instance == "y.1.p.0.c"
    assert [frame.text for frame in error.frames] == ["called by `y.1.p.0`", "called by `y.1`"]
    assert [frame.span.line for frame in error.frames] == [7, 10]


def test_a_fault_in_a_block_that_is_called_often_is_told_once() -> None:
    refuse(
        spec(
            "a: {op: b, k: 1}\nc: {op: b, k: 2}\ny: {op: b, k: 3, repeat: 4}",
            blocks="b: {params: {k}, nodes: {c: {op: conv, out_channels: k, "
            "kernel_size: 1, ⟦kernal⟧: 1}}}",
        ),
        "unknown-argument",
    )


def test_blocks_that_call_one_another_thirty_times() -> None:
    chain = "\n".join(f"b{i}: {{nodes: {{c: b{i + 1}}}}}" for i in range(30))
    accept(spec("y: b0", blocks=chain + "\nb30: {nodes: {c: relu}}"))


@pytest.mark.parametrize("levels", [31, 32, 33])
def test_nesting_limit(levels: int) -> None:
    blocks = "\n".join(f"b{i}: {{nodes: {{c: b{i + 1}}}}}" for i in range(1, levels))
    text = spec("y: b1", blocks=f"{blocks}\nb{levels}: {{nodes: {{c: relu}}}}")
    if levels <= 32:
        accept(text)
        return
    refuse(text.replace("c: b33}", "c: ⟦b33⟧}"), "nesting-too-deep")


def test_what_a_call_gives_is_its_own_though_the_block_is_one_value() -> None:
    block = BLOCK.replace("{k}", "{k: x.channels}")
    for nodes in ("a: b\ny: {op: b, k: 4}", "y: {op: b, k: 4}\na: {op: b, from: y}"):
        graph = accept(spec(nodes, outputs="{a: a, y: y}", blocks=block))
        assert node(graph, "a").body is node(graph, "y").body
        assert (node(graph, "a").given, node(graph, "y").given) == ({}, {"k": 4})
        assert node(graph, "a").body.params == {"k": 4}  # type: ignore[union-attr]


def test_what_a_call_gives_in_a_repeat() -> None:
    graph = accept(
        spec(
            "y: {op: b, k: 3, repeat: 3, first: {k: 4, d: 2}}",
            blocks=BLOCK.replace("{k}", "{k, d: 1}").replace("size: 1", "size: 1, stride: d"),
        )
    )
    assert [node(graph, f"y.{i}").given for i in range(3)] == [{"k": 4, "d": 2}] + [{"k": 3}] * 2
