"""What an elaboration carries along: counts, nesting, and frames."""

import pytest

from netspec.diagnostics import Collector
from netspec.diagnostics.span import Source, Span
from netspec.graph.session import LOST, Halt, Session, Wire, entering
from netspec.limits import Limits

PLACE = Span(Source("a.yaml"), 1, 1, 1, 2)


def session(**limits: int) -> Session:
    return Session(Collector(), Limits(**limits))


@pytest.mark.parametrize("count", [9, 10, 11])
def test_spend(count: int) -> None:
    one = session(nodes=10)
    if count <= 10:
        one.spend(count, PLACE)
        return
    with pytest.raises(Halt):
        one.spend(count, PLACE)
    assert [error.code for error in one.collector] == ["too-many-nodes"]


def test_errors_carry_the_way_and_the_instance() -> None:
    one = session()
    with one.inside("a"), one.called("outer", PLACE), one.inside("b"), one.called("inner", PLACE):
        one.report("cycle", "message", PLACE, "help")
    (error,) = one.collector
    assert error.instance == "a.b"
    assert [frame.text for frame in error.frames] == ["inner", "outer"]
    assert not one.path
    assert not one.trail


def test_the_way_is_left_when_something_is_raised() -> None:
    one = session()
    with pytest.raises(ValueError, match="oops"), one.inside("a"), one.called("b", PLACE):
        raise ValueError("oops")
    assert not one.path
    assert not one.trail


def test_tensors_enter_an_inner_scope_under_its_names() -> None:
    wire = Wire(LOST.ref, (1, 2), tainted=True, name="a")
    (inner,) = entering((wire,), ["x"])
    assert (inner.shape, inner.tainted, inner.name) == ((1, 2), True, "x")
    (same,) = entering((wire,))
    assert same.name == "a"
