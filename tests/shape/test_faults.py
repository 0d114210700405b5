"""Each fault planted in the algebra is seen by a property."""

import math
from collections.abc import Callable

import pytest

from netspec.shape import classes, decide, divide, least, polynomial, text
from netspec.shape.classes import Window
from netspec.shape.polynomial import Floor, Symbol, Terms, add, merge_floor, split
from tests.shape import properties


def merge_without_scaling(
    terms: Terms, constant: int, divisor: int, inner: Floor
) -> tuple[Terms, int]:
    """floor((floor(p / b) + q) / d) = floor((p + q) / (b*d))"""
    _, divisor = merge_floor(terms, constant, divisor, inner)
    beside = {monomial: k for monomial, k in terms.items() if monomial != (inner,)}
    return add(inner.terms, beside | ({(): constant} if constant else {})), divisor


def split_without_remainder(terms: Terms, divisor: int) -> tuple[Terms, Terms]:
    """floor((5*H + 1) / 4) = H"""
    whole, rest = split(terms, divisor)
    return whole, {monomial: k for monomial, k in rest.items() if monomial not in whole}


def common_of_coefficients(divisor: int, *coefficients: int) -> int:
    """floor(3*H / 4) = floor(H / 1)"""
    return math.gcd(*coefficients) if divisor > 1 else 1


def unit_is_size(self: Symbol, size: int) -> int:
    return size


def points_but_last_class(self: Window) -> list[tuple[int, ...]]:
    starts = [symbol.unit(symbol.nominal) for symbol in self.symbols]
    return [
        point
        for point in original_points(self)
        if all(
            (u - start) % period < max(1, period - 1)
            for u, start, period in zip(point, starts, self.periods, strict=True)
        )
    ]


original_points = Window.points
original_periods = classes.find_periods


def periods_of_outer_floors(terms: Terms, modulus: int = 1) -> dict[Symbol, int]:
    flat: Terms = {}
    for monomial, k in terms.items():
        atoms = [atom for atom in monomial if isinstance(atom, Floor)]
        flat |= {(Floor(flat_terms(atom.terms), atom.divisor),): k for atom in atoms}
    return dict.fromkeys(polynomial.find_symbols(terms), 1) | original_periods(flat, modulus)


def flat_terms(terms: Terms) -> Terms:
    return {tuple(polynomial.find_symbols({m: k})) if m else m: k for m, k in terms.items()}


Property = Callable[[int, int], object]

FAULTS: dict[str, tuple[object, str, object, Property, int]] = {
    "inner floor merged without scaling": (
        polynomial, "merge_floor", merge_without_scaling, properties.check_values, 100,
    ),
    "remainder of a whole part forgotten": (
        polynomial, "split", split_without_remainder, properties.check_values, 100,
    ),
    "factor cancelled that the divisor lacks": (
        polynomial, "gcd", common_of_coefficients, properties.check_values, 100,
    ),
    "`multiple_of` ignored in values": (
        Symbol, "unit", unit_is_size, properties.check_values, 100,
    ),
    "residues end one early": (
        Window, "points", points_but_last_class, properties.check_verdicts, 100,
    ),
    "period without inner divisors": (
        classes, "find_periods", periods_of_outer_floors, properties.check_verdicts, 400,
    ),
    "degree taken as 0": (
        classes, "find_degree", lambda terms, symbol: 0, properties.check_verdicts, 150,
    ),
    "counter-example without a class in common": (
        decide, "meets", lambda residues, steps: False, properties.check_verdicts, 100,
    ),
    "floor taken for exact": (
        divide, "divisible", lambda a, k: decide.Equal(), properties.check_quotients, 100,
    ),
    "residue classes of requirements forgotten": (
        least, "find_periods", lambda terms: dict.fromkeys(polynomial.find_symbols(terms), 1),
        properties.check_least, 200,
    ),
    "turns of the slope forgotten": (
        least, "sign_changes", lambda differences: [], properties.check_least, 200,
    ),
    "units printed as sizes": (
        text, "size_of_unit", lambda monomial: 1, properties.check_text, 100,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, attribute, fault, check, count = FAULTS[name]
    check(43_000, count)
    monkeypatch.setattr(owner, attribute, fault)
    with pytest.raises((AssertionError, ArithmeticError, ValueError)):
        check(43_000, count)
