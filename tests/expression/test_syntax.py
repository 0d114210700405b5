"""Trees of expressions are values: shared by a cache, so nobody may change one."""

import dataclasses

import pytest

from netspec.expression import parse, syntax
from netspec.expression.evaluate import Evaluation
from netspec.expression.syntax import Node

KINDS = [
    kind
    for kind in vars(syntax).values()
    if isinstance(kind, type) and kind.__module__ == syntax.__name__
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_tree_cannot_be_changed(kind: type[Node]) -> None:
    node = kind(*range(len(dataclasses.fields(kind))))
    for field in dataclasses.fields(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(node, field.name, 9)
    assert node == dataclasses.replace(node)
    assert node != dataclasses.replace(node, end=9)


def test_an_evaluation_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Evaluation("k", (), {}).text = "j"  # type: ignore[misc]


def test_all_kinds_are_seen() -> None:
    assert len(KINDS) == 14
    assert type(parse("-k").root) in KINDS
