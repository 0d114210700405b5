"""Common subsequences are common, and the longest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.analysis.diff import anchors as module
from netspec.analysis.diff.anchors import anchors


def longest(left: str, right: str) -> int:
    """By the textbook's table."""
    row = [0] * (len(right) + 1)
    for a in left:
        above = row[:]
        for j, b in enumerate(right):
            row[j + 1] = above[j] + 1 if a == b else max(row[j], above[j + 1])
    return row[-1]


def assert_longest(left: str, right: str) -> None:
    pairs = anchors(left, right)
    assert pairs is not None and len(pairs) == longest(left, right)
    assert pairs == sorted(pairs) and all(left[i] == right[j] for i, j in pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_it_is_the_longest(left: str, right: str) -> None:
    assert_longest(left, right)


def test_a_shorter_one_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_traced", lambda history, i, j: [])
    with pytest.raises(AssertionError):
        assert_longest("abc", "abd")


def test_it_gives_up_where_too_much_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    assert anchors("aaaa", "aaab") is not None
    assert anchors("aaaa", "bbbb") is None
