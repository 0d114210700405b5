"""The cheapest way to turn one sequence into another."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import inf

from netspec.analysis.diff.anchors import anchors

Cost = Callable[[int, int], float]
"""What it costs that item i of the left becomes item j of the right; `inf` if it cannot."""

_Range = tuple[int, int]

_FIRST_BAND = 8
_CELLS = 600_000
"""Cells that are looked at before a shortcut is taken."""

_SHIFT = 1e-6
"""Costs so little that it only decides between equals: items stay at their index if they can."""

_PAIR, _DROP, _ADD = 1, 2, 3


def align(left: Sequence[str], right: Sequence[str], cost: Cost) -> list[tuple[int, int]]:
    """The pairs (i, j), both rising, of an alignment of least cost; an item without a partner costs
    1, and equal items nothing.

    Equal ends are set aside. The rest is dynamic programming in a band round the diagonal, which
    grows until no path outside can be cheaper (Ukkonen, Algorithms for approximate string matching,
    1985). Very long sequences that differ much get a good alignment, not always the best.
    """
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    pairs = [(i, i) for i in range(start)]

    def shifted(i: int, j: int) -> float:
        own = 0.0 if left[i] == right[j] else cost(i, j)
        return own + _SHIFT if i != j else own

    pairs += _aligned(left, right, (start, len(left) - end), (start, len(right) - end), shifted)
    shift = len(right) - len(left)
    return pairs + [(i, i + shift) for i in range(len(left) - end, len(left))]


def _aligned(
    left: Sequence[str], right: Sequence[str], rows: _Range, columns: _Range, cost: Cost
) -> Iterator[tuple[int, int]]:
    """Where the whole would be too much, equal items are paired first, and what is between them
    then; where too little is equal, both are cut into as many parts."""
    exact = _banded(rows, columns, cost)
    if exact is not None:
        yield from exact
        return
    common = anchors(left[slice(*rows)], right[slice(*columns)])
    if common is None:
        for above, beside in _parts(rows, columns):
            yield from _banded(above, beside, cost, is_last=True) or ()
        return
    i, j = rows[0], columns[0]
    for a, b in (*common, (rows[1] - rows[0], columns[1] - columns[0])):
        a, b = a + rows[0], b + columns[0]
        yield from _banded((i, a), (j, b), cost, is_last=True) or ()
        if a < rows[1]:
            yield a, b
        i, j = a + 1, b + 1


def _parts(rows: _Range, columns: _Range) -> Iterator[tuple[_Range, _Range]]:
    """As many parts of both, each in proportion, none too much."""
    sizes = [end - start for start, end in (rows, columns)]
    count = min(*sizes, -(-sizes[0] * sizes[1] // _CELLS))
    cuts = [
        [start + size * part // count for part in range(count + 1)]
        for (start, _), size in zip((rows, columns), sizes, strict=True)
    ]
    return zip(pairwise(cuts[0]), pairwise(cuts[1]), strict=True)


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for ours, theirs in zip(left, right, strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def _banded(
    rows: _Range, columns: _Range, cost: Cost, is_last: bool = False
) -> list[tuple[int, int]] | None:
    """The best pairs; None where they would take too long, unless this `is_last`."""
    height, width = rows[1] - rows[0], columns[1] - columns[0]
    if not height or not width:
        return []
    band, difference = _FIRST_BAND, abs(width - height)
    while is_last or height * (difference + 2 * band) <= _CELLS:
        total, moves = _table(rows, columns, cost, band)
        is_exact = total < difference + 2 * (band + 1) or band > max(height, width)
        if is_exact or (is_last and height * (difference + 4 * band) > _CELLS):
            pairs = _traced(moves, height, width, band)
            return [(i + rows[0], j + columns[0]) for i, j in pairs]
        band *= 2
    return None


def _table(over: _Range, beside: _Range, cost: Cost, band: int) -> tuple[float, list[bytearray]]:
    """The least cost, and the last move at each cell; cell (i, j) stands at j - i - low."""
    rows, columns = over[1] - over[0], beside[1] - beside[0]
    low, high = min(0, columns - rows) - band, max(0, columns - rows) + band
    width = high - low + 1
    moves = [bytearray(width) for _ in range(rows + 1)]
    above = [float(k + low) if 0 <= k + low <= columns else inf for k in range(width)]
    moves[0] = bytearray([_ADD]) * width
    for i in range(1, rows + 1):
        here, trail = [inf] * width, moves[i]
        for k in range(max(0, -i - low), min(width, columns - i - low + 1)):
            j = i + k + low
            best, move = above[k + 1] + 1 if k + 1 < width else inf, _DROP
            if k and here[k - 1] + 1 < best:
                best, move = here[k - 1] + 1, _ADD
            if j and above[k] < best:
                paired = above[k] + cost(over[0] + i - 1, beside[0] + j - 1)
                if paired <= best:
                    best, move = paired, _PAIR
            here[k], trail[k] = best, move
        above = here
    return above[columns - rows - low], moves


def _traced(moves: list[bytearray], rows: int, columns: int, band: int) -> list[tuple[int, int]]:
    low = min(0, columns - rows) - band
    pairs, i, j = [], rows, columns
    while i or j:
        move = moves[i][j - i - low]
        if move == _PAIR:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif move == _DROP:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
