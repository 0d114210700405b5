"""What stands in a row and was written once is one stack."""

from dataclasses import replace

from netspec.backends.picture.runs import Run, runs
from netspec.graph.ir import Ref, Scope
from tests.backends.picture.samples import BRANCHES, graph


def features() -> Scope:
    body = graph(BRANCHES).root.nodes[0].body
    assert isinstance(body, Scope)
    return body


def test_copies_are_one_run() -> None:
    assert runs(features()) == [Run(0, 3), Run(4, 4)]


def test_nodes_that_are_written_apart_are_not() -> None:
    scope = graph(BRANCHES).root
    assert runs(scope) == [Run(index, index) for index in range(len(scope.nodes))]


def test_a_copy_that_is_read_from_outside_ends_a_run() -> None:
    scope = replace(features(), outputs=(Ref(1), Ref(4)))
    assert runs(scope) == [Run(0, 1), Run(2, 3), Run(4, 4)]


def test_a_repeat_is_a_stack_already() -> None:
    scope = replace(features(), kind="repeat")
    assert runs(scope) == [Run(index, index) for index in range(5)]
