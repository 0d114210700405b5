"""Which lines are executed when, and who reads whom."""

from netspec.backends.source.flow import Flow
from netspec.backends.source.model import Source
from tests.backends.source.parts import X, body, step

A, B, C = step("a", X), step("b", Source("a")), step("c", Source("a"))
AUX = step("aux", Source("b"))


def test_a_line_that_no_output_needs_is_left_out() -> None:
    assert [each.node for each in Flow(body(A, B, C)).steps] == ["a", "c"]


def test_lines_that_outputs_of_training_alone_need_are_told() -> None:
    flow = Flow(body(A, B, AUX, C, outputs="c aux", training=(False, True)))
    assert [flow.is_for_training(each) for each in (A, B, AUX, C)] == [False, True, True, False]


def test_readers_and_the_last_of_them() -> None:
    flow = Flow(body(A, B, C, outputs="b c", training=(False, False)))
    assert (flow.readers(Source("a")), flow.readers(Source("b")), flow.readers(X)) == (2, 1, 1)
    assert flow.last == {X: 0, Source("a"): 2, Source("b"): 3, Source("c"): 3}
