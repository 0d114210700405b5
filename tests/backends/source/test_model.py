"""When two parts would be written alike."""

from dataclasses import replace

from netspec.backends.source.arithmetic import binary, literal, name
from netspec.backends.source.model import REQUIRED, Argument, Class, Make, Run, Sequential, form
from netspec.diagnostics import Source, Span
from tests.backends.source.parts import SPAN, X, body, step

RUN = Run(SPAN, Make("nn.Conv2d", (("width", binary(name("width"), "*", literal(2))),)))
LINE = replace(body(step("a", X)), line=Sequential((RUN,)))
CLASS = Class("Block", "", (Argument("width", "int", REQUIRED),), LINE)


def test_expressions_are_compared_by_what_they_say_and_places_not_at_all() -> None:
    make = Make("nn.Conv2d", (("width", binary(name("width"), "*", literal(2))),))
    run = Run(Span(Source("elsewhere.yaml")), make)
    other = replace(CLASS, body=replace(LINE, line=Sequential((run,))))
    assert (form(other), other.body.line == CLASS.body.line) == (form(CLASS), False)


def test_types_of_arguments_do_not_count_and_all_else_does() -> None:
    wider = replace(CLASS.arguments[0], annotation="float")
    assert form(replace(CLASS, arguments=(wider,))) == form(CLASS)
    for other in (
        replace(CLASS, doc="text"),
        replace(CLASS, is_function=True),
        replace(CLASS, arguments=(replace(wider, default=1),)),
        replace(CLASS, body=body(step("a", X))),
    ):
        assert form(other) != form(CLASS)


def test_one_and_true_are_two_things() -> None:
    assert form((1, 1.0)) != form((True, 1.0)) != form((1, 1))
