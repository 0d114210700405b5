"""P4: expressions are total and bounded.

What an expression gives is what integers and fractions give (`tests/expression/oracle.py`, which
shares no code with netspec), or a refusal with a code, for 15,000 generated expressions of numbers
and 1,500 of free sizes by default (`tests/expression/test_oracle.py`, with the faults that it must
catch), and for 200,000 and 20,000 by `pytest -m slow tests/promises/test_p04_expressions.py`, in
two minutes. Nothing takes more steps than the limits of `netspec/expression/bounds.py` allow, which
are tried one below, at and one above; and no text, however malformed, gets anything else out
(`tests/expression/test_hostile.py`, `python -m tests.fuzz expression 600`).
"""

from collections.abc import Callable

import pytest

from netspec.expression import ExpressionError, parse
from netspec.expression.bounds import (
    MAX_EXPONENT,
    MAX_INTEGER,
    MAX_ITEMS,
    MAX_LIST_DEPTH,
    MAX_SIZE_PARTS,
)
from netspec.shape import symbol
from tests.expression.random_numbers import numbers
from tests.expression.random_sizes import sizes
from tests.expression.test_oracle import disagreements, size_disagreements

PARTS = 10
NUMBERS, SIZES = 200_000, 20_000


def test_expressions_are_many() -> None:
    assert NUMBERS >= 100_000


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_many_expressions_of_numbers(part: int) -> None:
    assert disagreements(numbers(seed=100 + part, count=NUMBERS // PARTS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_many_expressions_of_sizes(part: int) -> None:
    found, compared = size_disagreements(sizes(seed=100 + part, count=SIZES // PARTS))
    assert found == []
    assert compared > 0.9 * SIZES // PARTS


SCOPE = {"N": symbol("N"), "items": tuple(range(MAX_ITEMS // 2))}

BOUNDS: dict[str, tuple[int, Callable[[int], str]]] = {
    "characters": (256, lambda n: "1" + "+1" * 100 + " " * (n - 201)),
    "signs": (16, lambda n: "-" * n + "1"),
    "parentheses": (16, lambda n: "(" * n + "1" + ")" * n),
    "powers": (16, lambda n: "1**" * n + "1"),
    "choices": (16, lambda n: "0 if 1<0 else " * n + "1"),
    "list depth": (MAX_LIST_DEPTH, lambda n: "[" * n + "]" * n),
    "items": (MAX_ITEMS, lambda n: f"[items, items[:{n - MAX_ITEMS // 2 - 2}]]"),
    "integer": (MAX_INTEGER, lambda n: f"{n - 1} + 1"),
    "negative integer": (MAX_INTEGER, lambda n: f"-{n - 1} - 1"),
    "product": (MAX_INTEGER, lambda n: f"{n} * 1"),
    "exponent": (MAX_EXPONENT, lambda n: f"1 ** {n}"),
    "negative exponent": (MAX_EXPONENT, lambda n: f"1 ** -{n}"),
    "parts of a size": (MAX_SIZE_PARTS, lambda n: "*".join(["N"] * (n - 1))),
}
"""By what is bounded: the bound, and an expression that takes so much of it."""


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds(name: str) -> None:
    most, text = BOUNDS[name]
    for amount in (most - 1, most):
        assert parse(text(amount)).evaluate(SCOPE) is not None
    with pytest.raises(ExpressionError) as caught:
        parse(text(most + 1)).evaluate(SCOPE)
    assert caught.value.code == "expression-limit"
    assert caught.value.help
