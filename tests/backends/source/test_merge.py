"""The lines of several bodies in one order."""

import itertools

import pytest

from netspec.backends.source.merge import Steps, merged
from netspec.backends.source.model import Source
from netspec.backends.source.solver import Mismatch
from tests.backends.source.parts import X, body, step


@pytest.mark.parametrize(
    ("lists", "wanted"),
    [
        (["abc"], "abc"),
        (["abc", "ac"], "abc"),
        (["ac", "abd"], "abdc"),
        (["ab", "xab", "abz"], "xabz"),
        (["", "a"], "a"),
    ],
)
def test_the_order_is_that_of_every_list(lists: list[str], wanted: str) -> None:
    found = merged(list(map(list, lists)))
    assert sorted(found) == sorted(wanted)
    for items in lists:
        assert [item for item in found if item in items] == list(items)


def test_orders_that_contradict_each_other_are_a_mismatch() -> None:
    for first, second in itertools.permutations(["ab", "ba"]):
        with pytest.raises(Mismatch):
            merged([list(first), list(second)])


A, B = step("a", X), step("b", Source("a"))


def test_who_reads_a_line_that_is_not_there_reads_what_it_reads() -> None:
    steps = Steps([body(A, B), body(step("b", X))])
    assert (steps.order, steps.reads["b"]) == (["a", "b"], (Source("a"),))


def test_other_reads_are_a_mismatch() -> None:
    with pytest.raises(Mismatch):
        Steps([body(A, B), body(A, step("b", X))])
    with pytest.raises(Mismatch):
        Steps([body(A, B), body(A, step("b", X, X))])
