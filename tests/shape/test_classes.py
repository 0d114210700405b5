"""Residue classes: periods, degrees, and the window of points that decides."""

import pytest

from netspec.shape import Dim, Symbol, symbol
from netspec.shape.classes import (
    MAX_CLASSES,
    MAX_POINTS,
    Window,
    evaluate,
    find_constant,
    find_degree,
    find_periods,
    values_at,
)
from netspec.shape.polynomial import Floor, Terms

A, B = Symbol("A", 6, 2), Symbol("B", 5)
a, b = symbol("A", 6, 2), symbol("B", 5)


def terms(size: object) -> Terms:
    assert isinstance(size, Dim)
    return size.terms


@pytest.mark.parametrize(
    ("size", "periods"),
    [
        (b, {B: 1}),
        (b // 2 + b // 3, {B: 6}),
        (b // 4 + b // 6, {B: 12}),
        ((b * b) // 4, {B: 4}),
        ((2 * b + 1) // 3, {B: 3}),
        (a // 2 + b // 5, {A: 1, B: 5}),
        (a // 4 + (a + b) // 3, {A: 6, B: 3}),
        ((b // 3 + (b // 2)) // 5, {B: 30}),
    ],
)
def test_periods(size: object, periods: dict[Symbol, int]) -> None:
    assert find_periods(terms(size)) == periods


def test_periods_of_a_multiple() -> None:
    """All but the constant is a multiple of 12 where B is one of 6."""
    assert find_periods({(B,): 2, (): 5}, 12) == {B: 6}


@pytest.mark.parametrize(
    ("size", "degrees"),
    [
        (b, (0, 1)),
        (b // 2, (0, 1)),
        (b * b * a + a, (1, 2)),
        (b * (b // 2), (0, 2)),
        ((b * b) // 3 * (a // 4), (1, 2)),
    ],
)
def test_degrees(size: object, degrees: tuple[int, int]) -> None:
    assert (find_degree(terms(size), A), find_degree(terms(size), B)) == degrees
    assert find_degree({}, A) == 0


def test_values_of_columns() -> None:
    size = 3 * a * b - b // 2 + 7
    columns = {A: [1, 2, 3], B: [4, 5, 6]}
    assert evaluate(terms(size), dict(columns)) == [29, 65, 112]
    assert values_at(terms(size), [A, B], [(1, 4), (2, 5), (3, 6)]) == [29, 65, 112]
    assert evaluate({(): 7}, dict(columns)) == [7, 7, 7]


def test_a_window_holds_each_class_once_more_than_the_degree() -> None:
    window = Window(terms(b * (b // 3) + a // 4))
    assert (window.symbols, window.periods, window.widths) == ([A, B], [2, 3], [4, 9])
    assert window.classes == 6
    points = window.points()
    assert (points[0], points[-1], len(points)) == ((3, 5), (6, 13), 36)
    assert window.values(points)[0] == 5 * (5 // 3) + 6 // 4


def power(degree: int, divisor: int) -> Terms:
    """`B ** degree + floor(B / divisor)`."""
    return {(B,) * degree: 1, (Floor({(B,): 1}, divisor),): 1}


def test_windows_at_their_limits() -> None:
    assert Window(power(15, MAX_CLASSES)).is_small
    assert Window(power(15, MAX_CLASSES)).widths == [MAX_POINTS]
    assert not Window(power(16, MAX_CLASSES)).is_small
    assert not Window(power(1, MAX_CLASSES + 1)).is_small


def test_constants_are_found_where_the_classes_can_be_counted() -> None:
    zero = Floor({(B,): 1}, 2), Floor({(B,): 1, (): 1}, 2)
    assert find_constant({(B,): 1, (zero[0],): -1, (zero[1],): -1, (): 4}) == 4
    assert find_constant({(B,): 1, (zero[0],): -1, (): 4}) is None
    half, other = Floor({(B,): 1}, 4098), Floor({(B,): 1, (): 2049}, 4098)
    assert find_constant({(half,): 1, (other,): 1, (Floor({(B,): 1}, 2049),): -1}) is None


def test_a_function_that_is_constant_where_it_is_first_looked_at_is_none() -> None:
    assert find_constant({(Floor({(B,): 1}, 1100),): 1, (): 3}) is None
