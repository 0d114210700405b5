"""A longest common subsequence where two long sequences are nearly equal."""

from collections.abc import Sequence

_MOST = 800
"""Items that may come or go; the work grows with the square of it."""


def anchors(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]] | None:
    """The pairs of a longest common subsequence; None where too much differs.

    The greedy algorithm of Myers, An O(ND) difference algorithm and its variations, 1986.
    """
    reached = {1: 0}
    history: list[dict[int, int]] = []
    for count in range(min(_MOST, len(left) + len(right)) + 1):
        history.append(dict(reached))
        for k in range(-count, count + 1, 2):
            goes_down = k == -count or (k != count and reached[k - 1] < reached[k + 1])
            i = reached[k + 1] if goes_down else reached[k - 1] + 1
            j = i - k
            while i < len(left) and j < len(right) and left[i] == right[j]:
                i, j = i + 1, j + 1
            reached[k] = i
            if i >= len(left) and j >= len(right):
                return _traced(history, len(left), len(right))
    return None


def _traced(history: list[dict[int, int]], i: int, j: int) -> list[tuple[int, int]]:
    """Back along the furthest points that each number of differences reached."""
    pairs = []
    for count in range(len(history) - 1, -1, -1):
        reached, k = history[count], i - j
        goes_down = k == -count or (k != count and reached[k - 1] < reached[k + 1])
        before = k + 1 if goes_down else k - 1
        start = reached[before]
        end = (start, start - before) if count else (0, 0)
        while i > end[0] and j > end[1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        i, j = end
    return pairs[::-1]
