"""Located trees: look-up, places, and the way back to plain values."""

import dataclasses

import pytest

from netspec.syntax.tree import Mapping, Scalar, is_null, plain
from tests.syntax.reading import tree_of


def mapping(text: str) -> Mapping:
    tree = tree_of(text)
    assert isinstance(tree, Mapping)
    return tree


def test_look_up() -> None:
    tree = mapping("{a: 1, b: ~}")
    assert list(tree) == ["a", "b"]
    assert len(tree) == 2
    assert ("a" in tree, "c" in tree) == (True, False)
    assert tree.get("c") is None
    assert isinstance(tree.get("a"), Scalar)


def test_null_is_written_in_three_ways() -> None:
    tree = mapping("a: ~\nb: null\nc:\nd: 0\ne: ''\nf: []\n")
    assert [is_null(value) for _, value in tree.items()] == [True, True, True, False, False, False]


def test_a_value_that_is_left_out_stands_at_its_key() -> None:
    tree = mapping("a:\nb: ~\n")
    assert (tree.span_of("a").line, tree.span_of("a").column) == (1, 1)
    assert (tree.span_of("b").line, tree.span_of("b").column) == (2, 4)


def test_without() -> None:
    tree = mapping("{a: 1, b: 2, c: 3}")
    assert plain(tree.without("a", "c", "x")) == {"b": 2}
    assert list(tree) == ["a", "b", "c"]


def test_values_and_places_of_keys() -> None:
    tree = mapping("{a: 1, bb: [2, {c: 3}]}")
    first = tree.get("a")
    assert isinstance(first, Scalar)
    assert (first.value, first.text, first.quoted) == (1, "1", False)
    assert (tree.key_span("bb").column, tree.span_of("bb").column) == (8, 12)
    assert plain(tree) == {"a": 1, "bb": [2, {"c": 3}]}


def test_a_scalar_is_not_quoted_unless_it_says_so() -> None:
    span = mapping("{a: 1}").span
    assert not Scalar("a", span).quoted


def test_mappings_are_told_apart_by_identity() -> None:
    """They hold a dict, and stand in sets and as keys."""
    tree = mapping("{a: 1}")
    same = Mapping(tree.entries, tree.span)
    assert tree != same
    assert len({tree, same}) == 2


@pytest.mark.parametrize("text", ["1", "[1]", "{a: 1}"])
def test_trees_cannot_be_changed(text: str) -> None:
    tree = tree_of(text)
    for field in dataclasses.fields(tree):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(tree, field.name, None)
