"""Which nodes of one network are which nodes of another, at every depth."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netspec.analysis.diff.content import Contents, is_named
from netspec.analysis.diff.matching import Matching, match
from netspec.graph.ir import Graph, Node, Scope, Share, walk


@dataclass(frozen=True, slots=True)
class Place:
    """A node where it stands. `block` is the name of the nearest block around it, and `root` the
    path of that instance, both empty in the network itself."""

    path: str
    node: Node
    scope: Scope
    block: str = ""
    root: str = ""

    @property
    def local(self) -> str:
        """The path from the nearest block."""
        return self.path.removeprefix(f"{self.root}.") if self.root else self.path

    def inside(self) -> "Around":
        """What holds for the nodes in it."""
        assert isinstance(self.node.body, Scope)
        body = self.node.body
        if body.kind == "block":
            return Around(body, f"{self.path}.", body.title, self.path)
        return Around(body, f"{self.path}.", self.block, self.root)


@dataclass(frozen=True, slots=True)
class Around:
    """A scope where it stands."""

    scope: Scope
    prefix: str = ""
    block: str = ""
    root: str = ""

    def place(self, index: int) -> Place:
        """Where node `index` stands."""
        node = self.scope.nodes[index]
        own = isinstance(node.body, Share) or not node.at  # a shared use is not its module
        path = self.prefix + (node.name if own else ".".join(node.at))
        return Place(path, node, self.scope, self.block, self.root)


@dataclass(frozen=True, slots=True)
class Pair:
    """A node of both networks. `moved` = to another place in the order of its scope, or to another
    scope (`far`)."""

    left: Place
    right: Place
    moved: bool = False
    far: bool = False


@dataclass(frozen=True, slots=True)
class ScopePair:
    """A scope of both networks, and how its nodes match."""

    left: Around
    right: Around
    matching: Matching


@dataclass(slots=True)
class Pairing:
    """All pairs, outer before inner and as written on the right; and what has no partner, of which
    only the outermost nodes are named. `order` has all paths of the right network."""

    pairs: list[Pair] = field(default_factory=list)
    scopes: list[ScopePair] = field(default_factory=list)
    removed: list[Place] = field(default_factory=list)
    added: list[Place] = field(default_factory=list)
    order: dict[str, int] = field(default_factory=dict)


def pair_networks(left: Graph, right: Graph) -> Pairing:
    """The pairing of two networks. That of `right` and `left` is its mirror image."""
    contents = Contents()
    is_mirrored = _rank(right, contents) < _rank(left, contents)
    pairer = _Pairer(contents)
    first, second = (right, left) if is_mirrored else (left, right)
    pairer.scopes(Around(first.root), Around(second.root))
    pairer.far_moves()
    return _in_order(_mirrored(pairer.found) if is_mirrored else pairer.found, right)


class _Pairer:
    def __init__(self, contents: Contents) -> None:
        self.found = Pairing()
        self._contents = contents
        self._known: dict[tuple[int, int], Matching] = {}
        self._replaced: list[Pair] = []

    def scopes(self, left: Around, right: Around) -> None:
        matching = self._match(left.scope, right.scope)
        self.found.scopes.append(ScopePair(left, right, matching))
        self.found.removed += map(left.place, matching.removed)
        self.found.added += map(right.place, matching.added)
        for i, j in matching.pairs:
            self._pair(Pair(left.place(i), right.place(j), (i, j) in matching.moved))

    def far_moves(self) -> None:
        """Pair what owns weights and is equal in what has no partner, whatever scope it is in."""
        lost = [*self.found.removed, *(pair.left for pair in self._replaced)]
        won = [*self.found.added, *(pair.right for pair in self._replaced)]
        for left, right in self._equal(list(_inside(lost)), list(_inside(won))):
            self._pair(Pair(left, right, moved=True, far=True))
        for side, places in enumerate((self.found.removed, self.found.added)):
            far = {(p.left, p.right)[side].path for p in self.found.pairs if p.far}
            places[:] = [place for place in places if place.path not in far]

    def _pair(self, pair: Pair) -> None:
        self.found.pairs.append(pair)
        left, right = pair.left.node.body, pair.right.node.body
        if isinstance(left, Scope) and isinstance(right, Scope) and _is_like(left, right):
            self.scopes(pair.left.inside(), pair.right.inside())
        elif isinstance(left, Scope) or isinstance(right, Scope):
            self._replaced.append(pair)

    def _match(self, left: Scope, right: Scope) -> Matching:
        known = self._known.get((id(left), id(right)))
        if known is None:
            known = self._known[id(left), id(right)] = match(left, right, self._contents)
        return known

    def _equal(self, lost: list[Place], won: list[Place]) -> Iterator[tuple[Place, Place]]:
        """Places of equal content and weights, as many on either side, none inside of another."""
        groups: defaultdict[str, tuple[list[Place], list[Place]]]
        groups = defaultdict(lambda: ([], []))
        for side, places in enumerate((lost, won)):
            for place in places:
                weights = self._contents.weights(place.node.body)
                if weights:
                    digest = self._contents.digest(place.scope, place.node)
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


def _is_like(left: Scope, right: Scope) -> bool:
    """Do both name their nodes, or both count them?"""
    return is_named(left) == is_named(right)


def _inside(places: Iterable[Place]) -> Iterator[Place]:
    """The places and those in them, outer before inner."""
    for place in places:
        yield place
        if isinstance(place.node.body, Scope):
            around = place.inside()
            yield from _inside(map(around.place, around.scope.modules))


def _is_in(path: str, paths: set[str]) -> bool:
    parts = path.split(".")
    return any(".".join(parts[:end]) in paths for end in range(1, len(parts) + 1))


def _mirrored(found: Pairing) -> Pairing:
    """Left and right exchanged."""
    return Pairing(
        [Pair(each.right, each.left, each.moved, each.far) for each in found.pairs],
        [ScopePair(each.right, each.left, _mirrored_matching(each)) for each in found.scopes],
        found.added,
        found.removed,
    )


def _rank(graph: Graph, contents: Contents) -> tuple[str, str, list[str]]:
    """Which of two networks counts as the first: where two matchings are equally good, the choice
    is the same for both directions."""
    paths = [path for path, _ in walk(graph.root)]
    return contents.of_body(graph.root), contents.weights(graph.root), paths


def _in_order(found: Pairing, right: Graph) -> Pairing:
    """As written on the right."""
    around = Around(right.root)
    places = _inside(map(around.place, around.scope.modules))
    order = found.order = {place.path: index for index, place in enumerate(places)}
    found.pairs.sort(key=lambda pair: order[pair.right.path])
    found.scopes.sort(key=lambda each: order.get(each.right.prefix[:-1], -1))
    return found


def _mirrored_matching(each: ScopePair) -> Matching:
    matching = each.matching
    order = {index: place for place, index in enumerate(each.left.scope.modules)}
    pairs = sorted(((j, i) for i, j in matching.pairs), key=lambda pair: order[pair[1]])
    moved = frozenset((j, i) for i, j in matching.moved)
    return Matching(tuple(pairs), matching.added, matching.removed, moved)
