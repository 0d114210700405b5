"""Which nodes of one network are which nodes of another, at every depth."""

from dataclasses import dataclass, field

from netspec.analysis.diff.content import Contents, is_named
from netspec.analysis.diff.matching import Matching, are_alike, match
from netspec.analysis.diff.moves import far_moves
from netspec.analysis.diff.places import Around, Place, inside
from netspec.graph.ir import Graph, Scope, walk


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
        for left, right in far_moves(lost, won, self._contents):
            self._pair(Pair(left, right, moved=True, far=True))
        for side, places in enumerate((self.found.removed, self.found.added)):
            far = {(p.left, p.right)[side].path for p in self.found.pairs if p.far}
            places[:] = [place for place in places if place.path not in far]

    def _pair(self, pair: Pair) -> None:
        self.found.pairs.append(pair)
        left, right = pair.left.node.body, pair.right.node.body
        if isinstance(left, Scope) and isinstance(right, Scope) and self._are_kin(left, right):
            self.scopes(pair.left.inside(), pair.right.inside())
        elif isinstance(left, Scope) or isinstance(right, Scope):
            self._replaced.append(pair)

    def _match(self, left: Scope, right: Scope) -> Matching:
        known = self._known.get((id(left), id(right)))
        if known is None:
            found = match(left, right, self._contents)
            known = self._known[id(left), id(right)] = self._parted(left, right, found)
        return known

    def _parted(self, left: Scope, right: Scope, found: Matching) -> Matching:
        """Without the pairs that have neither the name nor what is in them in common."""
        if not is_named(left):
            return found
        strangers = {
            (i, j)
            for i, j in found.pairs
            for a, b in [(left.nodes[i], right.nodes[j])]
            if isinstance(a.body, Scope) and isinstance(b.body, Scope)
            if a.name != b.name and not self._are_kin(a.body, b.body, is_renamed=True)
        }
        if not strangers:
            return found
        gone, fresh = ({pair[side] for pair in strangers} for side in (0, 1))
        return Matching(
            tuple(pair for pair in found.pairs if pair not in strangers),
            tuple(i for i in left.modules if i in gone or i in found.removed),
            tuple(j for j in right.modules if j in fresh or j in found.added),
            found.moved - strangers,
        )

    def _are_kin(self, left: Scope, right: Scope, *, is_renamed: bool = False) -> bool:
        """Is it of use to tell what changes from one to the other? If what they are called differs,
        one is told as taking the place of the other, unless half of what is in them is kept."""
        if is_named(left) != is_named(right):
            return False
        if left.title == right.title or not (is_named(left) or is_renamed):
            return True
        pairs = self._match(left, right).pairs
        kept = sum(self._is_kept(left, right, pair) for pair in pairs)
        return 2 * kept >= min(len(left.nodes), len(right.nodes))

    def _is_kept(self, left: Scope, right: Scope, pair: tuple[int, int]) -> bool:
        """Has a node of two scopes the same name or content, or where there are no names, about the
        same content?"""
        if not is_named(left):
            return are_alike(left, right, pair, self._contents)
        ours, theirs = left.nodes[pair[0]], right.nodes[pair[1]]
        digest = self._contents.digest
        return ours.name == theirs.name or digest(left, ours) == digest(right, theirs)


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
    places = inside(map(around.place, around.scope.modules))
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
