"""The nodes of a scope in written order, each with the node that it reads by default.

`extends` changes such a list: it adds, replaces, changes and removes lines. What a line reads by
default was fixed before, and only such readers are rewired.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from netspec.diagnostics import Collector, Span, nearest
from netspec.syntax.node import as_mapping
from netspec.syntax.node_document import FORMS
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, is_null


@dataclass(frozen=True, slots=True)
class Line:
    """One written node. `reads` is what it reads without `from`; None = the scope's first input."""

    key: Scalar
    tree: Tree
    reads: str | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Nodes by name, in written order; `last` is the default output of the scope."""

    written: Mapping
    lines: dict[str, Line]
    last: str | None


def lines_of(nodes: Mapping) -> Lines:
    """The lines of a mapping of nodes, as written."""
    lines: dict[str, Line] = {}
    previous: str | None = None
    for name, (key, tree) in nodes.entries.items():
        lines[name] = Line(key, tree, previous)
        previous = name
    return Lines(nodes, lines, previous)


def rows_of(lines: Lines) -> Iterator[tuple[Scalar, Tree, str | None]]:
    """Name, node, and what it reads by default, line by line."""
    return ((line.key, line.tree, line.reads) for line in lines.lines.values())


def extend_lines(parent: Lines, child: Mapping, where: str, collector: Collector) -> Lines:
    """The parent's lines with the child's additions, changes and removals."""
    work = _Work(parent, child, where, collector)
    for name in child:
        work.apply(name)
    return Lines(child, work.lines, work.last)


class _Work:
    """One merge: the lines so far, and where additions at one place go."""

    def __init__(self, parent: Lines, child: Mapping, where: str, collector: Collector) -> None:
        self.lines = dict(parent.lines)
        self.last = parent.last
        self.child = child
        self.where = where
        self.collector = collector
        self.tails: dict[str, str] = {}

    def apply(self, name: str) -> None:
        key, tree = self.child.entries[name]
        known = self.lines.get(name)
        if is_null(tree):
            self._remove(name, key)
        elif known is None:
            self._add(name, key, tree)
        elif _is_change(tree):
            assert isinstance(tree, Mapping)
            changed = change(known.tree, tree, name, self.collector, known.key)
            self.lines[name] = replace(known, tree=changed)
        else:
            self.lines[name] = Line(key, self._replacement(known, key, tree), known.reads)

    def _replacement(self, known: Line, key: Scalar, tree: Tree) -> Tree:
        """A replaced node keeps the old one's explicit `from` unless it has its own."""
        for place in ("before", "after"):
            if isinstance(tree, Mapping) and place in tree:
                self._misplaced(key.text, place, tree)
        old = known.tree
        if not isinstance(old, Mapping) or "from" not in old:
            return tree
        new = as_mapping(tree, self.collector, key.span)
        if new is None or "from" in new:
            return tree
        return Mapping({**new.entries, "from": old.entries["from"]}, new.span)

    def _misplaced(self, name: str, place: str, tree: Mapping) -> None:
        self.collector.error(
            "misplaced-key",
            f"`{name}` stands in the parent already, so it takes no `{place}`",
            tree.key_span(place),
            help=f"delete `{place}`; to move a node, remove it and add it under a new name",
        )

    def _remove(self, name: str, key: Scalar) -> None:
        gone = self.lines.pop(name, None)
        if gone is None:
            self._unknown(name, key, "remove")
            return
        source = _first_from(gone.tree) or gone.reads
        self._rewire(name, source)

    def _add(self, name: str, key: Scalar, tree: Tree) -> None:
        places = [p for p in ("before", "after") if isinstance(tree, Mapping) and p in tree]
        if not places:
            if isinstance(tree, Mapping) and _is_change(tree):
                self._unknown(name, key, "change")
            else:
                self._unplaced(name, key)
            return
        assert isinstance(tree, Mapping)
        if len(places) == 2:
            self._say(
                "misplaced-key",
                f"`{name}` has both `before` and `after`",
                tree.key_span("after"),
                "keep one",
            )
            return
        place = places[0]
        anchor_tree = tree.get(place)
        anchor = anchor_tree.value if isinstance(anchor_tree, Scalar) else None
        if not isinstance(anchor, str) or anchor not in self.lines:
            close = nearest(str(anchor), self.lines)
            help = f"did you mean `{close}`?" if close else "name a node of the parent"
            self._say(
                "unknown-node",
                f"`{place}: {anchor}` names no node of {self.where}",
                tree.span_of(place),
                help,
            )
            return
        self._insert(name, key, tree, anchor, before=place == "before")

    def _insert(self, name: str, key: Scalar, tree: Mapping, anchor: str, *, before: bool) -> None:
        joins = "from" not in tree
        neighbor = anchor if before else self.tails.get(anchor, anchor)
        position = list(self.lines).index(neighbor) + (not before)
        if before:
            target = self.lines[neighbor]
            reads = _first_from(target.tree) or target.reads
            if joins:
                self.lines[neighbor] = replace(target, reads=name)
        else:
            reads = neighbor
            self.tails[anchor] = name
            if joins:
                self._rewire(neighbor, name)
        entries = list(self.lines.items())
        entries.insert(position, (name, Line(key, tree.without("before", "after"), reads)))
        self.lines = dict(entries)

    def _rewire(self, old: str, new: str | None) -> None:
        """Who reads `old` by default, the scope's default output included, now reads `new`."""
        self.lines = {
            name: replace(line, reads=new) if line.reads == old else line
            for name, line in self.lines.items()
        }
        if self.last == old:
            self.last = new

    def _unknown(self, name: str, key: Scalar, verb: str) -> None:
        close = nearest(name, self.lines)
        help = (
            f"did you mean `{close}`?" if close else f"the nodes are {', '.join(self.lines)[:200]}"
        )
        self._say(
            "unknown-node", f"{self.where} has no node `{name[:80]}` to {verb}", key.span, help
        )

    def _unplaced(self, name: str, key: Scalar) -> None:
        close = nearest(name, self.lines)
        meant = f"; did you mean `{close}`?" if close else ""
        self._say(
            "missing-place",
            f"the new node `{name}` does not say where it goes",
            key.span,
            f"write `after: NODE` or `before: NODE`{meant}",
        )

    def _say(self, code: str, message: str, span: Span, help: str) -> None:
        self.collector.error(code, message, span, help=help)


def _is_change(tree: Tree) -> bool:
    return isinstance(tree, Mapping) and not any(form in tree for form in FORMS)


def _first_from(tree: Tree) -> str | None:
    source = tree.get("from") if isinstance(tree, Mapping) else None
    if isinstance(source, Sequence) and source.items:
        source = source.items[0]
    return source.value if isinstance(source, Scalar) and isinstance(source.value, str) else None


def change(old: Tree, new: Mapping, name: str, collector: Collector, key: Scalar) -> Tree:
    """`old` with the keys of `new`; a key with `~` is removed."""
    base = as_mapping(old, collector, key.span)
    if base is None:
        return old
    for place in ("before", "after"):
        if place in new:
            collector.error(
                "misplaced-key",
                f"`{name}` stands in the parent already, so it takes no `{place}`",
                new.key_span(place),
                help=f"delete `{place}`",
            )
    return overlay(base, new, f"`{name}`", collector)


def overlay(base: Mapping, new: Mapping, what: str, collector: Collector) -> Mapping:
    """The entries of `base` with those of `new` over them, `~` removing one."""
    entries = dict(base.entries)
    for name, (key, value) in new.entries.items():
        if not is_null(value):
            entries[name] = (key, value)
        elif name in entries:
            del entries[name]
        else:
            close = nearest(name, entries)
            help = f"did you mean `{close}`?" if close else "delete the line"
            collector.error("unknown-key", f"{what} has no `{name}` to remove", key.span, help=help)
    return Mapping(entries, new.span)
