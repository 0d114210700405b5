"""What the operators do with values. Faults are raised without a place; the evaluator adds it."""

import operator
from collections.abc import Callable
from typing import TypeAlias

from netspec.expression.bounds import MAX_EXPONENT, checked, not_finite
from netspec.expression.errors import ExpressionError
from netspec.expression.values import Quotient, Value, free_dim, integral, kind
from netspec.shape import Dim, Size, exact_divide

Number: TypeAlias = int | float


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def unary(sign: str, operand: Value) -> Value:
    """`-operand` or `+operand`."""
    if not isinstance(operand, Dim):
        operand = number(operand, f"an operand of `{sign}`")
    return checked(-operand) if sign == "-" else operand


def binary(sign: str, left: Value, right: Value) -> Value:
    """
    `left sign right`, for + - * / // % **.

    Raises ExpressionError: `expression-type` for an operand that is no number,
    `expression-value` for a division by zero, `expression-limit`, `free-dim`, `not-whole`.
    """
    if isinstance(left, Dim) or isinstance(right, Dim):
        return checked(_bounded_on_sizes(sign, left, right))
    a, b = number(left, f"an operand of `{sign}`"), number(right, f"an operand of `{sign}`")
    if sign == "**":
        return _power(a, b)
    if sign in ("/", "//", "%") and b == 0:
        raise ExpressionError("expression-value", "division by zero", "divide by another number")
    try:
        return checked(_ON_NUMBERS[sign](a, b))
    except OverflowError:
        raise not_finite() from None


_ON_NUMBERS: dict[str, Callable[[Number, Number], Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def number(value: Value, role: str) -> Number:
    """The value, if it is a number; `role` says what wants one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, bool):
        help = "write `1 if … else 0` to count a condition"
    elif isinstance(value, tuple):
        help = "take an item, `a[0]`, or write `sum(a)`, `min(a)`, `max(a)` or `len(a)`"
    else:
        help = "give a number"
    message = f"{role} must be a number, not {kind(value)}"
    raise ExpressionError("expression-type", message, help)


def _power(base: Number, exponent: Number) -> Value:
    if not -MAX_EXPONENT <= exponent <= MAX_EXPONENT:
        raise ExpressionError(
            "expression-limit", f"an exponent above {MAX_EXPONENT}", "write a smaller exponent"
        )
    if base == 0 and exponent < 0:
        raise ExpressionError("expression-value", "division by zero", "raise another number")
    try:
        result = base**exponent
    except OverflowError:
        raise not_finite() from None
    if isinstance(result, complex):
        raise ExpressionError(
            "expression-value",
            "a fractional power of a negative number is not real",
            "take the power of `abs(…)`",
        )
    return checked(result)


def _bounded_on_sizes(sign: str, left: Value, right: Value) -> Value:
    try:
        return _on_sizes(sign, left, right)
    except OverflowError:
        raise ExpressionError(
            "expression-limit",
            "the free size has more terms than can be decided",
            "write it shorter, or fix a dim",
        ) from None


def _on_sizes(sign: str, left: Value, right: Value) -> Value:
    """The operators on sizes, of which one at least is free."""
    if sign == "**":
        raise free_dim(left if isinstance(left, Dim) else right, "a power takes numbers only")
    a, b = _size(left, sign), _size(right, sign)
    if sign == "+":
        return a + b
    if sign == "-":
        return a - b
    if sign == "*":
        return a * b
    if isinstance(b, Dim):
        return _by_free(sign, a, b)
    if b == 0:
        raise ExpressionError("expression-value", "division by zero", "divide by another number")
    is_negative = b < 0
    a, b = (-a, -b) if is_negative else (a, b)
    if sign == "/":
        return a if b == 1 else Quotient(a, b)
    if sign == "//":
        return a // b
    return -(a % b) if is_negative else a % b


def _by_free(sign: str, a: Size, b: Dim) -> Size:
    """A division by a free size, for which there is only the exact one."""
    exact = exact_divide(a, b)
    if exact is None:
        raise free_dim(b, f"`{sign}` divides by a free size only if that is exact")
    return 0 if sign == "%" else exact


def _size(value: Value, sign: str) -> Size:
    if isinstance(value, Dim):
        return value
    plain = number(value, f"an operand of `{sign}`")
    if isinstance(plain, float) and not plain.is_integer():
        raise ExpressionError(
            "not-whole",
            f"a free size is counted with integers, not with {plain}",
            "write the fraction with integers, as in `floor(3 * H / 4)`",
        )
    return integral(plain)


def compare(sign: str, left: Value, right: Value) -> bool:
    """
    `left sign right`, for == != < <= > >=.

    Raises ExpressionError: `expression-type` for two values of different kinds, or an order of what
    has none; `free-dim`.
    """
    for value in (left, right):
        if isinstance(value, Dim):
            raise free_dim(value, f"`{sign}` compares numbers of one value")
    if sign in _ORDER:
        role = f"an operand of `{sign}`"
        return _ORDER[sign](number(left, role), number(right, role))
    return equal(left, right) == (sign == "==")


_ORDER: dict[str, Callable[[Number, Number], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def equal(left: Value, right: Value) -> bool:
    """Equality of two values of one kind; lists are compared item by item."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(
            compare("==", a, b) for a, b in zip(left, right, strict=True)
        )
    if _comparable(left, right):
        return left == right
    raise ExpressionError(
        "expression-type",
        f"{kind(left)} and {kind(right)} cannot be compared",
        "compare values of one kind",
    )


def _comparable(left: Value, right: Value) -> bool:
    if is_number(left) and is_number(right):
        return True
    return any(isinstance(left, t) and isinstance(right, t) for t in (bool, str))


def truth(value: Value, role: str) -> bool:
    """The value, if it is a boolean; `role` says what wants one."""
    if isinstance(value, Dim):
        raise free_dim(value, f"{role} must be a boolean")
    if isinstance(value, bool):
        return value
    help = "write a comparison, such as `k != 0`"
    raise ExpressionError("expression-type", f"{role} must be a boolean, not {kind(value)}", help)
