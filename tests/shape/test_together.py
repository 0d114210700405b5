"""Sizes that several free sizes need together, against all sizes that were counted out."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.shape import Dim, Symbol, raise_together, symbol, together
from netspec.shape.together import holds_from

SYMBOLS = Symbol("H", 8), Symbol("W", 12, 2)
H, W = symbol("H", 8), symbol("W", 12, 2)
LEAST = {SYMBOLS[0]: 1, SYMBOLS[1]: 2}
FAR = 40


@pytest.mark.parametrize(
    ("requirements", "sizes"),
    [
        ([], (1, 2)),
        ([H * W - 2], (1, 2)),
        ([H * W - 3], (2, 4)),
        ([H * W - 50], (6, 10)),
        ([H * W - 96], (8, 12)),
        ([H * W - 97], None),
        ([H - 7], (7, 2)),
        ([H * W - 30, H + W - 12], (5, 8)),
        ([(H * W) // 7 - 4], (5, 8)),
        ([H * W - W], (1, 2)),
        ([H * W - 5 * W], (5, 8)),
        ([H * W - W - 1], (2, 4)),
        ([(H - 2) * (H - 2)], (2, 2)),
        ([H * W - 9 * W], None),
        ([(H - 8) * (W - 12)], (8, 12)),
        ([(H - 8) * (12 - W)], None),
        ([(H * W) % 7], (1, 2)),
        ([(H * W) % 70_001], None),
    ],
)
def test_in_proportion(requirements: list[Dim], sizes: tuple[int, int] | None) -> None:
    found = raise_together(requirements, LEAST)
    assert (found and tuple(found.values())) == sizes


def test_what_is_fixed_stays() -> None:
    height, width = SYMBOLS
    assert raise_together([H * W - 50], {height: 5, width: 2}, {height}) == {height: 5, width: 10}
    assert raise_together([H * W - 50], {height: 4, width: 2}, {height}) is None
    assert raise_together([H * W - 50], {height: 5, width: 10}, {height, width}) is not None
    assert raise_together([H * W - 50], {height: 5, width: 8}, {height, width}) is None


def test_what_is_larger_than_nominal_stays() -> None:
    assert raise_together([H * W - 50], {SYMBOLS[0]: 20, SYMBOLS[1]: 2}) == {
        SYMBOLS[0]: 20,
        SYMBOLS[1]: 4,
    }


units = st.integers(-9, 9)


@st.composite
def dims(draw: st.DrawFn) -> Dim:
    """A polynomial in both symbols, with a floor."""
    a, b, c, d, e = (draw(units) for _ in range(5))
    floor = (draw(units) * H * W + draw(units) * H + draw(units)) // draw(st.integers(1, 4))
    dim = a * H * W + b * H + c * W + d * floor + 10 * e
    return dim if isinstance(dim, Dim) else H * W


@given(dims(), st.integers(1, 12), st.integers(1, 6))
def test_what_is_shown_holds(dim: Dim, height: int, unit: int) -> None:
    sizes = {SYMBOLS[0]: height, SYMBOLS[1]: 2 * unit}
    if holds_from(dim, sizes):
        for h, w in product(range(height, height + FAR), range(2 * unit, 2 * unit + FAR, 2)):
            assert dim.at({"H": h, "W": w}) >= 0


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(-99, 0))
def test_what_rises_is_decided_by_its_corner(a: int, b: int, c: int, d: int) -> None:
    dim = (a + 1) * H * W + b * H + c * W + d
    assert isinstance(dim, Dim)
    assert holds_from(dim, LEAST) == (dim.at({"H": 1, "W": 2}) >= 0)


def test_a_lost_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The property can fail."""
    monkeypatch.setattr(together, "_differences", lambda values, counts: values[:1])
    with pytest.raises(AssertionError):
        test_what_is_shown_holds()
