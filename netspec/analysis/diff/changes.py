"""What happened to each node, as values."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from netspec.analysis.diff.content import Contents, arguments, is_named
from netspec.analysis.diff.pairing import Pair, Pairing, ScopePair
from netspec.analysis.diff.places import Place
from netspec.analysis.diff.wiring import other_outputs, read_by, rewired
from netspec.expression import describe
from netspec.graph.ir import Leaf, Node, Scope, Share

Kind = Literal["added", "removed", "moved", "renamed", "replaced", "changed", "repeated"]


@dataclass(frozen=True, slots=True)
class Detail:
    """One argument, count or connection: from what, to what. It `follows` if a block around the
    node is called with an argument that changes in just this way."""

    name: str
    before: str
    after: str
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one node.

    `before` is its path in the old network and `after` in the new one, each None where it is not
    there. `block` is the nearest block around it, `root` the path of that instance, `local` the
    path from there; `was` is what that was, of a node that moved or was renamed. `what` is the node
    in the field's shorthand.
    """

    kind: Kind
    before: str | None
    after: str | None
    what: str
    details: tuple[Detail, ...] = ()
    block: str = ""
    root: str = ""
    local: str = ""
    was: str = ""


def changes(pairing: Pairing) -> list[Change]:
    """All changes in the order of the new network; what is gone comes first."""
    contents = Contents()
    copies = [counted for each in pairing.scopes if (counted := _copies(each, contents))]
    told = {place.path for each in copies for place in (*each.removed, *each.added)}
    gone = {place.path for place in pairing.removed} - told
    found = [each.change for each in copies]
    for each in pairing.scopes:
        found += _removed(each, gone)
        found += _outputs(each)
    wired = {
        each.right.place(j).path: (each, i, j) for each in pairing.scopes for i, j in rewired(each)
    }
    for pair in pairing.pairs:
        found += _of_pair(pair, wired.get(pair.right.path))
    new = (place for place in pairing.added if place.path not in told)
    found += [_change("added", place, None, place.path) for place in new]
    found.sort(key=lambda change: pairing.order.get(change.after or "", -1))
    blocks = {pair.right.path for pair in pairing.pairs if isinstance(pair.right.node.body, Scope)}
    return list(_traced(found, blocks))


def _traced(found: list[Change], blocks: set[str]) -> Iterator[Change]:
    """The changes; of each detail it is known whether it follows."""
    called: dict[str, set[tuple[str, str]]] = {}
    for change in found:  # outer before inner
        path = change.after or ""
        dots = [index for index, letter in enumerate(path) if letter == "."]
        around = [called[path[:dot]] for dot in dots if path[:dot] in called]
        details = tuple(
            replace(each, follows=any((each.before, each.after) in given for given in around))
            for each in change.details
        )
        if change.kind == "changed" and path in blocks:
            called[path] = {(each.before, each.after) for each in details}
        yield replace(change, details=details)


def _removed(each: ScopePair, gone: set[str]) -> Iterator[Change]:
    """What is gone from a scope that stays, told of the place where that is now."""
    for place in map(each.left.place, each.matching.removed):
        if place.path in gone:
            change = _change("removed", place, place.path, None)
            yield replace(change, block=each.right.block, root=each.right.root)


def _of_pair(pair: Pair, wired: tuple[ScopePair, int, int] | None) -> Iterator[Change]:
    left, right = pair.left, pair.right
    ours, theirs = left.node, right.node
    here = (left.path, right.path)
    was = left.path if pair.far else left.local
    if pair.moved or _has_other_place(pair):
        yield replace(_change("moved", right, *here), was=was)
    elif ours.name != theirs.name and not _is_shifted(pair):
        yield replace(_change("renamed", right, *here), was=was)
    details = list(_details(ours, theirs))
    if wired:
        each, i, j = wired
        reads = read_by(each.left.scope, i), read_by(each.right.scope, j)
        details.append(Detail("from", *reads))
    if _name(ours) != _name(theirs):
        names = Detail("op", _name(ours), _name(theirs))
        yield _change("replaced", right, *here, names, *details)
    elif details:
        yield _change("changed", right, *here, *details)


def _change(
    kind: Kind, place: Place, before: str | None, after: str | None, *details: Detail
) -> Change:
    return Change(
        kind,
        before,
        after,
        place.node.title or _name(place.node),
        details,
        place.block,
        place.root,
        place.local,
    )


def _has_other_place(pair: Pair) -> bool:
    """Does its module sit elsewhere in the scope though its name stays?"""
    left, right = pair.left.node, pair.right.node
    if isinstance(left.body, Share) or isinstance(right.body, Share):  # no module of its own
        return False
    return is_named(pair.right.scope) and left.name == right.name and left.at != right.at


def _is_shifted(pair: Pair) -> bool:
    """Is the name a position, alike but for its number?"""
    ours, theirs = (each.node.name.rstrip("0123456789") for each in (pair.left, pair.right))
    return not is_named(pair.right.scope) and ours == theirs


def _name(node: Node) -> str:
    """The name of the op or block; of another scope its kind."""
    body = node.body
    if isinstance(body, Leaf):
        return body.op.name
    if isinstance(body, Share):
        return "share"
    return body.title if body.kind == "block" else body.kind


def _details(left: Node, right: Node) -> Iterator[Detail]:
    ours, theirs = _values(left, right), _values(right, left)
    if _name(left) == _name(right):
        for name in dict.fromkeys((*ours, *theirs)):
            before, after = ours.get(name, "not given"), theirs.get(name, "not given")
            if before != after:
                yield Detail(name, before, after)
    if left.training != right.training:
        modes = ("always", "in training only")
        yield Detail("computed", modes[left.training], modes[right.training])


def _values(node: Node, other: Node) -> dict[str, str]:
    """Arguments of an op; of a block the parameters that one of both calls gives."""
    body = node.body
    if isinstance(body, Leaf):
        return arguments(body.op)
    if isinstance(body, Scope):
        named = dict.fromkeys((*node.given, *other.given))
        return {name: describe(body.params[name]) for name in named if name in body.params}
    return {}


@dataclass(frozen=True, slots=True)
class _Copies:
    """A repeat with another number of equal copies."""

    change: Change
    removed: tuple[Place, ...]
    added: tuple[Place, ...]


def _copies(each: ScopePair, contents: Contents) -> _Copies | None:
    left, right, matching = each.left, each.right, each.matching
    if left.scope.kind != "repeat" or right.scope.kind != "repeat":
        return None
    known = Counter(
        contents.digest(side.scope, side.scope.nodes[index])
        for side, indices in (
            (left, [i for i, _ in matching.pairs]),
            (right, [j for _, j in matching.pairs]),
        )
        for index in indices
    )
    removed = tuple(map(left.place, matching.removed))
    added = tuple(map(right.place, matching.added))
    rest = [contents.digest(place.scope, place.node) for place in (*removed, *added)]
    counts = [len(side.scope.nodes) for side in (left, right)]
    if not rest or counts[0] == counts[1] or not all(digest in known for digest in rest):
        return None
    path = right.prefix[:-1]
    local = path.removeprefix(f"{right.root}.") if right.root else path
    detail = Detail("copies", str(counts[0]), str(counts[1]))
    what = _name(right.scope.nodes[0])
    change = Change(
        "repeated", left.prefix[:-1], path, what, (detail,), right.block, right.root, local
    )
    return _Copies(change, removed, added)


def _outputs(each: ScopePair) -> Iterator[Change]:
    """An output of a block or of the network that is another tensor."""
    for name, before, after in other_outputs(each):
        root = each.right.prefix[:-1]
        title = "output" if each.right.scope.kind == "network" else "its output"
        detail = Detail("from", before or "none", after or "none")
        local = f"{title} {name}"
        path = f"{root}.{name}" if root else name
        block = each.right.block
        yield Change("changed", path, path, "", (detail,), block, each.right.root, local)
