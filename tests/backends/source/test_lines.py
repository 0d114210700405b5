"""What each scope is to be: a class, an nn.Sequential, members that a function makes."""

import pytest

from netspec.backends.source.hints import Hints
from netspec.backends.source.lines import Lines, heights, written
from netspec.graph.ir import Splice
from tests.backends.source.parts import checked, scope

TEXT = """blocks:
  unit: {params: {w: 4}, chain: [{op: conv, out_channels: w, kernel_size: 1}, relu]}
  pair: {nodes: {a: relu, b: {op: add, from: [a, x]}}}
nodes:
  line: [relu, pair, {op: softmax, dim: 1}]
  block: unit
  pair: pair
  again: {op: pair, repeat: 2}
  two: {chain: [{op: unit, repeat: 2, splice: true}, {op: unit, w: 8, splice: true}, relu]}
  named: {op: relu, repeat: 2, label: act1}
  once: {chain: [{chain: [relu, tanh], splice: true}]}
  halves: {op: chunk, chunks: 2}
  joined: {op: concat, from: [halves.0, halves.1]}
outputs: {y: joined}
"""
SPEC = checked(TEXT)
LINES = Lines(SPEC.graph, Hints(SPEC.doc).blocks)


@pytest.mark.parametrize(
    ("name", "line", "inline"),
    [
        ("line", True, True),
        ("block", True, False),
        ("pair", False, False),
        ("again", True, True),
        ("named", True, True),
    ],
)
def test_what_is_a_line(name: str, line: bool, inline: bool) -> None:
    found = scope(SPEC.graph, name)
    assert (LINES.is_line(found), LINES.is_inline(found)) == (line, inline)


def test_members_of_a_chain_that_is_spliced_several_times_are_one() -> None:
    two = scope(SPEC.graph, "two")
    members = list(LINES.members(two))
    assert [isinstance(each, Splice) for each in members] == [True, True, True, False]
    assert [each.scope.params["w"] for each in members if isinstance(each, Splice)] == [4, 4, 8]
    assert len(LINES.chains(two)) == 3


def test_those_of_one_that_is_spliced_once_are_not() -> None:
    once = scope(SPEC.graph, "once")
    assert len(once.splices) == 1
    assert list(LINES.members(once)) == list(once.nodes) and not LINES.chains(once)


def test_free_sizes_that_a_block_has_no_input_for() -> None:
    text = """dims: {H: 8, W: 6}
inputs: {x: [N, 4, H, W]}
blocks:
  flat: {nodes: {flat: {op: reshape, shape: [N, 4, H * W]}}}
  back: {nodes: {act: relu, map: {op: reshape, shape: [N, 4, H, W]}}}
nodes: {a: flat, b: back}
outputs: {y: b}
"""
    spec = checked(text)
    lines = Lines(spec.graph, Hints(spec.doc).blocks)
    wanted = [[each.name for each in lines.symbols(scope(spec.graph, name))] for name in "ab"]
    assert wanted == [[], ["H", "W"]]
    assert lines.symbols(spec.graph.root) == ()


def test_what_any_use_holds_is_lower() -> None:
    text = """blocks:
  inner: {nodes: {a: relu, b: {op: add, from: [a, x]}}}
  maybe: {params: {deep}, nodes: {a: {op: inner, when: deep}, b: relu}}
  outer: {nodes: {a: {op: maybe, deep: false}, b: relu}}
nodes: {a: outer, b: {op: maybe, deep: true}}
outputs: {y: b}
"""
    spec = checked(text)
    levels = heights(spec.graph)
    outer, maybe = (scope(spec.graph, name) for name in "ab")
    assert levels[written(maybe)] == 2 and levels[written(outer)] == 3
