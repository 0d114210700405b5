"""`when` and `repeat`: which copies there are, and what they see."""

import pytest

from netspec.diagnostics import Collector
from netspec.graph.copies import present_copies
from netspec.graph.evaluate import FileContext, Scope
from netspec.graph.session import Session
from netspec.limits import Limits
from netspec.syntax.node import read_node
from netspec.syntax.reader import read_text
from netspec.syntax.tree import Mapping


def copies(text: str) -> list[tuple[object, object, bool, bool]]:
    collector = Collector()
    tree = read_text(text, "<text>", collector, Limits())
    assert isinstance(tree, Mapping)
    node = read_node("a", tree.span, tree, collector)
    scope = Scope(FileContext(None, {}, {}), {"index": -1})  # type: ignore[arg-type]
    found = present_copies(Session(collector, Limits()), node, scope)
    return [
        (copy.names.names.get("index"), copy.names.names.get("count"), copy.first, copy.sure)
        for copy in found
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{op: relu}", [(-1, None, False, True)]),
        ("{op: relu, when: 1 > 2}", []),
        ("{op: relu, when: index < 0}", [(-1, None, False, True)]),
        ("{op: relu, repeat: 0}", []),
        ("{op: relu, repeat: 2}", [(0, 2, True, True), (1, 2, False, True)]),
        ("{op: relu, repeat: 3, when: index != 0}", [(1, 3, False, True), (2, 3, False, True)]),
        ("{op: relu, repeat: 2, when: count > 2}", []),
    ],
)
def test_copies(text: str, found: list[tuple[object, object, bool, bool]]) -> None:
    assert copies(text) == found


@pytest.mark.parametrize("text", ["{op: relu, when: q}", "{op: relu, repeat: q}"])
def test_what_cannot_be_worked_out_is_one_copy_that_is_not_sure(text: str) -> None:
    ((_, _, _, sure),) = copies(text)
    assert not sure
