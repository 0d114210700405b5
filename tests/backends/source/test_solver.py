"""Expressions for what differs between the uses of a class."""

import pytest

from netspec.backends.source.arithmetic import text_of, translate
from netspec.backends.source.model import REQUIRED, Argument
from netspec.backends.source.solver import ABSENT, Mismatch, Solver, Variable, annotation
from netspec.expression import parse

CHANNELS = Variable("in_channels", (64, 256, 512))
WIDTH = Variable("width", (64, 64, 128))
STRIDE = Variable("stride", (1, 1, 2), 1)


def solver() -> Solver:
    return Solver(3, [CHANNELS, WIDTH, STRIDE])


def found(*values: object, hint: str = "") -> str:
    known = {("width",): translate(parse("4").root, {}), ("w",): translate(parse("7").root, {})}
    hints = [translate(parse(hint).root, known)] if hint else []
    value = solver().value(values, "new", hints)
    return text_of(value) if hasattr(value, "_fields") else repr(value)  # type: ignore[arg-type]


def test_what_is_the_same_needs_no_expression() -> None:
    assert found(3, 3, 3) == "3"
    assert found(3, ABSENT, 3) == "3"


def test_a_variable_then_arithmetic_then_a_new_argument() -> None:
    assert found(64, 64, 128) == "width"
    assert found(64, ABSENT, 128) == "width"
    assert found(128, 512, 1024) == "2 * in_channels"
    assert found(32, 128, 256) == "in_channels // 2"
    assert found(128, 320, 640) == "in_channels + width"
    assert found(7, 9, 23) == "new"


def test_an_expression_of_the_spec_that_does_not_fit_is_not_taken() -> None:
    assert found(64, 64, 128, hint="w * 2") == "width"


def test_numbers_of_other_types_are_other_numbers() -> None:
    assert found(True, True, 2) == "new"
    assert found(1.0, 1.0, 2.0) == "new"


def test_text_wants_another_class() -> None:
    with pytest.raises(Mismatch):
        found("zeros", "reflect", "zeros")


def test_arguments_are_those_that_are_read_with_defaults_last() -> None:
    used = solver()
    used.value((1, 1, 2), "new")
    used.value((64, 256, 512), "new")
    wanted = (Argument("in_channels", "int", REQUIRED), Argument("stride", "int", 1))
    assert used.arguments() == wanted
    assert [each.annotation for each in used.arguments()] == ["int", "int"]
    assert used.given(2) == (("in_channels", 512), ("stride", 2))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((1, 2), "int"),
        ((1, (1, 7)), "int | tuple[int, int]"),
        ((0.5, 1), "float"),
        ((True, False), "bool"),
    ],
)
def test_annotations(values: tuple[object, ...], text: str) -> None:
    assert annotation(values) == text
