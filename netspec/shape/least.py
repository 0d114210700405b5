"""The least size from which on requirements hold."""

from collections.abc import Sequence
from itertools import pairwise

from netspec.shape.classes import MAX_POINTS, evaluate, find_degree, find_periods
from netspec.shape.dim import Dim, Size
from netspec.shape.divide import substitute
from netspec.shape.polynomial import Symbol


def least_size(requirements: Sequence[Size], symbol: Symbol) -> int | None:
    """The least size of `symbol` from which on every requirement is >= 0, at all larger sizes too.

    The other symbols are nominal. None where there is no such size, and where a requirement that
    may fall has too many residue classes to tell.
    """
    least = 1
    for requirement in dict.fromkeys(requirements):
        size = fix_others(requirement, symbol)
        if isinstance(size, int):
            if size < 0:
                return None
            continue
        unit = rises_above(size, symbol, least) if is_monotone(size) else stays_above(size, symbol)
        if unit is None:
            return None
        least = max(least, unit)
    return least * symbol.multiple_of


def fix_others(size: Size, symbol: Symbol) -> Size:
    if isinstance(size, int) or size.symbols == {symbol}:
        return size
    return substitute(size, {s.name: s.nominal for s in size.symbols if s != symbol})


def is_monotone(dim: Dim) -> bool:
    """No atom is ever negative or ever falls, so positive coefficients are enough."""
    return all(k > 0 for monomial, k in dim.terms.items() if monomial)


def rises_above(dim: Dim, symbol: Symbol, start: int) -> int:
    """The first unit >= `start` at which a monotone dim is >= 0."""

    def is_met(unit: int) -> bool:
        return dim.at({symbol.name: unit * symbol.multiple_of}) >= 0

    low, high = start, start
    while not is_met(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_met(middle) else (middle, high)
    return high


def stays_above(dim: Dim, symbol: Symbol) -> int | None:
    """The unit from which on a dim in one symbol is >= 0, or None: class by class."""
    period = find_periods(dim.terms)[symbol]
    width = period * (find_degree(dim.terms, symbol) + 1)
    if width > MAX_POINTS:
        return None
    values = evaluate(dim.terms, {symbol: list(range(1, width + 1))})
    least = 1
    for residue in range(period):
        differences = forward_differences(values[residue::period])
        turns = sign_changes(differences)
        if newton(differences, turns[-1] if turns else 0) < 0:
            return None
        if turns:
            # The class is good from its last turn on, and bad one period before.
            least = max(least, residue + 2 + period * (turns[-1] - 1))
    return least


def forward_differences(values: list[int]) -> list[int]:
    """Newton's coefficients of the polynomial with these values at 0, 1, 2, ..., by degree."""
    differences = []
    while values:
        differences.append(values[0])
        values = [y - x for x, y in pairwise(values)]
    while differences and differences[-1] == 0:
        differences.pop()
    return differences


def newton(differences: list[int], t: int) -> int:
    """The polynomial at `t`: the sum of the k-th difference times `t` over `k`."""
    total, binomial = 0, 1
    for k, difference in enumerate(differences):
        total += difference * binomial
        binomial = binomial * (t - k) // (k + 1)
    return total


def sign_changes(differences: list[int]) -> list[int]:
    """All t > 0 where the polynomial is negative and was not at t - 1, or the other way round.

    It is monotone between two changes of its own difference, so bisection finds them all.
    """
    if len(differences) < 2:
        return []
    turns = [0, *sign_changes(differences[1:])]
    end = turns[-1] + 1
    while (newton(differences, end) < 0) != (differences[-1] < 0):
        end *= 2
    changes = []
    for low, high in zip(turns, [*turns[1:], end], strict=True):
        was_negative = newton(differences, low) < 0
        if was_negative == (newton(differences, high) < 0):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if (newton(differences, middle) < 0) == was_negative:
                low = middle
            else:
                high = middle
        changes.append(high)
    return changes
