"""Chains and repeats: indices, labels, splice, several tensors, and absent copies."""

from pathlib import Path

import pytest

from netspec.graph.ir import Scope
from tests.graph.files import check, errors, included
from tests.graph.specs import accept, keys, modules, node, refuse, shapes, spec

CONV = "op: conv, out_channels: 4, kernel_size: 1"
TWO = "{x: [N, 4, 8, 8], z: [N, 4, 8, 8]}"


def test_members_of_a_chain_are_numbered() -> None:
    graph = accept(spec(f"y: [{{{CONV}}}, relu, {{{CONV}}}]"))
    assert modules(graph) == ["y.0", "y.1", "y.2"]
    assert node(graph, "y").body.kind == "chain"  # type: ignore[union-attr]


def test_a_list_and_a_chain_are_the_same() -> None:
    assert modules(accept(spec("y: [relu, sigmoid]"))) == modules(
        accept(spec("y: {chain: [relu, sigmoid]}"))
    )


def test_an_absent_member_takes_no_index() -> None:
    graph = accept(spec(f"y: [{{{CONV}, when: 1 > 2}}, relu, {{{CONV}}}]"))
    assert modules(graph) == ["y.0", "y.1"]
    assert keys(graph) == ["y.1.weight", "y.1.bias"]


def test_members_with_an_error_keep_their_index() -> None:
    a, b, c = (f"{{op: conv, out_channels: ⟦{name}⟧, kernel_size: 1}}" for name in "abc")
    found = refuse(spec(f"y: [{a}, {b}, relu, {c}]"), *["unknown-name"] * 3)
    assert [each.instance for each in found] == ["y.0", "y.1", "y.3"]


def test_the_title_says_members_that_are_alike_once() -> None:
    graph = accept(spec("y: [relu, sigmoid, sigmoid, {op: relu, repeat: 2}, relu]"))
    assert node(graph, "y").title == "relu, sigmoid ×2, relu ×2, relu"


def test_a_chain_whose_members_are_all_absent_passes_its_input_on() -> None:
    graph = accept(spec("a: [{op: relu, when: 1 > 2}]\ny: relu"))
    assert shapes(graph) == ["[N, 4, 8, 8]"]


def test_chains_in_chains() -> None:
    assert modules(accept(spec("y: [relu, [relu, [relu]], relu]"))) == [
        "y.0",
        "y.1.0",
        "y.1.1.0",
        "y.2",
    ]


def test_repeat_of_a_named_node() -> None:
    graph = accept(spec(f"y: {{{CONV}, repeat: 3}}"))
    assert modules(graph) == ["y.0", "y.1", "y.2"]
    assert node(graph, "y").title.endswith("×3")


def test_repeat_of_one_is_a_sequence_too() -> None:
    assert modules(accept(spec(f"y: {{{CONV}, repeat: 1}}"))) == ["y.0"]


def test_repeat_in_a_chain_takes_the_chains_indices() -> None:
    graph = accept(spec(f"y: [relu, {{{CONV}, repeat: 2}}, relu]"))
    assert modules(graph) == ["y.0", "y.1", "y.2", "y.3"]


def test_repeat_of_a_chain_and_of_a_subgraph() -> None:
    graph = accept(spec("a: {chain: [relu, sigmoid], repeat: 2}\ny: {nodes: {b: relu}, repeat: 2}"))
    assert modules(graph) == ["a.0.0", "a.0.1", "a.1.0", "a.1.1", "y.0.b", "y.1.b"]


@pytest.mark.parametrize("where", ["a: {op: sigmoid, repeat: 0}", "a: [{op: sigmoid, repeat: 0}]"])
def test_no_copies_is_absent(where: str) -> None:
    assert modules(accept(spec(f"{where}\ny: relu"))) == ["y"]


def test_when_is_asked_for_each_copy_and_absent_copies_take_no_index() -> None:
    graph = accept(
        spec(
            "y: {op: conv, out_channels: 4 + index, kernel_size: 1, repeat: 4, "
            "when: index % 2 == 1}"
        )
    )
    assert modules(graph) == ["y.0", "y.1"]
    assert [shapes(graph, f"y.{i}")[0] for i in (0, 1)] == ["[N, 5, 8, 8]", "[N, 7, 8, 8]"]


def test_no_copy_present_is_absent() -> None:
    assert modules(accept(spec("a: {op: relu, repeat: 3, when: index > 5}\ny: relu"))) == ["y"]


def test_the_innermost_index_wins() -> None:
    graph = accept(
        spec(
            "y: {repeat: 2, chain: [{op: conv, out_channels: 1 + index + 10 * count, "
            "kernel_size: 1, repeat: 3}]}"
        )
    )
    assert [shapes(graph, f"y.1.{i}")[0] for i in range(3)] == [
        "[N, 31, 8, 8]",
        "[N, 32, 8, 8]",
        "[N, 33, 8, 8]",
    ]


def test_index_is_seen_by_an_inline_subgraph_and_by_a_chain() -> None:
    graph = accept(
        spec(
            "a: {repeat: 2, nodes: {b: {op: conv, out_channels: 1 + index, kernel_size: 1}}}\n"
            "y: {repeat: 2, chain: [{op: conv, out_channels: 1 + index, kernel_size: 1}]}"
        )
    )
    assert shapes(graph, "a.1.b") == shapes(graph, "y.1.0") == ["[N, 2, 8, 8]"]


def test_index_is_not_seen_by_a_block() -> None:
    refuse(
        spec("y: {op: b, repeat: 2}", blocks="b: {nodes: {c: {op: relu, when: ⟦index⟧ == 0}}}"),
        "unknown-name",
    )


def test_index_without_repeat() -> None:
    refuse(spec("y: {op: relu, when: ⟦index⟧ == 0}"), "unknown-name")


def test_shape_does_not_see_index_of_itself_but_of_the_last_copy() -> None:
    accept(
        spec(
            "y: {op: conv, out_channels: 4 + index, kernel_size: 1, repeat: 3, "
            "shape: [N, 4 + index, 8, 8]}"
        )
    )


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("layer1", ["layer1", "layer2", "layer3"]),
        ("block1-0", ["block1-0", "block1-1", "block1-2"]),
        ("l08", ["l08", "l09", "l10"]),
        ("l9", ["l9", "l10", "l11"]),
        ("a.b1", ["a.b1", "a.b2", "a.b3"]),
    ],
)
def test_label(label: str, names: list[str]) -> None:
    graph = accept(spec(f"y: {{op: relu, repeat: 3, label: {label}}}"))
    assert modules(graph) == [f"y.{name}" for name in names]


def test_a_label_counts_present_copies() -> None:
    graph = accept(spec("y: {op: relu, repeat: 4, label: l1, when: index > 1}"))
    assert modules(graph) == ["y.l1", "y.l2"]


def test_a_label_ends_with_a_number() -> None:
    refuse(spec("y: {op: relu, repeat: 3, label: ⟦layer⟧}"), "invalid-name")


# --- several tensors --------------------------------------------------------------------------


def test_extra_inputs_go_to_every_copy() -> None:
    graph = accept(spec("y: {op: add, from: [x, z], repeat: 3}", inputs=TWO))
    inner = node(graph, "y").body
    assert [[(r.node, r.output) for r in n.inputs] for n in inner.nodes] == [  # type: ignore[union-attr]
        [(-1, 0), (-1, 1)],
        [(0, 0), (-1, 1)],
        [(1, 0), (-1, 1)],
    ]


def test_several_outputs_chain_by_position() -> None:
    graph = accept(
        spec(
            "a: {op: swap, from: [x, z], repeat: 2}\ny: {op: add, from: [a.p, a.q]}",
            inputs=TWO,
            blocks="swap: {inputs: [a, b], nodes: {c: {op: relu, from: a}, d: {op: relu, "
            "from: b}}, outputs: {p: d, q: c}}",
        )
    )
    inner = node(graph, "a").body
    assert [(r.node, r.output) for r in inner.nodes[1].inputs] == [(0, 0), (0, 1)]  # type: ignore[union-attr]
    assert inner.output_names == ("p", "q")  # type: ignore[union-attr]


def test_more_outputs_than_the_next_copy_reads() -> None:
    refuse(
        spec("a: {op: ⟦chunk⟧, chunks: 2, repeat: 2}\ny: {op: add, from: [a.0, a.1]}"),
        "wrong-arity",
    )


def test_a_chain_hands_several_tensors_on() -> None:
    graph = accept(spec("y: {chain: [{op: chunk, chunks: 2}, add]}"))
    assert shapes(graph) == ["[N, 2, 8, 8]"]


def test_a_chain_with_several_inputs() -> None:
    assert modules(accept(spec("y: {from: [x, z], chain: [add, relu]}", inputs=TWO))) == [
        "y.0",
        "y.1",
    ]


# --- splice -----------------------------------------------------------------------------------


def test_splice_of_a_chain() -> None:
    graph = accept(spec(f"y: [relu, {{chain: [{{{CONV}}}, relu], splice: true}}, {{{CONV}}}]"))
    assert modules(graph) == ["y.0", "y.1", "y.2", "y.3"]
    assert shapes(graph) == ["[N, 4, 8, 8]"]


def test_splice_of_a_block_that_is_a_chain_repeated() -> None:
    graph = accept(
        spec(
            "y: [{op: b, splice: true, repeat: 2}, relu]",
            blocks=f"b: {{chain: [{{{CONV}}}, relu]}}",
        )
    )
    assert modules(graph) == ["y.0", "y.1", "y.2", "y.3", "y.4"]
    assert keys(graph) == ["y.0.weight", "y.0.bias", "y.2.weight", "y.2.bias"]


def test_splice_in_splice() -> None:
    graph = accept(
        spec("y: [{chain: [relu, {chain: [relu, relu], splice: true}], splice: true}, relu]")
    )
    assert modules(graph) == ["y.0", "y.1", "y.2", "y.3"]


@pytest.mark.parametrize("member", ["op: relu", "op: b", "nodes: {c: relu}"])
def test_splice_of_what_is_no_chain(member: str) -> None:
    refuse(
        spec(f"y:\n  - relu\n  - ⟦{{{member}, splice: true}}⟧", blocks="b: {nodes: {c: relu}}"),
        "splice-mismatch",
    )


@pytest.mark.parametrize("node_", ["{op: relu, ⟦splice⟧: true}", "{chain: [relu], ⟦splice⟧: true}"])
def test_splice_outside_of_a_chain(node_: str) -> None:
    refuse(spec(f"y: {node_}"), "misplaced-key")


def test_declared_shapes_inside_of_a_spliced_chain_are_counted_once() -> None:
    graph = accept(
        spec("y: [{chain: [{op: relu, shape: [N, 4, 8, 8]}], splice: true, shape: [N, 4, 8, 8]}]")
    )
    assert graph.checked == 2


def test_empty_chain() -> None:
    refuse(spec("y: ⟦[]⟧"), "missing-key")


def test_a_fault_in_a_repeat_is_told_once() -> None:
    refuse(
        spec("y: {op: conv, out_channels: 4, kernel_size: 1, groups: ⟦3⟧, repeat: 5}"),
        "not-divisible",
    )


def test_a_fault_in_the_second_copy() -> None:
    (error,) = refuse(
        spec("y: {op: max_pool, kernel_size: ⟦4⟧, stride: 1, repeat: 4}"), "invalid-size"
    )
    assert error.instance == "y.2"


def test_what_follows_a_broken_member_is_checked_by_itself() -> None:
    refuse(
        spec("y: [{op: ⟦qq⟧}, {op: conv, ⟦strid⟧: 1}, {op: ⟦rellu⟧}]"),
        "unknown-op",
        "unknown-argument",
        "unknown-op",
    )


# --- training ---------------------------------------------------------------------------------


@pytest.fixture
def headed(tmp_path: Path) -> Path:
    """A folder with a spec whose second output is there in training only."""
    text = spec("h: relu\nm: sigmoid", outputs="{y: m, aux: {from: h, training: true}}")
    included(tmp_path, headed=text.replace("name: test", "name: headed"))
    return tmp_path


def test_a_member_may_not_read_what_only_training_computes(headed: Path) -> None:
    text = spec("y: [headed, {op: add}]", include="{headed: headed.yaml}")
    (error,) = errors(headed, text)
    assert (error.code, error.span.line) == ("training-only", 6)


def test_a_copy_may_not_read_what_only_training_computes(headed: Path) -> None:
    two = spec(
        "h: {op: add, from: [x, z]}\nm: sigmoid",
        inputs=TWO,
        outputs="{y: m, aux: {from: h, training: true}}",
    )
    included(headed, headed=two.replace("name: test", "name: headed"))
    nodes = "y: {op: headed, from: [x, z], repeat: 3}"
    text = spec(nodes, include="{headed: headed.yaml}", inputs=TWO, outputs="{y: y.y}")
    (error,) = errors(headed, text)
    assert error.code == "training-only"


def test_the_last_member_may_compute_it(headed: Path) -> None:
    text = spec(
        "y: [relu, headed]",
        include="{headed: headed.yaml}",
        outputs="{y: y.y, aux: {from: y.aux, training: true}}",
    )
    assert check(headed, text).root.training == (False, True)


def test_a_chain_tells_what_is_spliced_into_it() -> None:
    inner = "{chain: [relu, sigmoid], splice: true, repeat: 2}"
    chain = node(accept(spec(f"y: [tanh, {inner}, relu]")), "y").body
    assert isinstance(chain, Scope)
    assert [(each.start, len(each.scope.nodes)) for each in chain.splices] == [(1, 2), (3, 2)]
    assert chain.nodes[3].body == chain.splices[1].scope.nodes[0].body
