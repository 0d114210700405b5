"""Decisions for all sizes at once: equality and divisibility."""

from dataclasses import dataclass
from itertools import product
from math import gcd, lcm

from netspec.shape.classes import Window
from netspec.shape.dim import Dim, Size
from netspec.shape.polynomial import Symbol, Terms, add, floor_quotient
from netspec.shape.sizes import at

PROBED_UNITS = 512


@dataclass(frozen=True, slots=True)
class Equal:
    """It holds at all sizes."""


@dataclass(frozen=True, slots=True)
class Differ:
    """It does not hold, for instance at `sizes`, (name, size) for each free size.

    `left` and `right` are the two values there. If every size were a multiple of what
    `multiple_of` says, (name, multiple) for each size concerned, it would hold; None where no such
    multiples were found.
    """

    sizes: tuple[tuple[str, int], ...]
    left: int
    right: int
    multiple_of: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True)
class Unproved:
    """It has too many residue classes to decide, and no counter-example was found."""

    classes: int


Verdict = Equal | Differ | Unproved


def compare(a: Size, b: Size) -> Verdict:
    """Whether two sizes are equal at all sizes of their symbols."""
    if a == b:
        return Equal()
    if isinstance(a, int) and isinstance(b, int):
        return Differ((), a, b, None)
    found = find_nonzero(add(terms_of(a), terms_of(b), -1))
    if not isinstance(found, Nonzero):
        return found
    sizes = complete(found.sizes, a, b)
    return Differ(tuple(sizes.items()), at(a, sizes), at(b, sizes), found.multiple_of)


def divisible(a: Size, k: int) -> Verdict:
    """Whether `a % k` is 0 at all sizes; in `Differ`, left is `a` and right the remainder.

    Raises:
        ValueError: `k` is not positive.
    """
    if k < 1:
        raise ValueError(f"`{a} % {k}`: the divisor must be a positive integer")
    if isinstance(a, int):
        return Differ((), a, a % k, None) if a % k else Equal()
    found = find_nonzero(add(a.terms, floor_quotient(a.terms, k), -k))
    if not isinstance(found, Nonzero):
        return found
    sizes = complete(found.sizes, a)
    return Differ(tuple(sizes.items()), a.at(sizes), a.at(sizes) % k, found.multiple_of)


@dataclass(frozen=True, slots=True)
class Nonzero:
    sizes: dict[str, int]
    multiple_of: tuple[tuple[str, int], ...] | None


def find_nonzero(terms: Terms) -> Equal | Nonzero | Unproved:
    """Whether terms are zero at all sizes."""
    if not terms:
        return Equal()
    window = Window(terms)
    if not window.symbols:
        return Nonzero({}, None)
    points = window.points() if window.is_small else probe(window)
    nonzero = [p for p, v in zip(points, window.values(points), strict=True) if v]
    if nonzero:
        nearest = min(nonzero, key=lambda point: distance(window, point))
        sizes = {s.name: u * s.multiple_of for s, u in zip(window.symbols, nearest, strict=True)}
        return Nonzero(sizes, find_multiples(window, nonzero) if window.is_small else None)
    return Equal() if window.is_small else Unproved(window.classes)


def probe(window: Window) -> list[tuple[int, ...]]:
    """Points near the nominal one: each symbol moved alone, then all of them."""
    nominal = tuple(symbol.unit(symbol.nominal) for symbol in window.symbols)
    points = [nominal]
    for step in range(1, PROBED_UNITS):
        moved = tuple(unit + step for unit in nominal)
        points += [(*nominal[:i], u, *nominal[i + 1 :]) for i, u in enumerate(moved)]
        points.append(moved)
    return points


def distance(window: Window, point: tuple[int, ...]) -> tuple[int, int]:
    """How many symbols are not nominal, and how far they are."""
    steps = [u - s.unit(s.nominal) for s, u in zip(window.symbols, point, strict=True)]
    return sum(map(bool, steps)), sum(steps)


def find_multiples(
    window: Window, nonzero: list[tuple[int, ...]]
) -> tuple[tuple[str, int], ...] | None:
    """The least multiple of one symbol, or of all, whose classes hold no `nonzero` point."""
    bad = {tuple(u % p for u, p in zip(point, window.periods, strict=True)) for point in nonzero}
    units = [symbol.multiple_of for symbol in window.symbols]
    multiples = [
        [unit * step for step in divisors(period)]
        for unit, period in zip(units, window.periods, strict=True)
    ]
    everyone = set(range(len(units)))
    choices = [{i} for i in sorted(everyone)] + [everyone]
    for multiple, chosen in product(sorted({lcm(*m) for m in product(*multiples)}), choices):
        steps = [
            gcd(period, lcm(multiple, unit) // unit) if i in chosen else 1
            for i, (period, unit) in enumerate(zip(window.periods, units, strict=True))
        ]
        if not any(meets(residues, steps) for residues in bad):
            found = zip(window.symbols, steps, strict=True)
            return tuple((s.name, step * s.multiple_of) for s, step in found if step > 1)
    return None


def meets(residues: tuple[int, ...], steps: list[int]) -> bool:
    """Whether this class holds units that are multiples of `steps`, divisors of the periods."""
    return not any(residue % step for residue, step in zip(residues, steps, strict=True))


def divisors(number: int) -> list[int]:
    return [k for k in range(1, number + 1) if number % k == 0]


def terms_of(size: Size) -> Terms:
    if isinstance(size, Dim):
        return size.terms
    return {(): size} if size else {}


def complete(sizes: dict[str, int], *dims: Size) -> dict[str, int]:
    """Sizes of all the symbols of these dims by name, nominal where they made no difference."""
    symbols: set[Symbol] = set().union(*(d.symbols for d in dims if isinstance(d, Dim)))
    return {s.name: sizes.get(s.name, s.nominal) for s in sorted(symbols, key=lambda s: s.name)}
