"""Alignments are the cheapest there are, and stay cheap where sequences are long."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netspec.analysis.diff import alignment
from netspec.analysis.diff.alignment import align

TEXTS = st.text("abcd", max_size=9)


def change(left: Sequence[str], right: Sequence[str]):
    """Costs that depend on the letters."""
    return lambda i, j: 1.1 + 0.3 * abs(ord(left[i]) - ord(right[j]))


def cost_of(pairs: list[tuple[int, int]], left: Sequence[str], right: Sequence[str]) -> float:
    cost = change(left, right)
    paid = sum(0 if left[i] == right[j] else cost(i, j) for i, j in pairs)
    return paid + len(left) + len(right) - 2 * len(pairs)


def least(left: Sequence[str], right: Sequence[str]) -> float:
    """By trying all alignments."""
    cost = change(left, right)

    @cache
    def rest(i: int, j: int) -> float:
        if i == len(left) or j == len(right):
            return len(left) - i + len(right) - j
        own = 0 if left[i] == right[j] else cost(i, j)
        return min(1 + rest(i + 1, j), 1 + rest(i, j + 1), own + rest(i + 1, j + 1))

    return rest(0, 0)


def assert_least(left: Sequence[str], right: Sequence[str]) -> None:
    pairs = align(left, right, change(left, right))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert cost_of(pairs, left, right) == pytest.approx(least(left, right))


@settings(max_examples=300)
@given(TEXTS, TEXTS)
def test_it_is_the_cheapest(left: str, right: str) -> None:
    assert_least(left, right)


@settings(max_examples=30)
@given(st.text("abcd", min_size=30, max_size=40), st.text("abcd", min_size=30, max_size=40))
def test_a_narrow_band_grows_until_nothing_outside_is_cheaper(left: str, right: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_FIRST_BAND", 1)
        assert_least(left, right)


def test_a_band_that_does_not_grow_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_FIRST_BAND", 1)
    left = "abcdabcdabcd"
    assert_least(left, "d" * 6 + left[:6])
    monkeypatch.setattr(alignment, "_table", stuck(alignment._table))
    with pytest.raises(AssertionError):
        assert_least(left, "d" * 6 + left[:6])


def stuck(table):
    return lambda *arguments: (0.0, table(*arguments)[1])


def test_equal_items_stay_at_their_index() -> None:
    assert align("aa", "aaaa", change("aa", "aaaa")) == [(0, 0), (1, 1)]


def test_items_that_cannot_be_paired_stay_alone() -> None:
    assert align("ab", "xb", lambda i, j: float("inf")) == [(1, 1)]


@pytest.mark.parametrize("cells", [10, 100, 1000])
def test_shortcuts_find_all_that_is_equal(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_CELLS", cells)
    left = "abcd" * 50
    right = left[:40] + "x" + left[40:90] + left[100:]
    pairs = align(left, right, change(left, right))
    assert cost_of(pairs, left, right) == 11


def test_where_too_much_differs_parts_are_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_CELLS", 200)
    monkeypatch.setattr(alignment, "anchors", lambda left, right: None)
    pairs = align("ab" * 60, "cd" * 60, lambda i, j: 0.5)
    assert pairs == [(i, i) for i in range(120)]
