"""Located trees: look-up, places, and the way back to plain values."""

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
