"""The page of an op is made from its class alone."""

from typing import ClassVar, Literal

import pytest

from netspec.ops.arguments import Boolean, Integers, Number, Positive
from netspec.ops.base import Op
from netspec.ops.manual import Argument, arguments, example, remarks, summary
from netspec.ops.registry import find_op, op_names


class Toy(Op):
    """Does nothing: x [N, C] ->
    x [N, C].

    - size: how much of nothing,
      on two lines
    - mode: which nothing

    Remarks stay.

    Example:

        netspec: 1
        name: toy
    """

    name: ClassVar[str] = "toy"

    size: Positive
    steps: Integers = 1
    mode: Literal["zeros", "same"] = "zeros"
    eps: Number | None = None
    bias: Boolean = True


def test_the_parts_of_a_docstring() -> None:
    assert summary(Toy) == "Does nothing: x [N, C] -> x [N, C]"
    assert remarks(Toy) == "Remarks stay."
    assert example(Toy) == "netspec: 1\nname: toy"


def test_arguments_have_kinds_defaults_and_texts() -> None:
    assert arguments(Toy) == [
        Argument("size", "integer", "", "how much of nothing, on two lines"),
        Argument("steps", "integer | list of integers", "1", ""),
        Argument("mode", "zeros | same", "zeros", "which nothing"),
        Argument("eps", "number", "~", ""),
        Argument("bias", "boolean", "true", ""),
    ]


@pytest.mark.parametrize("name", list(op_names()))
def test_every_op_has_a_page(name: str) -> None:
    op = find_op(name)
    assert op is not None
    assert summary(op)
    assert example(op).startswith("netspec: 1\n")
    for argument in arguments(op):
        assert argument.text, f"`{name}` says nothing of `{argument.name}`"
        assert argument.kind != "value", f"`{argument.name}` of `{name}` has no kind in words"
