"""How large the values of an expression may grow, so that every evaluation ends soon."""

import math

from netspec.expression.errors import ExpressionError
from netspec.shape import Dim
from netspec.shape.polynomial import Floor, Terms

MAX_INTEGER = 2**31 - 1
MAX_EXPONENT = 32
MAX_ITEMS = 4096
MAX_LIST_DEPTH = 16
MAX_SIZE_PARTS = 128


def checked(value: object) -> object:
    """The value itself; raises ExpressionError if it is beyond the limits or not finite."""
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _limit("an integer that is not below 2**31", "keep integers below 2**31")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise not_finite()
    elif isinstance(value, Dim):
        if not -MAX_INTEGER <= value.nominal <= MAX_INTEGER:
            message = "a free size whose nominal value is not below 2**31"
            raise _limit(message, "keep integers below 2**31")
        if _parts(value.terms) > MAX_SIZE_PARTS:
            message = f"a free size of more than {MAX_SIZE_PARTS} parts, or of huge factors"
            raise _limit(message, "write a simpler size")
    elif isinstance(value, tuple) and _items(value, 1, 0) > MAX_ITEMS:
        message = f"a list of more than {MAX_ITEMS} items, or nested deeper than {MAX_LIST_DEPTH}"
        raise _limit(message, "write shorter lists")
    return value


def not_finite() -> ExpressionError:
    return ExpressionError(
        "expression-value", "the result is not a finite number", "keep numbers finite"
    )


def _limit(message: str, help: str) -> ExpressionError:
    return ExpressionError("expression-limit", message, help)


def _items(items: tuple[object, ...], depth: int, count: int) -> int:
    """`count` plus all items, nested ones too; stops above the limit, as lists may share parts."""
    if depth > MAX_LIST_DEPTH:
        return MAX_ITEMS + 1
    count += len(items)
    for item in items:
        if count > MAX_ITEMS:
            break
        if isinstance(item, tuple):
            count = _items(item, depth + 1, count)
    return count


def _parts(terms: Terms) -> int:
    """The factors of all monomials, those under floors too; above the limit if a number is huge."""
    parts = 0
    for monomial, factor in terms.items():
        if abs(factor) > MAX_INTEGER:
            return MAX_SIZE_PARTS + 1
        parts += 1 + len(monomial)
        for atom in monomial:
            if isinstance(atom, Floor):
                parts += _parts(atom.terms) if atom.divisor <= MAX_INTEGER else MAX_SIZE_PARTS
    return parts
