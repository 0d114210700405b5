"""What moved to another scope."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import prod

from netspec.analysis.diff.content import Contents
from netspec.analysis.diff.places import Place, inside
from netspec.graph.ir import Leaf, Scope, Share


def far_moves(lost: list[Place], won: list[Place], contents: Contents) -> list[tuple[Place, Place]]:
    """Pairs of what owns weights and is equal, at or in these places, none inside of another.

    By them most of what was lost at a place is won elsewhere, and most of what is won there was
    lost: two layers that are equal by chance, each in the middle of something else, have nothing to
    do with each other.
    """
    pairs = list(_equal(list(inside(lost)), list(inside(won)), contents))
    is_most = []
    for side, places in enumerate((lost, won)):
        owners = [_owner(pair[side], places) for pair in pairs]
        moved: Counter[str] = Counter()
        for owner, pair in zip(owners, pairs, strict=True):
            moved[owner] += _elements(pair[side].node.body)
        size = {place.path: _elements(place.node.body) for place in places}
        is_most.append([2 * moved[owner] >= size[owner] for owner in owners])
    return [pair for pair, *both in zip(pairs, *is_most, strict=True) if all(both)]


def _owner(place: Place, places: list[Place]) -> str:
    """The path of the one that `place` is, or is in."""
    return next(each.path for each in places if _is_in(place.path, {each.path}))


def _elements(body: Leaf | Scope | Share) -> int:
    """How many numbers it owns."""
    if isinstance(body, Leaf):
        return sum(prod(weight.shape) for weight in body.weights.values())
    return sum(_elements(node.body) for node in body.nodes) if isinstance(body, Scope) else 0


def _equal(
    lost: list[Place], won: list[Place], contents: Contents
) -> Iterator[tuple[Place, Place]]:
    """Places of equal content and weights, as many on either side, none inside of another."""
    groups: defaultdict[str, tuple[list[Place], list[Place]]]
    groups = defaultdict(lambda: ([], []))
    for side, places in enumerate((lost, won)):
        for place in places:
            weights = contents.weights(place.node.body)
            if weights:
                digest = contents.digest(place.scope, place.node)
                groups[f"{digest} {weights}"][side].append(place)
    taken: tuple[set[str], set[str]] = (set(), set())
    for ours, theirs in groups.values():
        if len(ours) != len(theirs):
            continue
        for left, right in zip(ours, theirs, strict=True):
            if not _is_in(left.path, taken[0]) and not _is_in(right.path, taken[1]):
                taken[0].add(left.path)
                taken[1].add(right.path)
                yield left, right


def _is_in(path: str, paths: set[str]) -> bool:
    parts = path.split(".")
    return any(".".join(parts[:end]) in paths for end in range(1, len(parts) + 1))
