"""The values of expressions: numbers, booleans, text, lists, free sizes and inputs."""

from dataclasses import dataclass
from typing import TypeAlias

from netspec.expression.bounds import checked
from netspec.expression.errors import ExpressionError, clip
from netspec.shape import Differ, Dim, Shape, Size, divisible, exact_divide, format_shape, symbols

# int, float, bool, str, a tuple of values, Dim, Quotient or InputShape. Any other object (a node
# value) is opaque: an expression that is a bare name passes it on, and nothing else may touch it.
Value: TypeAlias = object

ATTRIBUTES = ("channels", "height", "width", "rank", "shape")

_ALLOWED_ON_FREE = (
    "a free size takes + - * // %, floor, ceil and an exact /; or fix it with `--dim {0}={1}`"
)


@dataclass(frozen=True, slots=True)
class InputShape:
    """An input of the scope, of which expressions see the attributes only."""

    shape: Shape

    def attribute(self, name: str) -> Value:
        """
        `channels` is dimension 1, `height` and `width` are dimensions -2 and -1 beyond it.

        Raises ExpressionError `expression-value` if the shape has no such dimension.
        """
        rank = len(self.shape)
        if name == "rank":
            return rank
        if name == "shape":
            return self.shape
        dimension, least_rank = {"channels": (1, 2), "height": (-2, 4), "width": (-1, 3)}[name]
        if rank < least_rank:
            raise ExpressionError(
                "expression-value",
                f"the shape {format_shape(self.shape)} of rank {rank} has no {name}",
                "write `.shape[i]` for dimension i",
            )
        return self.shape[dimension]


@dataclass(frozen=True, slots=True)
class Quotient:
    """`dividend / divisor` that need not be whole; the divisor is at least 2."""

    dividend: Size
    divisor: int

    def __str__(self) -> str:
        return f"({self.dividend})/{self.divisor}"


def describe(value: Value) -> str:
    """The value in the syntax of the language: `true`, `[1, 2]`, `'same'`, `floor(H/2)`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Dim | Quotient):
        return str(value)
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(describe, value)) + "]"
    if isinstance(value, InputShape):
        return format_shape(value.shape)
    return "a node"


def _quote(text: str) -> str:
    shown = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)
    return f'"{shown}"' if "'" in shown else f"'{shown}'"


def kind(value: Value) -> str:
    """What the value is, for messages: `the boolean true`."""
    shown = clip(describe(value))
    if isinstance(value, bool):
        return f"the boolean {shown}"
    if isinstance(value, int | float):
        return f"the number {shown}"
    if isinstance(value, Dim | Quotient):
        return f"the free size {shown}"
    if isinstance(value, str):
        return f"the text {shown}"
    if isinstance(value, tuple):
        return f"the list {shown}"
    if isinstance(value, InputShape):
        return f"an input of shape {shown}"
    return shown


def free_dim(value: Value, what: str) -> ExpressionError:
    """The error for a free size where only a number will do."""
    free = sorted(symbols(value), key=lambda symbol: symbol.name) if isinstance(value, Dim) else []
    shown = clip(describe(value))
    names = " and ".join(f"`{symbol.name}`" for symbol in free)
    but = f"`{shown}` is a free size" if shown.isidentifier() else f"`{shown}` depends on {names}"
    help = _ALLOWED_ON_FREE.format(free[0].name, free[0].nominal) if free else None
    return ExpressionError("free-dim", f"{what}, but {but}", help)


def settle(value: Value) -> Value:
    """
    The value, with a Quotient made the exact Dim that it is.

    Raises ExpressionError `not-whole` if the quotient is not whole for every size.
    """
    if not isinstance(value, Quotient):
        return value
    exact = exact_divide(value.dividend, value.divisor)
    if exact is None:
        raise _not_whole(value)
    return exact


def _not_whole(value: Quotient) -> ExpressionError:
    dividend = str(value.dividend)
    if not dividend.isidentifier():
        dividend = f"({dividend})"
    help = f"write `floor({dividend} / {value.divisor})`, or `ceil` in place of `floor`"
    verdict = divisible(value.dividend, value.divisor)
    if not isinstance(verdict, Differ):
        return ExpressionError("not-whole", "cannot prove that it is whole for every size", help)
    place = ", ".join(f"{name}={size}" for name, size in verdict.sizes)
    if verdict.multiple_of:
        multiples = " and ".join(f"`multiple_of: {m}` for `{n}`" for n, m in verdict.multiple_of)
        help = f"{help}, or declare {multiples}"
    message = f"not whole for every size: at {place} it is {verdict.left}/{value.divisor}"
    return ExpressionError("not-whole", message, help)


def whole(value: Value) -> int | Dim:
    """
    The integer where one is wanted: an int, a Dim, or a float that is whole (8/2 is 4).

    Raises ExpressionError: `not-whole` for 3.5, `expression-type` for what is no number.
    """
    value = settle(value)
    if isinstance(value, Dim):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(
            "expression-type", f"an integer is wanted, not {kind(value)}", "give an integer"
        )
    return integral(value)


def integral(value: int | float) -> int:
    """The number as an int; raises ExpressionError `not-whole` if it is not whole."""
    checked(value)
    if isinstance(value, float) and not value.is_integer():
        raise ExpressionError(
            "not-whole",
            f"an integer is wanted, not {value}",
            "divide with `//`, or write `round(…)`, `floor(…)` or `ceil(…)`",
        )
    result = int(value)
    checked(result)
    return result
