"""The graph as later stages read it: leaves, keys in torch's order, and walks."""

from netspec.graph.ir import walk
from tests.graph.specs import accept, keys, modules, spec

CONV = "op: conv, out_channels: 4, kernel_size: 1"


def test_keys_stand_in_the_written_order() -> None:
    graph = accept(
        spec(f"y: {{op: add, from: [b, a]}}\nb: {{{CONV}, from: x}}\na: {{{CONV}, from: x}}")
    )
    assert keys(graph) == ["b.weight", "b.bias", "a.weight", "a.bias"]


def test_places_that_are_met_again_stay_together() -> None:
    graph = accept(
        spec(
            f"a: {{{CONV}, at: p.0}}\nb: {{{CONV}, at: q.0}}\ny: {{{CONV}, at: p.1}}",
        )
    )
    assert [key for key in keys(graph) if key.endswith("weight")] == [
        "p.0.weight",
        "p.1.weight",
        "q.0.weight",
    ]


def test_own_tensors_of_a_scope_come_before_those_of_its_children() -> None:
    graph = accept(
        spec(
            f"a: {{{CONV}}}\np: {{op: parameter, shape: [1, 4, 8, 8]}}\n"
            "y: {op: add, from: [a, p], broadcast: true}"
        )
    )
    assert keys(graph) == ["p", "a.weight", "a.bias"]


def test_walk_gives_outer_nodes_before_inner_ones() -> None:
    graph = accept(spec("y: [relu, {nodes: {a: tanh}}]"))
    assert [path for path, _ in walk(graph.root)] == ["y", "y.0", "y.1", "y.1.a"]


def test_leaves_hold_uses_of_shared_modules() -> None:
    graph = accept(spec(f"a: {{{CONV}}}\ny: {{share: a}}"))
    assert modules(graph) == ["a", "a"]


def test_macs_and_weights_of_a_leaf() -> None:
    graph = accept(spec("y: {op: conv, out_channels: 5, kernel_size: 3, bias: false}"))
    ((_, _, leaf),) = graph.leaves()
    assert {name: weight.shape for name, weight in leaf.weights.items()} == {"weight": (5, 4, 3, 3)}
    assert str(leaf.macs) == "6480*N"


def test_a_scope_tells_the_shape_of_a_reference() -> None:
    graph = accept(spec("y: {op: max_pool, kernel_size: 2}"))
    (output,) = graph.root.outputs
    assert graph.root.shape(output)[1:] == (4, 4, 4)
    assert graph.root.shape(graph.root.nodes[0].inputs[0])[1:] == (4, 8, 8)


def test_modules_without_tensors_count_where_places_are_met() -> None:
    graph = accept(
        spec(f"a: {{op: relu, at: p.0}}\nb: {{{CONV}, at: q.0}}\ny: {{{CONV}, at: p.1}}")
    )
    weights = [key for key in keys(graph) if key.endswith("weight")]
    assert weights == ["p.1.weight", "q.0.weight"]


def test_shared_uses_are_told_apart_on_demand() -> None:
    graph = accept(spec("a: relu\nb: {op: flatten}\nc: {share: a, from: b}\ny: relu"))
    assert [path for path, _ in walk(graph.root)] == ["a", "b", "a", "y"]
    assert [path for path, _ in walk(graph.root, apart=True)] == ["a", "b", "c", "y"]
