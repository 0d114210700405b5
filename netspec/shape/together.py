"""The sizes from which on a requirement holds that several free sizes meet together."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import product

from netspec.shape.classes import Window, values_at
from netspec.shape.dim import Dim
from netspec.shape.least import is_monotone
from netspec.shape.polynomial import Symbol

Sizes = Mapping[Symbol, int]


def raise_together(
    requirements: Sequence[Dim], least: Sizes, fixed: Collection[Symbol] = ()
) -> dict[Symbol, int] | None:
    """Sizes from which on every requirement is >= 0, whatever the others are from theirs on.

    They are the `least` ones where these will do. The others are raised in proportion to their
    nominal sizes, and no further than these, but not those that are `fixed`. None where that is not
    enough, or is too complex to be shown.
    """
    failing = [each for each in requirements if not holds_from(each, least)]
    raised = set[Symbol]().union(*(each.symbols for each in failing)) - set(fixed)
    if not failing:
        return dict(least)
    if not raised:
        return None
    steps = max(symbol.unit(symbol.nominal) for symbol in raised)

    def after(step: int) -> dict[Symbol, int]:
        shares = {s: -(-s.unit(s.nominal) * step // steps) * s.multiple_of for s in raised}
        return {symbol: max(size, shares.get(symbol, size)) for symbol, size in least.items()}

    def holds(step: int) -> bool:
        return all(holds_from(each, after(step)) for each in failing)

    return after(bisect_left(range(steps), True, key=holds)) if holds(steps) else None


def holds_from(dim: Dim, sizes: Sizes) -> bool:
    """Is it shown that `dim` is >= 0 for all sizes from these on?

    A dim that falls with none of its sizes is least where they are. Another one is a polynomial in
    the steps of each residue class; with no negative difference of any order at its first point,
    it is never negative there.
    """
    if is_monotone(dim):
        return dim.at({symbol.name: sizes[symbol] for symbol in dim.symbols}) >= 0
    window = Window(dim.terms)
    if not window.is_small:
        return False
    counts = [width // period for width, period in zip(window.widths, window.periods, strict=True)]
    starts = [symbol.unit(sizes[symbol]) for symbol in window.symbols]
    for residues in product(*map(range, window.periods)):
        axes = zip(starts, residues, window.periods, window.widths, strict=True)
        points = product(*(range(u + r, u + r + width, period) for u, r, period, width in axes))
        values = values_at(dim.terms, window.symbols, list(points))
        if min(_differences(values, counts)) < 0:
            return False
    return True


def _differences(values: list[int], counts: Sequence[int]) -> list[int]:
    """The forward differences of all orders along all axes, at the first point of a grid."""
    if not counts:
        return values
    count, *others = counts
    width = len(values) // count
    rows = [values[start : start + width] for start in range(0, len(values), width)]
    for order in range(1, count):
        for row in range(count - 1, order - 1, -1):
            rows[row] = [x - y for x, y in zip(rows[row], rows[row - 1], strict=True)]
    return [each for row in rows for each in _differences(row, others)]
