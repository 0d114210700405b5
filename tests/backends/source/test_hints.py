"""What the documents say about a scope."""

import ast

import pytest

from netspec.backends.source.arithmetic import name, text_of
from netspec.backends.source.hints import Hints, is_plain, plain_params
from tests.backends.source.parts import checked, node, scope

TEXT = """blocks:
  unit:
    doc: A unit.
    params: {w, k: 1, pair: [1, 2], act: {op: relu}, half: w // 2}
    nodes:
      conv: {op: conv, out_channels: 2 * w, kernel_size: [k, k], stride: 1}
      act: {op: act, when: w > k}
      more: {op: relu, repeat: k + 1}
      moved: {op: conv, out_channels: "round(w * 0.5) + half - pair[1]", kernel_size: 1}
nodes:
  a: {op: unit, w: 4}
  b: {chain: [{op: conv, out_channels: 8, kernel_size: 3, first: {out_channels: 6}, repeat: 2}]}
outputs: {y: b}
"""
SPEC = checked(TEXT)
HINTS = Hints(SPEC.doc)
UNIT = scope(SPEC.graph, "a")
KNOWN = {("w",): name("width"), ("k",): name("k")}
SPANS = {each.name: each.span for each in UNIT.nodes}


@pytest.mark.parametrize(
    ("node_name", "key", "wanted"),
    [
        ("conv", "out_channels", ["2 * width"]),
        ("conv", "kernel_size", ["(k, k)"]),
        ("conv", "stride", ["1"]),
        ("conv", "padding", []),
        ("moved", "out_channels", []),
    ],
)
def test_arguments_as_they_are_written(node_name: str, key: str, wanted: list[str]) -> None:
    assert list(map(text_of, HINTS.arguments(SPANS[node_name], key, KNOWN))) == wanted


def test_conditions_and_counts() -> None:
    assert list(map(text_of, HINTS.condition(SPANS["act"], KNOWN))) == ["width > k"]
    assert list(map(text_of, HINTS.count(SPANS["more"], KNOWN))) == ["k + 1"]
    assert list(HINTS.condition(SPANS["conv"], KNOWN)) == []


def test_members_of_chains_and_first_copies() -> None:
    (member, *_) = scope(SPEC.graph, "b").nodes
    found = HINTS.arguments(member.span, "out_channels", {})
    assert [ast.literal_eval(each) for each in found] == [8, 6]


def test_blocks_are_known_by_their_place() -> None:
    assert HINTS.doc(UNIT) == "A unit."
    assert list(HINTS.params(UNIT)) == ["w", "k", "pair", "act", "half"]
    assert HINTS.doc(SPEC.graph.root) == "" and node(SPEC.graph, "b").span in HINTS.nodes


def test_params_that_are_numbers() -> None:
    assert plain_params(UNIT) == {"w": 4, "k": 1, "pair": (1, 2), "half": 2}


@pytest.mark.parametrize(
    ("value", "plain"), [(1, True), (0.5, True), ((1, (2, 3)), True), ("a", False), ((), False)]
)
def test_plain(value: object, plain: bool) -> None:
    assert is_plain(value) is plain
