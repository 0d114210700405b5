"""Types of op arguments: what a value may be, and the sentence that says so when it is not."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Literal, TypeVar, get_args, get_origin

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from netspec.expression import describe
from netspec.ops.base import Op, OpError
from netspec.shape import Dim, Size

T = TypeVar("T")


def _refuse(wanted: str, value: object, help: str = "") -> PydanticCustomError:
    return PydanticCustomError(
        "argument-value",
        "must be {wanted}, not {value}",
        {"wanted": wanted, "value": describe(value), "help": help},
    )


def _whole(value: object, wanted: str, least: int | None) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, Dim):
        names = ", ".join(sorted(f"`{symbol.name}`" for symbol in value.symbols))
        raise PydanticCustomError(
            "free-dim",
            "must be a number, and {value} depends on the free dim {names}",
            {"value": str(value), "names": names, "help": "fix the dim, or use a number"},
        )
    if not isinstance(value, int) or isinstance(value, bool):
        help = "round it with `//`, `round(…)` or `floor(…)`" if isinstance(value, float) else ""
        raise _refuse(wanted, value, help)
    if least is not None and value < least:
        raise _refuse(wanted, value)
    return value


def _integer(value: object) -> int:
    return _whole(value, "an integer", None)


def _positive(value: object) -> int:
    return _whole(value, "a positive integer", 1)


def _non_negative(value: object) -> int:
    return _whole(value, "an integer of at least 0", 0)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refuse("a number", value)
    return value


def _probability(value: object) -> float:
    number = _number(value)
    if not 0 <= number <= 1:
        raise _refuse("a probability from 0 to 1", value)
    return number


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _refuse("true or false", value)
    return value


def _size(value: object) -> Size:
    return value if isinstance(value, Dim) else _whole(value, "an integer of at least 0", 0)


Integer = Annotated[int, BeforeValidator(_integer)]
Positive = Annotated[int, BeforeValidator(_positive)]
NonNegative = Annotated[int, BeforeValidator(_non_negative)]
Number = Annotated[float, BeforeValidator(_number)]
Probability = Annotated[float, BeforeValidator(_probability)]
Boolean = Annotated[bool, BeforeValidator(_boolean)]
AnySize = Annotated[Size, BeforeValidator(_size)]
"""A size that may depend on a free dim."""


def spread(value: T | tuple[T, ...], count: int, argument: str) -> tuple[T, ...]:
    """One value for each of `count` spatial dimensions; a list must have that length."""
    if not isinstance(value, tuple):
        return (value,) * count
    if len(value) != count:
        raise OpError(
            "argument-value",
            f"`{argument}` (={describe(value)}) must be one number or a list of {count}",
            argument=argument,
        )
    return value


def _each(check: Callable[[object], int]) -> Callable[[object], int | tuple[int, ...]]:
    def validate(value: object) -> int | tuple[int, ...]:
        return tuple(check(item) for item in value) if isinstance(value, tuple) else check(value)

    return validate


Integers = Annotated[int | tuple[int, ...], BeforeValidator(_each(_integer))]
"""One integer for all spatial dimensions, or a list with one for each."""
Positives = Annotated[int | tuple[int, ...], BeforeValidator(_each(_positive))]
NonNegatives = Annotated[int | tuple[int, ...], BeforeValidator(_each(_non_negative))]


@cache
def arguments_of(op: type[Op]) -> tuple[str, ...]:
    """The names of an op's arguments, in order; `shape` too where it is one."""
    return tuple(op.model_fields)


@cache
def words(op: type[Op], argument: str) -> tuple[str, ...]:
    """The named values of an argument, `('zeros', 'reflect')`; empty where it has none."""
    return tuple(_literals(op.model_fields[argument].annotation))


def _literals(annotation: object) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
        return
    for part in get_args(annotation):
        yield from _literals(part)
