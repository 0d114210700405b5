"""Random expressions against the oracle, and faults that it must catch."""

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import pytest

from netspec.expression import ExpressionError, Value, evaluate, functions, operators, parse, parser
from netspec.shape import Dim, at, ceil_div, symbol
from tests.expression.oracle import Case, Failed, outcome
from tests.expression.random_numbers import SCOPE, numbers
from tests.expression.random_sizes import SIZES, sizes

NUMBER_CASES = 15_000
SIZE_CASES = 1_500
FAULT_CASES = 4_000

FREE = {"H": symbol("H", 224, 32), "W": symbol("W", 224)}


def evaluated(text: str, scope: Mapping[str, Value]) -> object:
    try:
        return parse(text).evaluate(scope)
    except ExpressionError as error:
        return Failed(error.code)


def same(a: object, b: object) -> bool:
    """Equal values of equal types; errors with equal codes."""
    if isinstance(a, Failed) or isinstance(b, Failed):
        return isinstance(a, Failed) and isinstance(b, Failed) and a.args == b.args
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def disagreements(cases: Iterator[Case]) -> list[str]:
    parse.cache_clear()
    found = []
    for case in cases:
        expected = outcome(lambda case=case: case.compute({}))
        actual = evaluated(case.text, SCOPE)
        if not same(expected, actual):
            found.append(f"{case.text}: {actual!r}, the oracle says {expected!r}")
    parse.cache_clear()
    return found


def test_numbers_agree_with_the_oracle() -> None:
    assert disagreements(numbers(seed=1, count=NUMBER_CASES)) == []


def test_the_generator_reaches_everything() -> None:
    outcomes = [outcome(lambda c=c: c.compute({})) for c in numbers(seed=2, count=5_000)]
    kinds = [o.args[0] if isinstance(o, Failed) else type(o).__name__ for o in outcomes]
    for kind in ("int", "float", "bool", "tuple", "expression-type", "expression-value"):
        assert kinds.count(kind) > 50, kind
    for kind in ("expression-limit", "not-whole"):
        assert kinds.count(kind) > 20, kind


def size_disagreements(cases: Iterator[Case]) -> tuple[list[str], int]:
    """The disagreements, and how many cases were within the limits."""
    parse.cache_clear()
    found, compared = [], 0
    for case in cases:
        expected = [outcome(lambda c=case, s=s: c.compute(s)) for s in SIZES]
        actual = evaluated(case.text, FREE)
        if isinstance(actual, Failed) and actual.args == ("expression-limit",):
            continue
        compared += 1
        failed = [e for e in expected if isinstance(e, Failed)]
        if failed or isinstance(actual, Failed):
            if not (failed and isinstance(actual, Failed) and same(failed[0], actual)):
                found.append(f"{case.text}: {actual!r}, the oracle says {expected!r}")
        elif [value_at(actual, s) for s in SIZES] != expected:
            found.append(f"{case.text}: {actual} differs")
    parse.cache_clear()
    return found, compared


def value_at(value: object, sizes: Mapping[str, int]) -> object:
    return at(value, sizes) if isinstance(value, Dim) else value


def test_free_sizes_agree_with_the_oracle() -> None:
    found, compared = size_disagreements(sizes(seed=3, count=SIZE_CASES))
    assert found == []
    assert compared > 0.9 * SIZE_CASES


def truncated(a: float, b: float) -> float:
    return int(a / b) if isinstance(a, int) and isinstance(b, int) else a // b


def half_up(value: object) -> object:
    return math.floor(functions._number("round", value) + 0.5)


def never_ten_percent_below(v: object, divisor: int = 8, least: int | None = None) -> object:
    bound = divisor if least is None else least
    return max(bound, int(functions._number("", v) + divisor / 2) // divisor * divisor)


def unchained(self: evaluate.Evaluation, node: evaluate.Compare) -> bool:
    left = self.settled(node.first)
    for link in node.links:
        left = operators.compare(link.operator, left, self.settled(link.operand))
    return bool(left)


def eager(self: evaluate.Evaluation, node: evaluate.Logic) -> bool:
    values = [operators.truth(self.settled(operand), "") for operand in node.operands]
    return any(values) if node.operator == "or" else all(values)


def table(name: str, function: Callable[..., object]) -> tuple[object, str, object]:
    _, least, most, usage = functions._TABLE[name]
    return functions._TABLE, name, (function, least, most, usage)


FAULTS = {
    "floor division truncates": (operators._ON_NUMBERS, "//", truncated),
    "remainder has the sign of the dividend": (operators._ON_NUMBERS, "%", math.fmod),
    "division of integers is exact": (
        operators._ON_NUMBERS,
        "/",
        lambda a, b: Fraction(a) / Fraction(b),
    ),
    "+ binds as *": (parser._INFIX, "+", parser.PRODUCT),
    "% binds as -": (parser._INFIX, "%", parser.SUM),
    "** binds as *": (parser._INFIX, "**", parser.PRODUCT),
    "and binds as or": (parser._INFIX, "and", parser.OR),
    "a sign binds before **": (vars(parser), "SIGN", parser.POWER + 1),
    "not binds before a comparison": (vars(parser), "NOT", parser.SUM),
    "round goes half up": table("round", half_up),
    "make_divisible goes down by more than a tenth": table(
        "make_divisible", never_ten_percent_below
    ),
    "ceil is floor + 1": table("ceil", lambda v: math.floor(functions._number("", v)) + 1),
    "comparisons do not chain": (evaluate.Evaluation, "comparison", unchained),
    "and and or are eager": (evaluate.Evaluation, "logic", eager),
    "integers grow beyond 2**31": (vars(operators), "checked", lambda value: value),
}


def plant(monkeypatch: pytest.MonkeyPatch, fault: tuple[object, str, object]) -> None:
    place, name, wrong = fault
    if isinstance(place, dict):
        monkeypatch.setitem(place, name, wrong)
    else:
        monkeypatch.setattr(place, name, wrong)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_oracle_catches(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, FAULTS[fault])
    assert disagreements(numbers(seed=4, count=FAULT_CASES))


SIZE_FAULTS = {
    "ceil of a quotient is floor": table("ceil", functions._floor),
    "a floor loses its divisor's sign": (
        vars(operators),
        "Quotient",
        lambda a, b: functions.Quotient(-a, b),
    ),
    "a quotient is floored in silence": (
        vars(evaluate),
        "settle",
        lambda q: q.dividend // q.divisor if isinstance(q, functions.Quotient) else q,
    ),
    "ceil_div is one too small": (vars(functions), "ceil_div", lambda a, b: ceil_div(a, b) - 1),
}


@pytest.mark.parametrize("fault", SIZE_FAULTS)
def test_the_oracle_of_sizes_catches(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, SIZE_FAULTS[fault])
    assert size_disagreements(sizes(seed=5, count=500))[0]
