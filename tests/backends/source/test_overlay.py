"""Bodies laid one over the other."""

from dataclasses import replace

import pytest

from netspec.backends.source.arithmetic import text_of
from netspec.backends.source.hints import Hints
from netspec.backends.source.model import Body, Child, Make, Run, Sequential
from netspec.backends.source.overlay import Overlay
from netspec.backends.source.solver import Mismatch, Solver, Variable
from tests.backends.source.parts import SPAN, X, body, checked, step

HINTS = Hints(checked("nodes: {a: relu}\noutputs: {y: a}\n").doc)
DEFAULTS = {"stride": 1}


def conv(width: int, stride: int = 1, node: str = "conv") -> Child:
    made = Make("torch.nn.Conv2d", (("out_channels", width), ("stride", stride)), DEFAULTS)
    return Child(node, (node,), made, SPAN)


def laid(*bodies: Body) -> tuple[Body, list[str]]:
    """One body, and what its constructor takes."""
    solver = Solver(len(bodies), [Variable("width", tuple(range(8, 8 + len(bodies))))])
    found = Overlay(solver, HINTS, {}).body(bodies)
    return found, [each.name for each in solver.arguments()]


def holding(*children: Child) -> Body:
    return replace(body(step("a", X)), children=children)


def shown(made: object) -> list[tuple[str, str]]:
    assert isinstance(made, Make)
    return [
        (key, text_of(value) if hasattr(value, "_fields") else str(value))
        for key, value in made.arguments
    ]


def test_what_is_equal_stays_and_what_differs_is_an_argument() -> None:
    found, arguments = laid(holding(conv(8, 2)), holding(conv(9, 2)))
    assert shown(found.children[0].make) == [("out_channels", "width"), ("stride", "2")]
    assert arguments == ["width"]
    found, arguments = laid(holding(conv(8, 5)), holding(conv(9, 3)))
    assert shown(found.children[0].make)[1] == ("stride", "conv_stride")
    assert arguments == ["width", "conv_stride"]


def test_a_child_that_is_not_always_there_has_a_condition() -> None:
    found, arguments = laid(holding(conv(4), conv(4, node="more")), holding(conv(4)))
    condition = found.children[1].condition
    assert condition is not None and text_of(condition) == "has_more"
    assert (found.children[0].condition, arguments) == (None, ["has_more"])


def test_a_member_is_asked_for_only_where_its_line_is() -> None:
    pool = Run(SPAN, Make("torch.nn.MaxPool2d"))
    other = Run(replace(SPAN, line=2), Make("torch.nn.ReLU"))
    lines = [Sequential((pool, other)), Sequential((other,))]
    children = [[Child("line", ("line",), each, SPAN)] for each in lines]
    found, arguments = laid(*(holding(*each) for each in (*children, [])))
    made = found.children[0].make
    assert isinstance(made, Sequential)
    assert [run.condition is not None for run in made.runs] == [True, False]
    assert arguments == ["has_line_0", "has_line"]


@pytest.mark.parametrize(
    "other",
    [
        holding(replace(conv(8), at=("held", "conv"))),
        holding(replace(conv(8), make=Make("torch.nn.Linear", (("out_channels", 8),)))),
        replace(body(step("a", X, target="torch.tanh")), children=(conv(8),)),
        replace(body(step("a", X)), inputs=("y",), children=(conv(8),)),
        replace(body(step("a", X)), line=Sequential(())),
    ],
    ids=["place", "class", "function", "inputs", "line"],
)
def test_what_no_argument_can_say_is_a_mismatch(other: Body) -> None:
    with pytest.raises(Mismatch):
        laid(holding(conv(8)), other)
