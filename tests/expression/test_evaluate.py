"""What expressions mean."""

import pytest

from netspec.expression import (
    FUNCTIONS,
    RESERVED,
    Expression,
    ExpressionError,
    InputShape,
    Quotient,
    Value,
    describe,
    parse,
    settle,
    whole,
)
from netspec.expression.syntax import Logic
from netspec.shape import symbol

N, H, W = symbol("N"), symbol("H", 224, 32), symbol("W", 224)
NODE = object()
SCOPE: dict[str, Value] = {
    "k": 7,
    "flag": True,
    "kind": "same",
    "other": "zeros",
    "depths": (3, 4, 6, 3),
    "x": InputShape((N, 3, H, W)),
    "N": N,
    "H": H,
    "W": W,
    "act": NODE,
}


def value(text: str) -> Value:
    return parse(text).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k", 7),
        ("1e-5", 1e-5),
        (".5", 0.5),
        ("1.", 1.0),
        ("  k  ", 7),
        ("true", True),
        ("[1, [2, k], ]", (1, (2, 7))),
        ("[]", ()),
        ("-2**2", -4),
        ("2**-1", 0.5),
        ("2**3**2", 512),
        ("0**0", 1),
        ("0 ** 2", 0),
        ("--k", 7),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("8 / 2", 4.0),
        ("7 - 2 - 1", 4),
        ("1 if flag else 2 if flag else 3", 1),
        ("not k == 3", True),
        ("not flag or flag and not flag", False),
        ("0 < k < 8 != 3", True),
        ("1 == 1.0", True),
        ("[1, 2] == [1.0, 2]", True),
        ("[1] == [1, 2]", False),
        ("flag == true", True),
        ("kind == 'same'", True),
        ('"same" != kind', False),
        ("kind == 'größe'", False),
        ("kind == other", False),
        ("kind if flag else other", "same"),
        ("depths[0]", 3),
        ("depths[-1]", 3),
        ("depths[4 / 2]", 6),
        ("depths[1:]", (4, 6, 3)),
        ("depths[:-1:2]", (3, 6)),
        ("depths[::-1]", (3, 6, 4, 3)),
        ("depths[9:]", ()),
        ("[depths][0][1]", 4),
        ("min(3, 1, 2)", 1),
        ("min([3])", 3),
        ("max(depths)", 6),
        ("max([1, 2.5])", 2.5),
        ("sum(depths)", 16),
        ("sum([])", 0),
        ("len(depths) + len([])", 4),
        ("abs(-k)", 7),
        ("round(0.5) + round(1.5) + round(2.5)", 4),
        ("floor(-1.5)", -2),
        ("ceil(-1.5)", -1),
        ("floor(7 / 2)", 3),
        ("make_divisible(32 * 1.4)", 48),
        ("make_divisible(10)", 16),
        ("make_divisible(100)", 104),
        ("make_divisible(99.9)", 96),
        ("make_divisible(10, 9)", 9),
        ("make_divisible(3, 1)", 3),
        ("make_divisible(11, 4)", 12),
        ("make_divisible(3, 8, 1)", 9),
        ("make_divisible(3, 8, 16)", 16),
        ("x.channels * 2", 6),
        ("x.rank", 4),
        ("len(x.shape)", 4),
        ("x.shape[1]", 3),
        ("x.height", H),
        ("x.width", W),
        ("x.shape[-2:]", (H, W)),
        ("x . channels", 3),
        ("[7, 8][-2]", 7),
        ("1 < 2 + 3", True),
        ("1 + 2 == 3 * 1", True),
        ("(true or true) if false else false", False),
        ("true or true if false else false", False),
        ("false and true or true", True),
        ("x.width / 1", W),
        ("x.width / -1", -W),
        ("x.width // -2", -W // 2),
        ("x.width % -2", -(W % 2)),
        ("7 // -2", -4),
        ("7 % -2", -1),
    ],
)
def test_values(text: str, expected: Value) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H / 32", H // 32),
        ("H/32 * W * 7 / 7", (H // 32) * W),
        ("H/32 + 1", H // 32 + 1),
        ("H * W / W", H),
        ("0 / H", 0),
        ("H * W // W", H),
        ("H * W % W", 0),
        ("W * 2.0", 2 * W),
        ("floor(W / 2)", W // 2),
        ("ceil(W / 2)", (W + 1) // 2),
        ("floor((W + 3) / 7)", (W + 3) // 7),
        ("floor(W)", W),
        ("W // -2", -W // 2),
        ("-W / -1", W),
        ("W - W", 0),
        ("W % 1", 0),
        ("sum([H, W, 1])", H + W + 1),
        ("[N, H / 2]", (N, H // 2)),
        ("H if flag else W", H),
        ("len([H, W])", 2),
    ],
)
def test_free_sizes(text: str, expected: Value) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("a", range(-9, 10))
@pytest.mark.parametrize("c", [-4, -3, -1, 1, 2, 5])
def test_division_by_negative_numbers_is_as_for_numbers(a: int, c: int) -> None:
    size = symbol("a")
    for sign in ("//", "%"):
        text = f"(s + {a}) {sign} ({c})"
        free = parse(text).evaluate({"s": size})
        fixed = parse(text).evaluate({"s": 5})
        assert free == fixed if isinstance(free, int) else free.at({"a": 5}) == fixed  # type: ignore[attr-defined]


def test_a_node_is_passed_on_by_its_bare_name() -> None:
    assert value("act") is NODE
    assert value("(act)") is NODE


def test_names_are_the_free_variables() -> None:
    names = parse("max(x.channels, k) + depths[index] if flag else true and N == count").names
    assert names == {"x", "k", "depths", "index", "flag", "N", "count"}


def test_expressions_are_values() -> None:
    assert parse("k + 1") is parse("k + 1")
    assert parse("k + 1") == Expression("k + 1", frozenset(), parse("k").root, ())
    assert repr(parse("k")) == "Expression(text='k', names=frozenset({'k'}))"
    with pytest.raises(AttributeError):
        parse("k").text = "d"  # type: ignore[misc]


def test_reserved_names() -> None:
    assert {"N", "index", "count", "true", "false", "null"} | FUNCTIONS == RESERVED
    assert len(FUNCTIONS) == 9


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (3, "3"),
        (0.5, "0.5"),
        (1e-05, "1e-05"),
        (True, "true"),
        ("same", "'same'"),
        ("it's", '"it\'s"'),
        ("\x1b", "'\\u{1b}'"),
        ((1, (True, "a")), "[1, [true, 'a']]"),
        ((), "[]"),
        (H, "H"),
        ((N, W // 2), "[N, floor(W/2)]"),
        (InputShape((N, 3, H)), "[N, 3, H]"),
        (NODE, "a node"),
    ],
)
def test_describe(given: Value, shown: str) -> None:
    assert describe(given) == shown


def test_whole() -> None:
    assert whole(3) == 3
    assert whole(8 / 2) == 4
    assert type(whole(8 / 2)) is int
    assert whole(-0.0) == 0
    assert whole(H) == H
    assert whole(Quotient(H, 32)) == H // 32


def test_operands_of_a_long_row_stand_side_by_side() -> None:
    root = parse("true or false or true").root
    assert isinstance(root, Logic)
    assert len(root.operands) == 3


def test_a_fraction_at_the_head_of_a_row_is_the_one_blamed() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("q + 1 + 1").evaluate({"q": Quotient(W, 3)})
    assert (caught.value.start, caught.value.end) == (0, 1)


def test_settle_leaves_other_values_alone() -> None:
    assert settle(3.5) == 3.5
    assert settle(Quotient(H, 32)) == H // 32
