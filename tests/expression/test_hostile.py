"""Texts that are out to break something: nothing but ExpressionError and UnknownValue escapes."""

import random
import string
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.expression import (
    UNKNOWN,
    ExpressionError,
    InputShape,
    Quotient,
    UnknownValue,
    Value,
    describe,
    parse,
    whole,
)
from netspec.shape import Dim, symbol

N, H, W = symbol("N"), symbol("H", 224, 32), symbol("W", 224)
SCOPE: dict[str, Value] = {
    "k": 3,
    "zero": 0,
    "big": 2**31 - 1,
    "r": 2.5,
    "yes_": True,
    "kind": "same",
    "depths": (3, 4, 6, 3),
    "x": InputShape((N, 3, H, W)),
    "v": InputShape(()),
    "N": N,
    "H": H,
    "W": W,
    "act": object(),
    "failed": UNKNOWN,
    "wild": float("nan"),
    "huge": 10**400,
}
TOKENS = (
    "+ - * / // % ** ( ) [ ] , . : == != < <= > >= and or not if else true false min max abs round "
    "floor ceil sum len make_divisible .channels .shape .rank .height 0 1 2 8 32 33 1e308 .5 "
    "2147483647 'same' == =='same' [0] [1:] (2) / 32 // 32 k depths x N H W"
)
TRASH = (
    "None True is in lambda for _ __class__ = ! ~ @ # $ & | ^ { } ; \\ ` ' \" ? << := -> ... "
    "\x00 \x7f \ud800 ｋ × − \u202e \u200b \n \t 0x1 010 1_0 1k 9e999"
)
FRAGMENTS = (*SCOPE, *TOKENS.split(" ")) * 4 + tuple(TRASH.split(" "))


def evaluated(text: str, scope: Mapping[str, Value] = SCOPE) -> Value:
    """The value; an error is a value too."""
    try:
        return parse(text).evaluate(scope)
    except (ExpressionError, UnknownValue) as error:
        return error


def survives(text: str) -> None:
    """Evaluates the text and checks what comes out."""
    value = evaluated(text)
    if isinstance(value, ExpressionError):
        assert 0 <= value.start <= value.end <= len(text)
        assert_well_said(value)
    assert not isinstance(value, InputShape | Quotient)
    if isinstance(value, int | float | tuple | Dim):
        assert describe(value).isprintable()
    if isinstance(value, int):
        assert abs(value) < 2**31


def assert_well_said(error: ExpressionError) -> None:
    assert error.code in CODES
    assert error.message.isprintable(), error.message
    assert len(error.message) < 500
    assert error.help, error.message
    assert error.help.isprintable(), error.help


CODES = {
    "expression-syntax",
    "expression-limit",
    "expression-type",
    "expression-value",
    "unknown-name",
    "free-dim",
    "not-whole",
}

REFUSED = {
    "9**9**9": "expression-limit",
    "2**2**2**2**2": "expression-limit",
    "10**10": "expression-limit",
    "(9**9)*(9**9)*(9**9)": "expression-limit",
    "1<<10**9": "expression-syntax",
    "1>>1": "expression-syntax",
    "[0]*10**9": "expression-type",
    "[0]*10**10": "expression-limit",
    "[0]*9": "expression-type",
    "[0]+[0]": "expression-type",
    '__import__("os")': "expression-syntax",
    "k.__class__": "expression-syntax",
    "().__class__.__base__": "expression-syntax",
    "[].__class__": "expression-syntax",
    "''.join([])": "expression-syntax",
    "1 .real": "expression-syntax",
    "x.shape.__class__": "expression-syntax",
    "x.__class__": "expression-syntax",
    "max.__self__": "expression-syntax",
    "max(1, 2).real": "expression-syntax",
    "eval('1')": "expression-syntax",
    "open('/etc/passwd')": "expression-syntax",
    "k()": "expression-syntax",
    "max(1)(2)": "expression-syntax",
    "(max)(1, 2)": "expression-syntax",
    "lambda: 0": "expression-syntax",
    "[i for i in depths]": "expression-syntax",
    "(k := 3)": "expression-syntax",
    "{1: 2}": "expression-syntax",
    "f'{k}'": "expression-syntax",
    "f'{k}' == kind": "expression-syntax",
    "${k}": "expression-syntax",
    "{{ k }}": "expression-syntax",
    "k; k": "expression-syntax",
    "k # comment": "expression-syntax",
    "*depths": "expression-syntax",
    "max(*depths)": "expression-syntax",
    "max(k=1)": "expression-syntax",
    "await k": "expression-syntax",
    "k if true": "expression-syntax",
    "-" * 200 + "1": "expression-limit",
    "-" * 5000 + "1": "expression-limit",
    "(" * 100 + "1" + ")" * 100: "expression-limit",
    "[" * 100_000: "expression-limit",
    "not " * 60 + "true": "expression-limit",
    "1**" * 60 + "1": "expression-limit",
    "k if true else " * 17 + "k": "expression-limit",
    "depths" + "[0]" * 80: "expression-limit",
    "9" * 250: "expression-limit",
    "0x" + "f" * 1_000_000: "expression-limit",
    "0x" + "f" * 200: "expression-syntax",
    "1e999": "expression-value",
    "1e-999": "expression-value",
    "1e308 * 10": "expression-value",
    "1e308 * 10 - 1e308 * 10": "expression-value",
    "10.0 ** 32 ** 1 ** 32 * 1e300": "expression-value",
    "wild": "expression-value",
    "wild == wild": "expression-value",
    "huge": "expression-limit",
    "k\x00": "expression-syntax",
    "k\r\nk": "expression-syntax",
    "k\u200b": "expression-syntax",
    "k\xa0+ 1": "expression-syntax",
    "ｋ": "expression-syntax",
    "к": "expression-syntax",
    "ｍａｘ(1, 2)": "expression-syntax",
    "１": "expression-syntax",
    "²": "expression-syntax",
    "k²": "expression-syntax",
    "k ＋ 1": "expression-syntax",
    "\ud800": "expression-syntax",
    "'\ud800' == kind": "expression-syntax",
    "'\u202e' == kind": "expression-syntax",
    "'\x1b[2J' == kind": "expression-syntax",
    "'\\x1b' == kind": "expression-syntax",
    "\U0010ffff": "expression-syntax",
    "": "expression-syntax",
    "   ": "expression-syntax",
    "H ** 2": "free-dim",
    "H * H * H * H * H": "expression-limit",
    "+".join(f"N//{i}" for i in range(2, 40)): "expression-limit",
    "*".join("N" for _ in range(128)): "expression-limit",
    "big * N * big * N - big * N * N": "expression-limit",
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_is_refused(text: str) -> None:
    survives(text)
    with pytest.raises(ExpressionError) as caught:
        parse(text).evaluate(SCOPE)
    assert caught.value.code == REFUSED[text]


def test_the_limits_are_exact() -> None:
    assert parse("1" + "+1" * 127 + " ").evaluate({}) == 128  # 256 characters
    assert parse("-" * 16 + "1").evaluate({}) == 1
    assert parse("(" * 16 + "1" + ")" * 16).evaluate({}) == 1
    assert parse("[" * 16 + "]" * 16).evaluate({}) is not None
    assert parse("1**" * 16 + "1").evaluate({}) == 1
    assert parse("0 if 1<0 else " * 16 + "1").evaluate({}) == 1
    assert parse("2147483646 + 1").evaluate({}) == 2**31 - 1
    assert parse("-2147483647").evaluate({}) == 1 - 2**31
    assert parse("(-2) ** 30").evaluate({}) == 2**30
    assert parse("1 ** 32").evaluate({}) == 1
    beyond = {
        "1" + "+1" * 127 + "  ": (256, 257),
        "-" * 17 + "1": (16, 17),
        "(" * 17 + "1" + ")" * 17: (16, 17),
        "[" * 17 + "1" + "]" * 17: (16, 17),
        "1**" * 17 + "1": (49, 51),
        "0 if 1<0 else " * 17 + "1": (233, 237),
        "2147483648": (0, 10),
        "2147483647 + 1": (0, 14),
        "-2147483647 - 1": (0, 15),
        "2 ** 31": (0, 7),
        "1 ** 33": (0, 7),
        "1 ** -33": (0, 8),
    }
    for text, span in beyond.items():
        with pytest.raises(ExpressionError) as caught:
            parse(text).evaluate({})
        assert caught.value.code == "expression-limit", text
        assert (caught.value.start, caught.value.end) == span, text


def test_values_stay_bounded_over_many_parameters() -> None:
    """Each parameter may double the one before it."""
    doublings = (
        "[a]",
        "[a, a]",
        "a * a",
        "a * a + N",
        "(a + N) // 3 + a",
        "a % 1000003 * 999983 + N",
    )
    for text in doublings:
        value: Value = symbol("N") if "N" in text else 3
        for _ in range(200):
            scope = {"a": value, "N": symbol("N")}
            describe(value)
            value = evaluated(text, scope)
            if isinstance(value, ExpressionError):
                break
        assert isinstance(value, ExpressionError), f"`{text}` grows for ever"
        assert value.code == "expression-limit"


QUICK_AND_LONG = [5_000, pytest.param(100_000, marks=pytest.mark.slow)]


def soup(rng: random.Random) -> str:
    glue = rng.choice(("", " "))
    return glue.join(rng.choice(FRAGMENTS) for _ in range(rng.randrange(1, 14)))


@pytest.mark.parametrize("count", QUICK_AND_LONG)
def test_soups_of_tokens(count: int) -> None:
    rng = random.Random(count)
    for _ in range(count):
        survives(soup(rng))


@pytest.mark.parametrize("count", QUICK_AND_LONG)
def test_mutated_expressions(count: int) -> None:
    rng = random.Random(count)
    seeds = (
        "max(1, x.channels // 4) if k != 0 and not kind == 'same' else depths[0]",
        "floor((H + 3) / 7) * ceil(W / 2) - len(x.shape[1:-1]) + H / 32",
        "make_divisible(r * 1e2, 8, k) + round(sum([.5, 2]) ** 2) % 7",
    )
    for _ in range(count):
        text = list(rng.choice(seeds))
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(text))
            edit = rng.randrange(3)
            if edit == 0:
                del text[place]
            elif edit == 1:
                text.insert(place, rng.choice(string.printable))
            else:
                text[place] = rng.choice(FRAGMENTS)
        survives("".join(text))


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    survives(text)


@given(st.text(alphabet="0123456789abexN_.+-*/%<>=!()[],: '\"", max_size=40))
def test_any_text_of_the_alphabet(text: str) -> None:
    survives(text)


@given(st.integers() | st.floats() | st.booleans() | st.text() | st.none())
def test_whole_of_anything(value: Value) -> None:
    try:
        result: object = whole(value)
    except ExpressionError as error:
        assert_well_said(error)
    else:
        assert isinstance(result, int)
