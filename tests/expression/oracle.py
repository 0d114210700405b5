"""What an expression means, calculated with integers and fractions by no code of netspec's.

A `Case` is a text and a function of the sizes that computes what the text means, built with it:
no text is ever parsed here. Parentheses are written where Python's precedences want them.
"""

import math
import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

LEVELS = ["if", "or", "and", "not", "compare", "sum", "product", "sign", "power", "atom"]


class Failed(Exception):
    """The oracle's verdict that an expression is in error, with the code."""


class Case(NamedTuple):
    text: str
    level: str
    compute: Callable[[Mapping[str, int]], object]


def wrapped(case: Case, least: str, rng: random.Random) -> str:
    """The text, in parentheses if it binds less tightly than `least`, and sometimes if not."""
    loose = LEVELS.index(case.level) < LEVELS.index(least)
    return f"({case.text})" if loose or rng.random() < 0.03 else case.text


def tighter(level: str) -> str:
    return LEVELS[LEVELS.index(level) + 1]


def is_number(value: object) -> bool:
    return type(value) in (int, float)


def bounded(value: object) -> object:
    if type(value) is int and abs(value) >= 2**31:
        raise Failed("expression-limit")
    if type(value) is float and (math.isinf(value) or math.isnan(value)):
        raise Failed("expression-value")
    return value


def want_numbers(*values: object) -> None:
    if not all(map(is_number, values)):
        raise Failed("expression-type")


def want_booleans(*values: object) -> None:
    if not all(type(value) is bool for value in values):
        raise Failed("expression-type")


def divided(sign: str, a: int | float, b: int | float) -> int | float:
    if b == 0:
        raise Failed("expression-value")
    if type(a) is int and type(b) is int:
        exact = Fraction(a, b)
        lower = exact.numerator // exact.denominator
        return {"/": float(exact), "//": lower, "%": a - b * lower}[sign]
    try:
        return {"/": lambda: a / b, "//": lambda: a // b, "%": lambda: a % b}[sign]()
    except OverflowError:
        raise Failed("expression-value") from None


def powered(a: int | float, b: int | float) -> int | float:
    if abs(b) > 32:
        raise Failed("expression-limit")
    if a == 0 and b < 0:
        raise Failed("expression-value")
    if a < 0 and b != int(b):
        raise Failed("expression-value")
    if type(a) is int and type(b) is int:
        product = 1
        for _ in range(abs(b)):
            product *= a
        return product if b >= 0 else a**b
    try:
        return a**b
    except OverflowError:
        raise Failed("expression-value") from None


def arithmetic(sign: str, a: object, b: object) -> object:
    want_numbers(a, b)
    if sign == "**":
        return bounded(powered(a, b))
    if sign in ("/", "//", "%"):
        return bounded(divided(sign, a, b))
    return bounded(a + b if sign == "+" else a - b if sign == "-" else a * b)


def compared(sign: str, a: object, b: object) -> bool:
    if sign in ("==", "!="):
        return equal(a, b) == (sign == "==")
    want_numbers(a, b)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


def equal(a: object, b: object) -> bool:
    if type(a) is tuple and type(b) is tuple:
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if type(a) is bool and type(b) is bool:
        return a is b
    want_numbers(a, b)
    return Fraction(a) == Fraction(b)


def rounded(name: str, value: object) -> object:
    want_numbers(value)
    exact = Fraction(value)
    lower = exact.numerator // exact.denominator
    rest = exact - lower
    up = {
        "floor": False,
        "ceil": rest > 0,
        "round": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and lower % 2 == 1),
    }[name]
    return bounded(lower + up)


def made_divisible(v: object, divisor: object, least: object) -> object:
    want_numbers(v, divisor, least)
    if any(x != int(x) for x in (divisor, least)):
        raise Failed("not-whole")
    if divisor < 1:
        raise Failed("expression-value")
    step, bound = int(divisor), int(least)
    steps = Fraction(math.trunc(v + divisor / 2), step)
    near = max(bound, step * (steps.numerator // steps.denominator))
    return bounded(near + step if near < 0.9 * v else near)


def integer(value: object) -> int:
    want_numbers(value)
    if value != int(value):
        raise Failed("not-whole")
    return bounded(int(value))


def want_list(value: object) -> tuple[object, ...]:
    if type(value) is not tuple:
        raise Failed("expression-type")
    return value


def plain(sign: str, a: int, b: int) -> int:
    if sign == "//":
        return math.floor(Fraction(a, b))
    if sign == "%":
        return a - b * math.floor(Fraction(a, b))
    return a + b if sign == "+" else a - b if sign == "-" else a * b


def outcome(compute: Callable[[], object]) -> object:
    """What it computes; a failure is an outcome too."""
    try:
        return compute()
    except Failed as failed:
        return failed
