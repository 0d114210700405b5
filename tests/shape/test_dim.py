import copy
import pickle
from collections.abc import Callable
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.shape import Dim, Size, Symbol, exact_divide, symbol
from tests.shape.expressions import MULTIPLES, PLAIN, Tree, evaluate

H, W = symbol("H", 224), symbol("W", 224)
G = symbol("G", 224, multiple_of=32)

trees: st.SearchStrategy[Tree] = st.recursive(
    st.sampled_from("HW") | st.integers(-50, 50),
    lambda inner: (
        st.tuples(st.sampled_from("+-"), inner, inner)
        | st.tuples(st.just("*"), inner, st.integers(-9, 9) | st.sampled_from("HW"))
        | st.tuples(st.sampled_from(["//", "%"]), inner, st.integers(1, 64))
    ),
    max_leaves=12,
)
units = st.integers(1, 10_000)


@given(trees, units, units)
def test_value_is_that_of_integers(tree: Tree, h: int, w: int) -> None:
    size = evaluate(tree, PLAIN)
    expected = evaluate(tree, {"H": h, "W": w})
    assert (size.at({"H": h, "W": w}) if isinstance(size, Dim) else size) == expected


@given(trees, units, units)
def test_value_is_that_of_integers_at_multiples(tree: Tree, h: int, w: int) -> None:
    size = evaluate(tree, MULTIPLES)
    sizes = {"H": 32 * h, "W": 6 * w}
    assert (size.at(sizes) if isinstance(size, Dim) else size) == evaluate(tree, sizes)


@given(trees, trees, trees)
def test_polynomials_are_a_ring(a: Tree, b: Tree, c: Tree) -> None:
    x, y, z = (evaluate(tree, PLAIN) for tree in (a, b, c))
    assert x + y == y + x
    assert (x + y) + z == x + (y + z)
    assert (x + y) - y == x
    assert x * y == y * x
    assert x * (y + z) == x * y + x * z


def stride_2(size: Size) -> Size:
    return (size + 2 - 2 - 1) // 2 + 1


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (H, "H"),
        (2 * H * W + 3, "2*H*W + 3"),
        (W + H, "H + W"),
        (3 - H, "3 - H"),
        (-H - 3, "-H - 3"),
        ((H + 3) // 7, "floor((H + 3)/7)"),
        ((H + 31) // 32, "ceil(H/32)"),
        ((5 * H + 13) // 4, "H + floor((H + 1)/4) + 3"),
        ((2 * H + 1) // 4, "floor(H/2)"),
        (((H + 1) // 3 + 5) // 4, "floor((H + 4)/12) + 1"),
        (((H + 1) // 3 + W) // 4, "floor((H + 3*W + 1)/12)"),
        (stride_2(stride_2(stride_2(H))), "ceil(H/8)"),
        (H % 32, "H - 32*floor(H/32)"),
        (H * W * H // 6, "floor(H*H*W/6)"),
        ((W // 2) * H * 3, "3*H*floor(W/2)"),
        (G // 32, "G/32"),
        (3 * G // 2, "3*G/2"),
        (G * G // 64 + 1, "G*G/64 + 1"),
        (G // 64, "floor(G/64)"),
        ((G // 32 + 1) // 3, "floor((G + 32)/96)"),
        ((G + 63) // 64, "ceil(G/64)"),
        ((G // 32) * (H // 2), "G*floor(H/2)/32"),
    ],
)
def test_normal_form(size: Size, text: str) -> None:
    assert str(size) == text


@pytest.mark.parametrize(
    ("size", "number"),
    [
        (H - H, 0),
        (H * 0, 0),
        (H + 3 - H, 3),
        (G % 32, 0),
        ((G + 5) % 32, 5),
        (H - H // 2 - (H + 1) // 2, 0),
        (H // 4 + (H + 2) // 4 - H // 2, 0),
        ((H * H + H) % 2, 0),
        ((H // 2) * 2 - H + H % 2, 0),
        (-((-H) // 2) - (H + 1) // 2, 0),
    ],
)
def test_a_constant_is_an_int(size: Size, number: int) -> None:
    assert type(size) is int
    assert size == number


@pytest.mark.parametrize(
    "division",
    [
        lambda: H // 0,
        lambda: H // -2,
        lambda: H % 0,
        lambda: H // W,
        lambda: H % W,
        lambda: 7 // H,
        lambda: 7 % H,
        lambda: H // 2.0,
    ],
)
def test_divisor_must_be_a_positive_integer(division: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="the divisor must be a positive integer"):
        division()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: symbol("H", 0), "`H` \\(=0\\) must be positive"),
        (lambda: symbol("H", 100, 32), "`H` \\(=100\\) must be a multiple of 32"),
        (lambda: symbol("H", 100, 0), "`multiple_of` \\(=0\\) must be positive"),
        (lambda: (G + 1).at({"G": 100}), "`G` \\(=100\\) must be a multiple of 32"),
    ],
)
def test_sizes_are_positive_multiples(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_other_operands_are_refused() -> None:
    for operate in (lambda: H + 1.5, lambda: H - "a", lambda: [1] * H, lambda: H < W):
        with pytest.raises(TypeError):
            operate()


def test_equality_is_of_the_normal_form() -> None:
    assert H + 1 == 1 + H
    assert hash(H + 1) == hash(1 + H)
    assert H != W
    assert H != 224
    assert len({H // 2, (2 * H) // 4, W // 2}) == 2


def test_nominal_and_missing_sizes() -> None:
    area = H * W // 100
    assert isinstance(area, Dim)
    assert area.nominal == 224 * 224 // 100
    assert area.at({"H": 10}) == 22
    assert {s.name for s in area.symbols} == {"H", "W"}
    assert area.symbols >= {Symbol("H", 224)}


def test_copies_are_equal() -> None:
    size = (G // 64 + H) * W
    assert pickle.loads(pickle.dumps(size)) == size
    assert copy.deepcopy({size: 1}) == {size: 1}


def test_repr_shows_the_text() -> None:
    assert repr(H + 1) == "Dim(H + 1)"


def grow_floors(size: Size) -> Size:
    return size * 7 // 4


def square(size: Size) -> Size:
    return size * size


def square_coefficients(size: Size) -> Size:
    quotient = exact_divide(9 * size * size, H)
    assert quotient is not None
    return quotient


@pytest.mark.parametrize("grow", [grow_floors, square, square_coefficients])
def test_growth_is_bounded(grow: Callable[[Size], Size]) -> None:
    with pytest.raises(OverflowError, match="a size has"):
        reduce(lambda size, _: grow(size), range(64), H)
