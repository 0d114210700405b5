"""The functions of the language, by name."""

import math
from collections.abc import Callable, Sequence

from netspec.expression.bounds import checked
from netspec.expression.errors import ExpressionError
from netspec.expression.operators import Number, binary, number
from netspec.expression.values import (
    Quotient,
    Value,
    free_dim,
    integral,
    kind,
    settle,
)
from netspec.shape import Dim, ceil_div


def call(name: str, arguments: Sequence[Value]) -> Value:
    """
    The function's value; `floor` and `ceil` take a Quotient too.

    Raises ExpressionError: `expression-type`, `expression-value`, `expression-limit`, `free-dim`.
    """
    function, least, most, usage = _TABLE[name]
    if not least <= len(arguments) <= most:
        raise ExpressionError(
            "expression-type",
            f"`{name}` does not take {len(arguments)} arguments",
            f"write `{usage}`",
        )
    return checked(function(*arguments))


def _numbers(name: str, values: Sequence[Value]) -> list[Number]:
    return [_number(name, value) for value in values]


def _number(name: str, value: Value) -> Number:
    value = settle(value)
    if isinstance(value, Dim):
        raise free_dim(value, f"`{name}` takes numbers of one value")
    return number(value, f"an argument of `{name}`")


def _list(name: str, value: Value) -> tuple[Value, ...]:
    if isinstance(value, tuple):
        return value
    raise ExpressionError(
        "expression-type", f"`{name}` takes a list, not {kind(value)}", f"write `{name}([a, b])`"
    )


def _extreme(name: str, pick: Callable[[list[Number]], Number]) -> Callable[..., Value]:
    def extreme(*arguments: Value) -> Value:
        values = arguments if len(arguments) > 1 else _list(name, arguments[0])
        if not values:
            raise ExpressionError(
                "expression-value", f"`{name}` of an empty list", "give at least one number"
            )
        return pick(_numbers(name, values))

    return extreme


def _abs(value: Value) -> Value:
    return abs(_number("abs", value))


def _round(value: Value) -> Value:
    """Half to even, as Python and torch round."""
    return round(_number("round", value))


def _floor(value: Value) -> Value:
    if isinstance(value, Quotient):
        return value.dividend // value.divisor
    return value if isinstance(value, Dim) else math.floor(_number("floor", value))


def _ceil(value: Value) -> Value:
    if isinstance(value, Quotient):
        return ceil_div(value.dividend, value.divisor)
    return value if isinstance(value, Dim) else math.ceil(_number("ceil", value))


def _sum(value: Value) -> Value:
    total: Value = 0
    for item in _list("sum", value):
        total = binary("+", total, item)
    return total


def _len(value: Value) -> Value:
    return len(_list("len", value))


def _make_divisible(value: Value, divisor: Value = 8, least: Value = None) -> Value:
    """torchvision.models._utils._make_divisible(v, divisor, min_value)."""
    v = _number("make_divisible", value)
    step = integral(_number("make_divisible", divisor))
    bound = step if least is None else integral(_number("make_divisible", least))
    if step < 1:
        raise ExpressionError(
            "expression-value",
            f"a divisor of {step}, which is below 1",
            "give a divisor of 1 or more",
        )
    nearest = max(bound, int(v + step / 2) // step * step)
    return nearest + step if nearest < 0.9 * v else nearest


_MANY = 256

_TABLE: dict[str, tuple[Callable[..., Value], int, int, str]] = {
    "abs": (_abs, 1, 1, "abs(a)"),
    "ceil": (_ceil, 1, 1, "ceil(a)"),
    "floor": (_floor, 1, 1, "floor(a)"),
    "len": (_len, 1, 1, "len(a)"),
    "make_divisible": (_make_divisible, 1, 3, "make_divisible(v, divisor, min_value)"),
    "max": (_extreme("max", max), 1, _MANY, "max(a, b)"),
    "min": (_extreme("min", min), 1, _MANY, "min(a, b)"),
    "round": (_round, 1, 1, "round(a)"),
    "sum": (_sum, 1, 1, "sum([a, b])"),
}

FUNCTIONS = frozenset(_TABLE)
RESERVED = FUNCTIONS | {"N", "index", "count", "true", "false", "null"}
