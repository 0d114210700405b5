"""How far values may grow: each limit, the last value inside of it and the first beyond."""

import pytest

from netspec.expression import ExpressionError, InputShape, Value, parse, settle
from netspec.expression.bounds import (
    MAX_EXPONENT,
    MAX_INTEGER,
    MAX_ITEMS,
    MAX_LIST_DEPTH,
    MAX_SIZE_PARTS,
    checked,
)
from netspec.expression.cursor import MAX_DEPTH
from netspec.expression.errors import clip
from netspec.expression.lexer import MAX_TEXT
from netspec.expression.values import Quotient
from netspec.shape import Dim, Size, product, symbol

H, W = symbol("H"), symbol("W")
SYMBOLS = [symbol(f"s{i:02}") for i in range(80)]


def total(count: int) -> Size:
    """A sum of so many symbols: two parts each."""
    size: Size = 0
    for one in SYMBOLS[:count]:
        size = size + one
    return size


def nested(depth: int) -> Value:
    value: Value = ()
    for _ in range(depth - 1):
        value = (value,)
    return value


def limit(value: Value) -> str:
    with pytest.raises(ExpressionError) as error:
        checked(value)
    return f"{error.value.code}: {error.value.message}"


@pytest.mark.parametrize(
    "value",
    [
        MAX_INTEGER,
        -MAX_INTEGER,
        H * MAX_INTEGER,
        H * -MAX_INTEGER,
        (H - W) * MAX_INTEGER,
        (W - H) * MAX_INTEGER,
        H // MAX_INTEGER,
        total(MAX_SIZE_PARTS // 2),
        total(MAX_SIZE_PARTS // 2 - 2) + H // 2,
        product(SYMBOLS[:3]) + total(MAX_SIZE_PARTS // 2 - 2),
        (0,) * MAX_ITEMS,
        ((0,) * (MAX_ITEMS - 1),),
        ((), (0,) * (MAX_ITEMS - 2)),
        ((0,) * (MAX_ITEMS - 2), 0),
        nested(MAX_LIST_DEPTH),
        "same",
        1e308,
    ],
)
def test_what_is_at_a_limit_passes(value: Value) -> None:
    assert checked(value) is value


INTEGER = "expression-limit: an integer that is not below 2**31"
NOMINAL = "expression-limit: a free size whose nominal value is not below 2**31"
PARTS = "expression-limit: a free size of more than 128 parts, or of huge factors"
LIST = "expression-limit: a list of more than 4096 items, or nested deeper than 16"
INFINITE = "expression-value: the result is not a finite number"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (MAX_INTEGER + 1, INTEGER),
        (-MAX_INTEGER - 1, INTEGER),
        (H * (MAX_INTEGER + 1), NOMINAL),
        (H * -(MAX_INTEGER + 1), NOMINAL),
        ((H - W) * (MAX_INTEGER + 1), PARTS),
        ((W - H) * (MAX_INTEGER + 1), PARTS),
        (H // (MAX_INTEGER + 1), PARTS),
        (total(MAX_SIZE_PARTS // 2) + 1, PARTS),
        (total(MAX_SIZE_PARTS // 2 - 2) + H // 2 + 1, PARTS),
        (product(SYMBOLS[:3]) + total(MAX_SIZE_PARTS // 2 - 2) + 1, PARTS),
        (total(MAX_SIZE_PARTS // 2 - 2) + (H + W) // 2, PARTS),
        ((0,) * (MAX_ITEMS + 1), LIST),
        (((0,) * MAX_ITEMS,), LIST),
        (((0,) * MAX_ITEMS, (1, 2)), LIST),
        (((0,) * (MAX_ITEMS - 1), 0), LIST),
        (((0,) * 2000, (0,) * 2000, (0,) * 94), LIST),
        (nested(MAX_LIST_DEPTH + 1), LIST),
        (float("inf"), INFINITE),
        (float("nan"), INFINITE),
    ],
)
def test_what_is_beyond_a_limit_is_refused(value: Value, message: str) -> None:
    assert limit(value) == message


def test_a_list_that_holds_itself_many_times_is_counted_quickly() -> None:
    value: Value = (0, 0)
    for _ in range(MAX_LIST_DEPTH - 1):
        value = (value,) * 64
    assert limit(value) == LIST


def code(text: str, **scope: Value) -> str | None:
    try:
        parse(text).evaluate(scope)
    except ExpressionError as error:
        return error.code
    return None


def test_the_limits_of_a_text() -> None:
    assert code("1" + " " * (MAX_TEXT - 1)) is None
    assert code("1" + " " * MAX_TEXT) == "expression-limit"
    for opening, closing in (("(", ")"), ("[", "]"), ("- ", "")):
        assert code(opening * MAX_DEPTH + "1" + closing * MAX_DEPTH) is None
        assert code(opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1)) is not None
    with pytest.raises(ExpressionError) as error:
        parse("1" + " " * MAX_TEXT)
    assert (error.value.start, error.value.end) == (256, 257)


def test_places_beside_each_other_are_not_nested() -> None:
    """What was left no longer counts."""
    assert code(" + ".join(["(1)"] * 20)) is None
    assert code("[" + ", ".join(["[1]"] * 20) + "]") is None
    assert code("a[0] + " * 20 + "a[0]", a=(1,)) is None
    assert code("1 if c else " * 15 + "1", c=False) is None


def test_exponents_at_their_limit() -> None:
    assert parse(f"2.0 ** {MAX_EXPONENT}").evaluate({}) == 2.0**32
    assert parse(f"2 ** -{MAX_EXPONENT}").evaluate({}) == 2.0**-32
    assert code(f"2.0 ** {MAX_EXPONENT + 1}") == "expression-limit"
    assert code(f"2 ** -{MAX_EXPONENT + 1}") == "expression-limit"


def test_texts_in_messages_have_sixty_characters() -> None:
    assert clip("a" * 60) == "a" * 60
    assert clip("a" * 57 + "bcde") == "a" * 57 + "..."


def test_an_input_of_a_size_that_no_double_holds() -> None:
    scope = {"x": InputShape((1, 10**400))}
    for text in ("x.channels / 2", "x.channels * 0.5", "0.5 ** x.channels"):
        with pytest.raises(ExpressionError) as error:
            parse(text).evaluate(scope)
        assert error.value.code in ("expression-value", "expression-limit")


def test_a_size_with_more_terms_than_can_be_decided() -> None:
    size = total(60)
    with pytest.raises(ExpressionError) as error:
        parse("s * s").evaluate({"s": size})
    assert error.value.code == "expression-limit"
    assert "more terms than can be decided" in error.value.message


def test_what_can_be_neither_proved_whole_nor_refuted() -> None:
    """The dividend is 0 at all sizes, which too many classes hide."""
    columns = W // 128
    zero = (H // 64 + (H + 32) // 64) * columns - (H // 32) * columns
    assert isinstance(zero, Dim)
    with pytest.raises(ExpressionError) as error:
        settle(Quotient(zero, 2))
    assert error.value.code == "not-whole"
    assert error.value.message == "cannot prove that it is whole for every size"
