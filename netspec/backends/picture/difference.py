"""From two graphs to one scene: the new network, with what came, changed, moved and is gone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from netspec.analysis.diff import Difference, diff_graphs
from netspec.analysis.diff import words as told
from netspec.analysis.diff.pairing import ScopePair, pair_networks
from netspec.analysis.diff.places import Around
from netspec.backends.picture.marks import Mark, marked, marks
from netspec.backends.picture.opened import boxes
from netspec.backends.picture.runs import Run, runs
from netspec.backends.picture.scene import Box, Scene, ScopeBox
from netspec.backends.picture.stage import stage
from netspec.backends.picture.union import united
from netspec.graph.ir import Graph, Scope


def stage_difference(left: Graph, right: Graph, names: tuple[str, str] | None = None) -> Scene:
    """The scene of what changes from `left` to `right`; `names` stand for the networks."""
    difference = diff_graphs(left, right, names)
    scene = stage(right)
    found = _Marked(left, right, difference, scene)
    found.scope(len(scene.scopes) - 1, Around(right.root))
    return replace(
        scene,
        name=" → ".join(difference.names),
        scopes=_reached(found.scopes),
        differences=dict(_rows(difference, found.marks.get(""))),
    )


def first_changes(scene: Scene) -> list[str]:
    """What is open at first: paths of the marked boxes, each name and kind of change once, and one
    of all copies."""
    found: dict[tuple[str, str], str] = {}

    def visit(scope: ScopeBox, prefix: str) -> None:
        for path, inner, box in boxes(scene, scope, prefix):
            if box.change:
                name = "" if scope.kind == "repeat" else box.name
                found.setdefault((name, box.change), path)
            if box.scope is not None and box.inside:
                visit(scene.scopes[box.scope], inner)

    visit(scene.root, "")
    return list(found.values())


class _Marked:
    """The scopes of the new network, and those of them in which something changes."""

    def __init__(self, left: Graph, right: Graph, difference: Difference, scene: Scene) -> None:
        pairing = pair_networks(left, right)
        self.pairs = {each.right.prefix: each for each in pairing.scopes}
        self.removed = {place.path for place in pairing.removed}
        self.marks = marks(difference.changes)
        self.scopes = list(scene.scopes)
        before = stage(left)
        self.before = dict(_named(before, before.root, ""))

    def scope(self, index: int, around: Around) -> tuple[int, int]:
        """Place of the marked scope in the list, and how many boxes in it are marked.

        A scope without a partner is not compared, but something may have moved into it.
        """
        each = self.pairs.get(around.prefix)
        if each is None and not any(path.startswith(around.prefix) for path in self.marks):
            return index, 0
        folded = runs(around.scope)
        scope = self.scopes[index]
        each_box = zip(scope.nodes, folded, strict=True)
        made = replace(scope, nodes=tuple(self.run(box, run, around) for box, run in each_box))
        if each is not None:
            made = united(made, each, folded, self.gone(each))
        return self.put(made), _count(made.nodes)

    def run(self, box: Box, run: Run, around: Around) -> Box:
        if run.first == run.last or box.scope is None:
            return self.box(box, run.first, around)
        inner = self.scopes[box.scope]
        nodes = [self.box(each, run.first + k, around) for k, each in enumerate(inner.nodes)]
        place = self.put(replace(inner, nodes=tuple(nodes)))
        return replace(box, scope=place, inside=_count(nodes) or None)

    def box(self, box: Box, index: int, around: Around) -> Box:
        place = around.place(index)
        box = marked(box, self.marks.get(place.path))
        if box.scope is None or not isinstance(place.node.body, Scope):
            return box
        scope, inside = self.scope(box.scope, place.inside())
        return replace(box, scope=scope, inside=inside or None)

    def gone(self, each: ScopePair) -> dict[int, Box]:
        """What is gone from a scope, closed for good; a path of its own, for that may be taken."""
        found = {}
        for i in each.matching.removed:
            if each.left.place(i).path not in self.removed:
                continue
            node = each.left.scope.nodes[i]
            at = ".".join(node.at or (node.name,))
            box = self.before[each.left.prefix + at, node.name]
            given = {} if box.scope is None else box.given
            found[i] = replace(
                box, at=f"{at} (removed)", scope=None, given=given, change="removed", notch=False
            )
        return found

    def put(self, scope: ScopeBox) -> int:
        """Equal scopes are listed once."""
        if scope not in self.scopes:
            self.scopes.append(scope)
        return self.scopes.index(scope)


def _named(scene: Scene, scope: ScopeBox, prefix: str) -> Iterator[tuple[tuple[str, str], Box]]:
    """Every box by its path and its name: a shared use has the path of its module."""
    for path, inner, box in boxes(scene, scope, prefix):
        yield (path, box.name), box
        if box.scope is not None:
            yield from _named(scene, scene.scopes[box.scope], inner)


def _count(nodes: Iterable[Box]) -> int:
    return sum(bool(box.change) + (box.inside or 0) for box in nodes)


def _rows(difference: Difference, mark: Mark | None) -> Iterator[tuple[str, str]]:
    """What changes in the network as a whole."""
    for each in (*difference.inputs, *difference.params):
        yield each.name, f"{each.before} → {each.after}"
    yield from mark.details.items() if mark else ()
    for name, before, after, by in told.totals(difference):
        yield name, before if by == "=" else f"{before} → {after}, {by}"


def _reached(scopes: Sequence[ScopeBox]) -> tuple[ScopeBox, ...]:
    """The scopes that the last one leads to, itself the last."""
    used: set[int] = set()

    def visit(index: int) -> None:
        if index not in used:
            used.add(index)
            for box in scopes[index].nodes:
                if box.scope is not None:
                    visit(box.scope)

    visit(len(scopes) - 1)
    place = {index: number for number, index in enumerate(sorted(used))}
    return tuple(
        replace(
            scopes[index],
            nodes=tuple(
                box if box.scope is None else replace(box, scope=place[box.scope])
                for box in scopes[index].nodes
            ),
        )
        for index in sorted(used)
    )
