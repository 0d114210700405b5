"""Which nodes of one scope are which nodes of another."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from netspec.analysis.diff.alignment import align
from netspec.analysis.diff.content import Contents, is_named
from netspec.graph.ir import Leaf, Node, Scope, Share

_ALIKE = 0.5
_ALIKE_SCOPES = 0.3
"""How far apart two nodes may be and still count as one: a scope that has much else in it under its
old name may be another one that took the name."""

_MOST_COMPARED = 10_000
"""Pairs of scopes that are compared when all else has failed."""

_CHANGED = 1.05
_PER_DISTANCE = 0.6
"""A changed member of a chain costs more than half of one that goes and one that comes, so that a
member that moved past an equal op is one move, not two changes."""

_OTHER_WEIGHTS = 0.15


@dataclass(frozen=True, slots=True)
class Matching:
    """Indices of nodes: pairs by the place of the right one, those without a partner, and pairs
    that have another place in the written order than their neighbors."""

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]
    moved: frozenset[tuple[int, int]]


def match(left: Scope, right: Scope, contents: Contents) -> Matching:
    """Match by name, and by content what has no name in the other scope; where names are only
    positions, as in a chain, by the alignment that changes least. Both have names or neither."""
    if is_named(left):
        pairs = _by_name(left, right, contents)
        moved = _out_of_order(left, right, pairs)
    else:
        pairs, moved = _by_position(left, right, contents)
    order = {index: place for place, index in enumerate(right.modules)}
    removed, added = _rest(left, right, pairs)
    pairs.sort(key=lambda pair: order[pair[1]])
    return Matching(tuple(pairs), tuple(removed), tuple(added), frozenset(moved))


def is_same_kind(left: Node, right: Node) -> bool:
    """Ops of one name or family, or scopes that both name their nodes or both count them?"""
    ours, theirs = left.body, right.body
    if isinstance(ours, Leaf) and isinstance(theirs, Leaf):
        return ours.op.name == theirs.op.name or ours.op.family == theirs.op.family
    if isinstance(ours, Scope) and isinstance(theirs, Scope):
        return is_named(ours) == is_named(theirs)
    return isinstance(ours, Share) and isinstance(theirs, Share)


def _by_name(left: Scope, right: Scope, contents: Contents) -> list[tuple[int, int]]:
    """Equal names of alike contents; then what was renamed to another's name and is equal; then
    equal names of one kind; what was renamed at its place; and equal names, whatever they are."""
    names = {right.nodes[j].name: j for j in right.modules}
    same = [(i, names[name]) for i in left.modules if (name := left.nodes[i].name) in names]
    pairs = [pair for pair in same if are_alike(left, right, pair, contents)]
    pairs += _equal(left, right, *_rest(left, right, pairs), contents, only_unique=True)
    pairs += [(i, j) for i, j in _free(same, pairs) if is_same_kind(left.nodes[i], right.nodes[j])]
    pairs += _renamed(left, right, pairs, contents)
    pairs += _nearest(left, right, pairs, contents)
    return pairs + _free(same, pairs)


def are_alike(left: Scope, right: Scope, pair: tuple[int, int], contents: Contents) -> bool:
    """Are two nodes near enough to count as one?"""
    ours, theirs = left.nodes[pair[0]].body, right.nodes[pair[1]].body
    most = _ALIKE_SCOPES if isinstance(ours, Scope) else _ALIKE
    return contents.distance(ours, theirs) <= most


def _free(
    wanted: Iterable[tuple[int, int]], pairs: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Those whose nodes have no partner yet."""
    ours, theirs = _sides(pairs)
    return [(i, j) for i, j in wanted if i not in ours and j not in theirs]


def _sides(pairs: Iterable[tuple[int, int]]) -> tuple[set[int], set[int]]:
    found = list(pairs)
    return {i for i, _ in found}, {j for _, j in found}


def _rest(
    left: Scope, right: Scope, pairs: Iterable[tuple[int, int]]
) -> tuple[list[int], list[int]]:
    """The nodes of both that have no partner yet."""
    ours, theirs = _sides(pairs)
    return [i for i in left.modules if i not in ours], [j for j in right.modules if j not in theirs]


def _renamed(
    left: Scope, right: Scope, pairs: list[tuple[int, int]], contents: Contents
) -> list[tuple[int, int]]:
    """Of what has no partner, alike contents after the same neighbor."""
    first, second = _rest(left, right, pairs)
    if not first or not second:
        return []
    ours, theirs = _sides(pairs)
    partner = dict(pairs)
    before = _neighbors(left.modules, ours)
    around = _neighbors(right.modules, theirs)

    def cost(a: int, b: int) -> float:
        i, j = first[a], second[b]
        last = before[i]
        if (None if last is None else partner[last]) != around[j]:
            return inf
        distance = contents.distance(left.nodes[i].body, right.nodes[j].body)
        return distance if distance <= _ALIKE else inf

    aligned = align([f"left {i}" for i in first], [f"right {j}" for j in second], cost)
    return [(first[a], second[b]) for a, b in aligned]


def _nearest(
    left: Scope, right: Scope, pairs: list[tuple[int, int]], contents: Contents
) -> list[tuple[int, int]]:
    """Of what has no partner, the scopes that are most alike, wherever they stand."""
    first, second = (
        [index for index in rest if isinstance(scope.nodes[index].body, Scope)]
        for scope, rest in zip((left, right), _rest(left, right, pairs), strict=True)
    )
    if len(first) * len(second) > _MOST_COMPARED:
        return []
    distances = sorted(
        (contents.distance(left.nodes[i].body, right.nodes[j].body), i, j)
        for i in first
        for j in second
    )
    found: list[tuple[int, int]] = []
    for distance, i, j in distances:
        if distance <= _ALIKE_SCOPES:
            found += _free([(i, j)], found)
    return found


def _neighbors(modules: Sequence[int], matched: set[int]) -> dict[int, int | None]:
    """For each node without a partner the last one before it that has one."""
    last: int | None = None
    found = {}
    for index in modules:
        if index in matched:
            last = index
        else:
            found[index] = last
    return found


def _by_position(
    left: Scope, right: Scope, contents: Contents
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs, and those among them that moved."""
    ours = [left.nodes[i] for i in left.modules]
    theirs = [right.nodes[j] for j in right.modules]
    digests = [contents.digest(left, node) for node in ours]
    others = [contents.digest(right, node) for node in theirs]
    known: dict[tuple[str, str], float] = {}

    def cost(a: int, b: int) -> float:
        if digests[a] == others[b]:
            return _OTHER_WEIGHTS
        key = digests[a], others[b]
        if key not in known:
            distance = contents.distance(ours[a].body, theirs[b].body)
            known[key] = _CHANGED + _PER_DISTANCE * distance
        return known[key]

    mine = [f"{key} {contents.weights(n.body)}" for key, n in zip(digests, ours, strict=True)]
    yours = [f"{key} {contents.weights(n.body)}" for key, n in zip(others, theirs, strict=True)]
    aligned = align(mine, yours, cost)
    pairs = [(left.modules[a], right.modules[b]) for a, b in aligned]
    moved = _equal(left, right, *_rest(left, right, pairs), contents, only_unique=False)
    return pairs + moved, moved


def _equal(
    left: Scope,
    right: Scope,
    first: Iterable[int],
    second: Iterable[int],
    contents: Contents,
    *,
    only_unique: bool,
) -> list[tuple[int, int]]:
    """Nodes of equal content; those with equal weights before others."""
    ours, theirs = list(first), list(second)
    found: list[tuple[int, int]] = []
    for with_weights in (True, False):
        groups: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, (scope, rest) in enumerate(((left, ours), (right, theirs))):
            for index in rest:
                node = scope.nodes[index]
                weights = contents.weights(node.body) if with_weights else ""
                groups[f"{contents.digest(scope, node)} {weights}"][side].append(index)
        for mine, yours in groups.values():
            if not only_unique or len(mine) == len(yours) == 1:
                found += zip(mine, yours, strict=False)
        taken = _sides(found)
        ours = [i for i in ours if i not in taken[0]]
        theirs = [j for j in theirs if j not in taken[1]]
    return found


def _out_of_order(
    left: Scope, right: Scope, pairs: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The fewest pairs whose absence leaves the others in one order: all but a longest rising
    subsequence."""
    places = {index: place for place, index in enumerate(left.modules)}
    order = {index: place for place, index in enumerate(right.modules)}
    by_left = sorted(pairs, key=lambda pair: places[pair[0]])
    ends: list[int] = []  # for each length the least last place, and in `tails` whose it is
    tails: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(by_left):
        length = bisect_left(ends, order[j])
        before.append(tails[length - 1] if length else -1)
        ends[length : length + 1] = [order[j]]
        tails[length : length + 1] = [index]
    kept = set()
    last = tails[-1] if tails else -1
    while last >= 0:
        kept.add(last)
        last = before[last]
    return [pair for index, pair in enumerate(by_left) if index not in kept]
