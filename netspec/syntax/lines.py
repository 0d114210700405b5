"""The nodes of a scope in written order, each with the node that it reads by default.

`extends` changes such a list: it adds, replaces, changes and removes lines. What a line reads by
default was fixed before, and only such readers are rewired.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from netspec.diagnostics import Collector, Span, nearest
from netspec.ops.registry import find_builtin
from netspec.syntax.node import as_mapping
from netspec.syntax.node_document import FORMS
from netspec.syntax.readers import Readers
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, is_null

_PLACES = ("before", "after")


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
    """The parent's lines with the child's changes, additions and removals, in this order: so a
    line may be added beside one that is removed, wherever the two are written."""
    work = _Work(parent, child, where, collector)
    removed = [name for name, tree in child.items() if is_null(tree)]
    written = child.without(*removed)
    for name in (name for name in written if name in parent.lines):
        work.change(name)
    for name in (name for name in written if name not in parent.lines):
        work.add(name)
    for name in removed:
        work.remove(name)
    return work.result()


class _Work:
    """One merge: the lines so far, what each reads by default, and the additions at each place."""

    def __init__(self, parent: Lines, child: Mapping, where: str, collector: Collector) -> None:
        self.lines = dict(parent.lines)
        self.parent = parent
        self.child = child
        self.where = where
        self.collector = collector
        self.readers = Readers()
        self.reads = {n: self.readers.of(line.reads) for n, line in parent.lines.items()}
        self.last = self.readers.of(parent.last)
        self.added: dict[tuple[str, str], list[str]] = {}
        self.tails: dict[str, str] = {}

    def result(self) -> Lines:
        lines = {
            name: replace(self.lines[name], reads=self.readers.resolve(self.reads[name]))
            for name in self._in_order()
            if name in self.lines
        }
        return Lines(self.child, lines, self.readers.resolve(self.last))

    def _in_order(self) -> Iterator[str]:
        """The parent's names in their order, additions where they were placed."""
        todo = [(name, True) for name in reversed(self.parent.lines)]
        while todo:
            name, closed = todo.pop()
            if not closed:
                yield name
                continue
            after = reversed(self.added.get((name, "after"), ()))
            before = reversed(self.added.get((name, "before"), ()))
            todo += [(n, True) for n in after]
            todo.append((name, False))
            todo += [(n, True) for n in before]

    def change(self, name: str) -> None:
        """Change or replace a line of the parent."""
        key, tree = self.child.entries[name]
        known = self.lines[name]
        for place in _PLACES:
            if isinstance(tree, Mapping) and place in tree:
                self._say(
                    "misplaced-key",
                    f"`{name}` stands in the parent already, so it takes no `{place}`",
                    tree.key_span(place),
                    f"delete `{place}`; to move a node, remove it and add it under a new name",
                )
        if _is_change(tree):
            assert isinstance(tree, Mapping)
            base = as_mapping(known.tree, self.collector, known.key.span)
            if base is not None:
                changed = overlay(base, tree, f"`{name}`", self.collector)
                self.lines[name] = replace(known, tree=changed)
        else:
            self._warn_of_lost_condition(name, known.tree, tree)
            self.lines[name] = Line(key, self._replacement(known, key, tree), known.reads)

    def _warn_of_lost_condition(self, name: str, old: Tree, new: Tree) -> None:
        when = old.get("when") if isinstance(old, Mapping) else None
        if when is None or (isinstance(new, Mapping) and "when" in new):
            return
        shown = f" `{when.text[:80]}`" if isinstance(when, Scalar) else ""
        self.collector.warning(
            "lost-condition",
            f"`{name}` replaces a node that is there when{shown}, and is always there",
            self.child.key_span(name),
            help="give it the same `when`, or `when: true` if that is meant",
        )

    def _replacement(self, known: Line, key: Scalar, tree: Tree) -> Tree:
        """A replaced node keeps the old one's explicit `from` unless it has its own, or reads
        nothing."""
        old = known.tree
        if not isinstance(old, Mapping) or "from" not in old:
            return tree
        new = as_mapping(tree, self.collector, key.span)
        if new is None or "from" in new or _reads_nothing(new):
            return tree
        return Mapping({**new.entries, "from": old.entries["from"]}, new.span)

    def remove(self, name: str) -> None:
        """Remove a line: who reads it by default then reads what it reads first."""
        gone = self.lines.pop(name, None)
        if gone is None:
            self._unknown(name, "remove")
            return
        source = _first_from(gone.tree)
        self.readers.remove(name, self.readers.of(source) if source else self.reads[name])

    def add(self, name: str) -> None:
        """Add a line where its `before` or `after` says."""
        tree = self.child.entries[name][1]
        places = [p for p in _PLACES if isinstance(tree, Mapping) and p in tree]
        if not isinstance(tree, Mapping) or not places:
            if _is_change(tree):
                self._unknown(name, "change")
            else:
                self._unplaced(name)
            return
        if len(places) == 2:
            span = tree.key_span("after")
            self._say("misplaced-key", f"`{name}` has both `before` and `after`", span, "keep one")
            return
        (place,) = places
        written = tree.get(place)
        anchor = written.value if isinstance(written, Scalar) else None
        if isinstance(written, Scalar) and isinstance(anchor, str) and anchor in self.lines:
            self._insert(name, tree, place, anchor)
            return
        named = f"{place}: {anchor}"[:80] if isinstance(anchor, str) else place
        close = nearest(anchor, self.lines) if isinstance(anchor, str) else None
        self._say(
            "unknown-node",
            f"`{named}` names no node of {self.where}",
            tree.span_of(place),
            f"did you mean `{close}`?" if close else _list("name one of", self.lines),
        )

    def _insert(self, name: str, tree: Mapping, place: str, anchor: str) -> None:
        self.added.setdefault((anchor, place), []).append(name)
        own = tree.without(*_PLACES)
        self.lines[name] = Line(self.child.entries[name][0], own, None)
        joins = "from" not in tree
        if place == "after":
            tail = anchor
            while tail in self.tails:  # what was added after an addition stands before this one
                tail = self.tails[tail]
            if joins:
                self.readers.insert(tail, name)
                self.tails[anchor] = name
            self.reads[name] = self.readers.of(tail)
            return
        source = _first_from(self.lines[anchor].tree)
        self.reads[name] = self.readers.of(source) if source else self.reads[anchor]
        if joins:
            self.reads[anchor] = self.readers.of(name)

    def _unknown(self, name: str, verb: str) -> None:
        close = nearest(name, self.lines)
        self._say(
            "unknown-node",
            f"{self.where} has no node `{name[:80]}` to {verb}",
            self.child.key_span(name),
            f"did you mean `{close}`?" if close else _list("the nodes are", self.lines),
        )

    def _unplaced(self, name: str) -> None:
        close = nearest(name, self.lines)
        meant = f"; did you mean `{close}`?" if close else ""
        self._say(
            "missing-place",
            f"the new node `{name[:80]}` does not say where it goes",
            self.child.key_span(name),
            f"write `after: NODE` or `before: NODE`{meant}",
        )

    def _say(self, code: str, message: str, span: Span, help: str) -> None:
        self.collector.error(code, message, span, help=help)


def _is_change(tree: Tree) -> bool:
    return isinstance(tree, Mapping) and not any(form in tree for form in FORMS)


def _reads_nothing(tree: Mapping) -> bool:
    name = tree.get("op")
    op = find_builtin(name.text) if isinstance(name, Scalar) else None
    return op is not None and op.arity[1] == 0


def _first_from(tree: Tree) -> str | None:
    source = tree.get("from") if isinstance(tree, Mapping) else None
    if isinstance(source, Sequence) and source.items:
        source = source.items[0]
    return source.value if isinstance(source, Scalar) and isinstance(source.value, str) else None


def _list(words: str, names: Iterable[str]) -> str:
    return f"{words} {', '.join(names)}"[:200]


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
