"""Which node is which."""

import pytest

from netspec.analysis.diff import matching
from netspec.analysis.diff.content import Contents
from netspec.analysis.diff.matching import match
from tests.graph.specs import accept, spec

C1 = "{op: conv, out_channels: 4, kernel_size: 1}"
C3 = "{op: conv, out_channels: 4, kernel_size: 3, padding: 1}"


def matched(before: str, after: str) -> tuple[dict[str, str], set[str]]:
    """Names of pairs, and the new names of those that moved."""
    left, right = (accept(spec(text)).root for text in (before, after))
    found = match(left, right, Contents())
    names = {left.nodes[i].name: right.nodes[j].name for i, j in found.pairs}
    return names, {right.nodes[j].name for _, j in found.moved}


def test_names_go_before_contents() -> None:
    before = f"{{a: {C1}, b: {C3}, y: relu}}"
    after = f"{{a: {C3}, b: {C1}, y: relu}}"
    assert matched(before, after) == ({"a": "a", "b": "b", "y": "y"}, set())


def test_a_scope_that_took_the_name_of_another() -> None:
    before = f"{{a: [{C1}, relu, {C1}], b: [{C3}, gelu], y: relu}}"
    after = f"{{b: [{C1}, relu, {C1}], c: [{C3}, gelu], y: relu}}"
    assert matched(before, after)[0] == {"a": "b", "b": "c", "y": "y"}


def test_alike_nodes_at_one_place_are_one_that_was_renamed() -> None:
    wide = C3.replace("4", "4, bias: false")
    assert matched(f"{{a: {C3}, y: relu}}", f"{{b: {wide}, y: relu}}")[0] == {"a": "b", "y": "y"}


def test_unlike_nodes_of_two_names_are_two() -> None:
    assert matched(f"{{a: {C3}, y: relu}}", "{b: gelu, y: relu}")[0] == {"y": "y"}


def test_the_fewest_move() -> None:
    before = "{a: relu, b: gelu, c: silu, d: tanh, y: relu}"
    after = "{d: tanh, a: relu, b: gelu, c: silu, y: relu}"
    assert matched(before, after)[1] == {"d"}
    assert matched(after, before)[1] == {"d"}


def test_a_choice_of_too_many_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "bisect_left", lambda ends, place: 0)
    with pytest.raises(AssertionError):
        test_the_fewest_move()
