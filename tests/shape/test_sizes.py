from netspec.shape import (
    Symbol,
    at,
    ceil_div,
    format_shape,
    is_shape_symbolic,
    nominal,
    product,
    symbol,
    symbols,
)

N, H = symbol("N"), symbol("H", 224)
SHAPE = (N, 64, (H + 3) // 7, 56)


def test_numbers_and_dims_answer_alike() -> None:
    assert [nominal(size) for size in SHAPE] == [1, 64, 32, 56]
    assert [at(size, {"N": 2, "H": 11}) for size in SHAPE] == [2, 64, 2, 56]


def test_symbols() -> None:
    assert symbols(3) == frozenset()
    assert symbols(H // 2) == {Symbol("H", 224)}
    assert symbols(SHAPE) == {Symbol("N"), Symbol("H", 224)}


def test_ceil_div() -> None:
    assert ceil_div(7, 2) == 4
    assert str(ceil_div(H, 32)) == "ceil(H/32)"


def test_product() -> None:
    assert product([]) == 1
    assert product([2, 3]) == 6
    assert product(SHAPE[:2]) == 64 * N


def test_shapes() -> None:
    assert format_shape(SHAPE) == "[N, 64, floor((H + 3)/7), 56]"
    assert format_shape(()) == "[]"
    assert is_shape_symbolic(SHAPE)
    assert not is_shape_symbolic((1, 2))
