"""The classes of a network: one for each block, and more where its uses differ too much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from netspec.backends.source.helpers import helper_names
from netspec.backends.source.hints import Hints
from netspec.backends.source.known import known_of
from netspec.backends.source.lines import Lines, Written, heights, written
from netspec.backends.source.lower import Generated, Lowering
from netspec.backends.source.model import (
    REQUIRED,
    Body,
    Class,
    Make,
    Source,
    form,
)
from netspec.backends.source.naming import LOOP_VARIABLES, class_name, unused, variable
from netspec.backends.source.overlay import Overlay
from netspec.backends.source.solver import Mismatch, Solver, union
from netspec.backends.source.steps import function, used
from netspec.diagnostics import Collector, NetspecError
from netspec.graph.ir import Graph, Leaf, Node, Scope, Share

MOST_CONDITIONS = 4
"""Uses that differ in more lines than this get classes of their own."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A scope whose module is of a generated class, or whose members a function makes."""

    scope: Scope
    name: str
    is_function: bool = False

    @property
    def key(self) -> tuple[int, bool]:
        return id(self.scope), self.is_function


class Classes:
    """All classes of a graph, in an order in which each is written before it is used."""

    def __init__(self, graph: Graph, hints: Hints) -> None:
        self.found: list[Class] = []
        self._graph = graph
        self._hints = hints
        self._lines = Lines(graph, hints.blocks)
        generated = Generated(self._made_by_class, self._made_by_function, self._wrapper)
        self._lowering = Lowering(self._lines, generated)
        self._makes: dict[tuple[int, bool], Make] = {}
        self._wrappers: dict[object, str] = {}
        self._names = {*helper_names(), *LOOP_VARIABLES}
        self._root_name = unused(class_name(graph.name), self._names)
        self._names.add(self._root_name)
        for group in self._groups():
            self._solve(group)
        self._check_shares()
        body = self._lowering.body(graph.root)
        self.root = Class(self._root_name, graph.doc, (), body)

    # --- which scopes are of one class ------------------------------------------------------

    def _groups(self) -> list[list[_Use]]:
        """Scopes that are written at one place, those first that others hold."""
        groups: dict[tuple[Written, bool], list[_Use]] = {}
        seen: set[tuple[int, bool]] = set()
        for use in self._uses(self._graph.root, class_name(self._graph.name)):
            if use.key not in seen:
                seen.add(use.key)
                groups.setdefault((written(use.scope), use.is_function), []).append(use)
        levels = heights(self._graph)
        return [groups[key] for key in sorted(groups, key=lambda key: levels[key[0]])]

    def _uses(self, scope: Scope, outer: str) -> Iterator[_Use]:
        seen: set[int] = set()
        todo = [(scope, outer)]
        while todo:
            scope, outer = todo.pop(0)
            for chain in self._lines.chains(scope):
                is_block = chain.span in self._hints.blocks
                title = variable(chain.title) if is_block else "layers"
                yield _Use(chain, title, is_function=True)
                todo.append((chain, outer))
            for node in scope.nodes:
                body = used(node)
                if not isinstance(body, Scope) or id(body) in seen:
                    continue
                seen.add(id(body))
                wish = self._wish(body, node, outer)
                if not self._lines.is_inline(body):
                    yield _Use(body, wish)
                todo.append((body, wish))

    def _wish(self, scope: Scope, node: Node, outer: str) -> str:
        """The name of a block, else that of the node; members of a chain have none of their own."""
        if scope.kind == "block" or scope.span in self._hints.blocks:
            return class_name(scope.title)
        return class_name(node.name) if node.name[:1].isalpha() else f"{outer}Part"

    # --- a class ------------------------------------------------------------------------------

    def _solve(self, uses: Sequence[_Use]) -> None:
        """Add the classes of scopes that are written at one place."""
        bodies = [self._lowering.body(use.scope) for use in uses]
        waiting = list(zip(uses, bodies, strict=True))
        while waiting:
            waiting = self._add_class(waiting)

    def _add_class(self, waiting: list[tuple[_Use, Body]]) -> list[tuple[_Use, Body]]:
        """Make a class of as many uses as fit together; those that do not are left."""
        chosen, rest = waiting, list[tuple[_Use, Body]]()
        found = self._try(chosen)
        if found is None:
            chosen = []
            for item in waiting:
                wider = self._try([*chosen, item])
                if wider is None:
                    rest.append(item)
                else:
                    chosen, found = [*chosen, item], wider
        assert found is not None, "a single use always fits"
        solver, body = found
        use = chosen[0][0]
        doc = self._hints.doc(use.scope)
        made = self._added(Class(use.name, doc, solver.arguments(), body, use.is_function))
        defaults = {
            each.name: each.default for each in made.arguments if each.default is not REQUIRED
        }
        for index, (use, _) in enumerate(chosen):
            self._makes[use.key] = Make(made.name, solver.given(index), defaults)
        return rest

    def _added(self, made: Class) -> Class:
        """A class, new unless there is one that differs in the types of its arguments at most: a
        block that two specs write, or two uses of an included spec."""
        for place, known in enumerate(self.found):
            if form(known) != form(made):
                continue
            wide = tuple(
                replace(old, annotation=union(old.annotation, new.annotation))
                for old, new in zip(known.arguments, made.arguments, strict=True)
            )
            self.found[place] = replace(known, arguments=wide)
            return self.found[place]
        new = replace(made, name=unused(made.name, self._names))
        self._names.add(new.name)
        self.found.append(new)
        return new

    def _try(self, uses: Sequence[tuple[_Use, Body]]) -> tuple[Solver, Body] | None:
        scopes = [use.scope for use, _ in uses]
        variables, known = known_of(scopes, self._hints, self._names)
        solver = Solver(len(uses), variables, self._names)
        try:
            body = Overlay(solver, self._hints, known).body([body for _, body in uses])
        except Mismatch:
            return None
        conditions = sum(step.condition is not None for step in body.steps)
        return None if conditions > MOST_CONDITIONS and len(uses) > 1 else (solver, body)

    def _check_shares(self) -> None:
        """A module that is used twice must do for both what it would do for each."""
        collector = Collector()
        scopes = [self._graph.root, *(use.scope for use in self._uses(self._graph.root, ""))]
        for scope in scopes:
            for node in scope.nodes:
                if not isinstance(node.body, Share) or not isinstance(node.body.body, Scope):
                    continue
                owner = scope.nodes[node.body.target]
                assert isinstance(owner.body, Scope)
                if self._lowering.made(owner.body) != self._lowering.made(node.body.body):
                    message = (
                        f"`{node.name}` uses `{owner.name}` at sizes for which it would differ"
                    )
                    help = "give both the same input shape"
                    collector.error("not-exportable", message, node.span, help=help)
        if collector.errors:
            raise NetspecError(collector)

    def _made_by_class(self, scope: Scope) -> Make:
        return self._makes[id(scope), False]

    def _made_by_function(self, scope: Scope) -> Make:
        return self._makes[id(scope), True]

    def _wrapper(self, node: Node, leaf: Leaf) -> str:
        """The class whose modules call a function: members of a chain must be modules."""
        step = function(node, leaf)
        key = (step.target, repr(step.arguments), repr(step.keywords))
        known = self._wrappers.get(key)
        if known is None:
            known = unused(class_name(leaf.op.name), self._names)
            self._names.add(known)
            self._wrappers[key] = known
            body = Body(("x",), (), (step,), (Source(step.node),), (False,))
            self.found.append(Class(known, "", (), body))
        return known
