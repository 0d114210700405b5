"""Execution order: topological, ties by the written order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.graph.order import CycleError, execution_order
from tests.graph.specs import accept, modules, spec


def test_written_order_is_kept_where_it_can_be_executed() -> None:
    assert execution_order([[], [0], [0], [1, 2]]) == (0, 1, 2, 3)


def test_a_later_node_is_moved_before_its_reader() -> None:
    assert execution_order([[2], [], [1]]) == (1, 2, 0)


def test_ties_go_by_the_written_order() -> None:
    assert execution_order([[3], [], [], []]) == (1, 2, 3, 0)


@pytest.mark.parametrize(
    ("reads", "cycle"), [([[0]], {0}), ([[1], [0]], {0, 1}), ([[], [3, 0], [1], [2]], {1, 2, 3})]
)
def test_a_circle_is_named(reads: list[list[int]], cycle: set[int]) -> None:
    with pytest.raises(CycleError) as caught:
        execution_order(reads)
    assert set(caught.value.nodes) == cycle


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            st.permutations(range(n)),
            st.lists(st.lists(st.integers(0, 99), max_size=3), min_size=n, max_size=n),
        )
    )
)
def test_every_node_comes_after_what_it_reads(drawn: tuple[list[int], list[list[int]]]) -> None:
    names, edges = drawn
    # Node names[i] reads only some of names[0 … i-1], so that there is no circle.
    reads: list[list[int]] = [[] for _ in names]
    for position, found in enumerate(edges):
        reads[names[position]] = [names[e % position] for e in found] if position else []
    order = execution_order(reads)
    assert sorted(order) == sorted(names)
    placed = {node: position for position, node in enumerate(order)}
    assert all(placed[source] < placed[node] for node in names for source in reads[node])


def test_nodes_may_be_written_in_any_order() -> None:
    graph = accept(
        spec(
            """
            y: {op: add, from: [b, a]}
            b: {op: sigmoid, from: a}
            a: {op: relu, from: x}
            """
        )
    )
    assert modules(graph) == ["a", "b", "y"]
    assert [graph.root.nodes[i].name for i in graph.root.modules] == ["y", "b", "a"]
