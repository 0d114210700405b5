"""What a node reads, compared across two scopes: not the next neighbor, but through all that came,
went or moved, since a node that joins a line changes what its neighbors read and nothing else."""

from collections.abc import Mapping, Sequence

from netspec.analysis.diff.content import is_named
from netspec.analysis.diff.pairing import ScopePair
from netspec.graph.ir import INPUT, Ref, Scope

_Sources = frozenset[Ref]


def rewired(each: ScopePair) -> list[tuple[int, int]]:
    """Pairs of nodes that read something else, beyond what additions, removals and moves imply."""
    if not (is_named(each.left.scope) and is_named(each.right.scope)):
        return []
    lines = _Lines(each)
    return [
        (i, j)
        for i, j in each.matching.pairs
        if (i, j) not in each.matching.moved
        and not lines.same(each.left.scope.nodes[i].inputs, each.right.scope.nodes[j].inputs)
    ]


def other_outputs(each: ScopePair) -> list[tuple[str, str, str]]:
    """Outputs of a scope that are another tensor, or are new or gone: name, from, to."""
    left, right = each.left.scope, each.right.scope
    if not (is_named(left) and is_named(right)):
        return []
    lines = _Lines(each)
    ours = dict(zip(left.output_names, left.outputs, strict=True))
    theirs = dict(zip(right.output_names, right.outputs, strict=True))
    if left.kind != "network" and len(ours) == len(theirs) == 1:
        ours = dict.fromkeys(theirs, left.outputs[0])  # the name of an only output says nothing
    found = []
    for name in dict.fromkeys((*ours, *theirs)):
        a, b = ours.get(name), theirs.get(name)
        if a is None or b is None or not lines.same([a], [b]):
            found.append((name, *_shown(each, a, b)))
    return found


def read_by(scope: Scope, index: int) -> str:
    """What a node reads, as `from` says it: `[conv, x]`."""
    names = [tensor_name(scope, ref) for ref in scope.nodes[index].inputs]
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def tensor_name(scope: Scope, ref: Ref) -> str:
    """As it is written in `from`."""
    if ref.node == INPUT:
        return scope.input_names[ref.output]
    node = scope.nodes[ref.node]
    return node.name if len(node.outputs) == 1 else f"{node.name}.{ref.output}"


def _shown(each: ScopePair, left: Ref | None, right: Ref | None) -> tuple[str, str]:
    ours = tensor_name(each.left.scope, left) if left else ""
    return ours, tensor_name(each.right.scope, right) if right else ""


class _Lines:
    """Follows tensors of both scopes back to nodes that stand in both at their place."""

    def __init__(self, each: ScopePair) -> None:
        matching = each.matching
        fixed = [pair for pair in matching.pairs if pair not in matching.moved]
        self._left, self._right = each.left.scope, each.right.scope
        self._of_left: Mapping[int, int] = dict(fixed)
        self._of_right: Mapping[int, int] = {j: j for _, j in fixed}

    def same(self, left: Sequence[Ref], right: Sequence[Ref]) -> bool:
        """Do two nodes read the same, each input of one that of the other?"""
        ours = [(self._is_fixed(r, self._of_left), self._from_left(r)) for r in left]
        theirs = [(self._is_fixed(r, self._of_right), self._from_right(r)) for r in right]
        if len(ours) != len(theirs):
            ours, theirs = ([each for each in side if each[0]] for side in (ours, theirs))
        if len(ours) != len(theirs):
            return False
        return all(a[1] & b[1] for a, b in zip(ours, theirs, strict=True))

    def _is_fixed(self, ref: Ref, fixed: Mapping[int, int]) -> bool:
        return ref.node == INPUT or ref.node in fixed

    def _from_left(self, ref: Ref) -> _Sources:
        return _sources(self._left, ref, self._of_left)

    def _from_right(self, ref: Ref) -> _Sources:
        return _sources(self._right, ref, self._of_right)


def _sources(scope: Scope, ref: Ref, fixed: Mapping[int, int]) -> _Sources:
    """Where a tensor comes from, if all nodes that are not fixed only passed it on."""
    found, open_refs, seen = set(), [ref], {ref}
    while open_refs:
        each = open_refs.pop()
        if each.node == INPUT:
            found.add(each)
        elif each.node in fixed:
            found.add(Ref(fixed[each.node], each.output))
        else:
            fresh = [r for r in scope.nodes[each.node].inputs if r not in seen]
            seen.update(fresh)
            open_refs += fresh
    return frozenset(found)
