"""Copies of one node that stand side by side in a chain: drawn as one stack."""

from dataclasses import dataclass

from netspec.graph.ir import INPUT, Node, Ref, Scope


@dataclass(frozen=True, slots=True)
class Run:
    """The nodes `first` to `last` of a scope, both included."""

    first: int
    last: int


def runs(scope: Scope) -> list[Run]:
    """The nodes of a scope in order, copies in a row as one run.

    A run is a straight line that is written once: each node reads the one before alone, and nothing
    else reads what is inside.
    """
    if scope.kind == "repeat":
        return [Run(index, index) for index in range(len(scope.nodes))]
    read: dict[int, list[int]] = {}
    for index, node in enumerate(scope.nodes):
        for ref in node.inputs:
            read.setdefault(ref.node, []).append(index)
    ends = {ref.node for ref in scope.outputs}
    found: list[Run] = []
    for index, node in enumerate(scope.nodes):
        joins = index > 0 and _continues(scope.nodes[index - 1], node, index - 1)
        if joins and read[index - 1] == [index] and index - 1 not in ends:
            found[-1] = Run(found[-1].first, index)
        else:
            found.append(Run(index, index))
    return found


def _continues(before: Node, node: Node, index: int) -> bool:
    written_once = node.span == before.span and node.at[:-1] == before.at[:-1]
    return index != INPUT and written_once and node.inputs == (Ref(index),)
