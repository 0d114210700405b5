"""What passes ask of a flat scope, and how they change it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netspec.graph.ir import Leaf, Node, Ref, Scope, Share
from netspec.passes.flatten import pruned

OUTPUT = -2
"""In place of the index of a node: the outputs of the network."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A node that a pass left as it was, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass made of a flat scope: a word on each node that it changed or skipped."""

    scope: Scope
    done: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Readers:
    """Who reads which tensor of a flat scope, and which nodes share a module."""

    def __init__(self, scope: Scope) -> None:
        self._readers: dict[Ref, list[int]] = {}
        for index, ref in _reads(scope):
            self._readers.setdefault(ref, []).append(index)
        shares = [
            (index, node.body.target)
            for index, node in enumerate(scope.nodes)
            if isinstance(node.body, Share)
        ]
        self._sharing = {index for pair in shares for index in pair}

    def of(self, ref: Ref) -> Sequence[int]:
        """The nodes that read a tensor, in order and once for each time; OUTPUT for an output."""
        return self._readers.get(ref, ())

    def once(self, ref: Ref) -> bool:
        """Is it read by one node, once, and no output?"""
        found = self.of(ref)
        return len(found) == 1 and found[0] != OUTPUT

    def is_sharing(self, index: int) -> bool:
        """Do several nodes apply the module of this one?"""
        return index in self._sharing


def _reads(scope: Scope) -> Iterator[tuple[int, Ref]]:
    for index, node in enumerate(scope.nodes):
        for ref in node.inputs:
            yield index, ref
    for ref in scope.outputs:
        yield OUTPUT, ref


def leaf_of(node: Node) -> Leaf:
    """The op of a node of a flat scope."""
    body = node.body.body if isinstance(node.body, Share) else node.body
    assert isinstance(body, Leaf), "a flat scope has no scopes in it"
    return body


def rewritten(scope: Scope, nodes: Sequence[Node], instead: Mapping[Ref, Ref] = {}) -> Scope:
    """The scope with other nodes, without those that nobody needs then. Who reads a tensor that is
    a key of `instead` reads its value, which is computed before."""

    def follow(ref: Ref) -> Ref:
        while ref in instead:
            ref = instead[ref]
        return ref

    changed = [replace(node, inputs=tuple(map(follow, node.inputs))) for node in nodes]
    outputs = tuple(map(follow, scope.outputs))
    return pruned(replace(scope, nodes=tuple(changed), outputs=outputs))
