"""The classes of a network: one for each block, and more where its uses differ too much."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netspec.backends.source.arithmetic import name
from netspec.backends.source.hints import Hints, given
from netspec.backends.source.lower import Lowering, used
from netspec.backends.source.model import (
    REQUIRED,
    Body,
    Class,
    Construct,
    Make,
    Source,
)
from netspec.backends.source.naming import class_name, unused, variable
from netspec.backends.source.overlay import Overlay
from netspec.backends.source.solver import Mismatch, Solver, Variable
from netspec.diagnostics import Collector, NetspecError, Span
from netspec.graph.ir import Graph, Leaf, Node, Scope, Share
from netspec.syntax.tree import Scalar

MOST_CONDITIONS = 4
"""Uses that differ in more lines than this get classes of their own."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A scope whose module is of a generated class."""

    scope: Scope
    name: str


class Classes:
    """All classes of a graph, in an order in which each is written before it is used."""

    def __init__(self, graph: Graph, hints: Hints) -> None:
        self.found: list[Class] = []
        self._graph = graph
        self._hints = hints
        self._lowering = Lowering(hints.blocks)
        self._makes: dict[int, Make] = {}
        self._names: set[str] = set()
        self._functions: dict[object, str] = {}
        self._root_name = unused(class_name(graph.name), ())
        self._names.add(self._root_name)
        for group in self._groups():
            self._solve(group)
        self._check_shares()
        body = self._body(graph.root)
        self.root = Class(self._root_name, graph.doc, (), body)

    # --- which scopes are of one class ------------------------------------------------------

    def _groups(self) -> list[list[_Use]]:
        """Scopes that are written at one place, those first that others hold."""
        groups: dict[tuple[Span, str], list[_Use]] = {}
        heights: dict[tuple[Span, str], int] = {}
        seen: dict[int, int] = {}
        for use in self._uses(self._graph.root, class_name(self._graph.name)):
            key = use.scope.span, use.scope.kind
            if id(use.scope) not in seen:
                seen[id(use.scope)] = 1
                groups.setdefault(key, []).append(use)
            heights[key] = max(heights.get(key, 0), _height(use.scope))
        return [groups[key] for key in sorted(groups, key=lambda key: heights[key])]

    def _uses(self, scope: Scope, outer: str) -> Iterator[_Use]:
        seen: set[int] = set()
        todo = [(scope, outer)]
        while todo:
            scope, outer = todo.pop(0)
            for node in scope.nodes:
                body = used(node)
                if not isinstance(body, Scope) or id(body) in seen:
                    continue
                seen.add(id(body))
                wish = self._wish(body, node, outer)
                if not self._lowering.is_inline(body):
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
        bodies = [self._body(use.scope) for use in uses]
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
        name_ = unused(use.name, self._names)
        self._names.add(name_)
        doc = self._hints.doc(use.scope)
        self.found.append(Class(name_, doc, solver.arguments(), body))
        for index, (use, _) in enumerate(chosen):
            arguments = solver.given(index)
            defaults = {
                each.name: each.default
                for each in solver.arguments()
                if each.default is not REQUIRED
            }
            self._makes[id(use.scope)] = Make(name_, arguments, defaults)
        return rest

    def _try(self, uses: Sequence[tuple[_Use, Body]]) -> tuple[Solver, Body] | None:
        scopes = [use.scope for use, _ in uses]
        variables, known = self._variables(scopes)
        solver = Solver(len(uses), variables)
        try:
            body = Overlay(solver, self._hints, known).body([body for _, body in uses])
        except Mismatch:
            return None
        conditions = sum(step.condition is not None for step in body.steps)
        return None if conditions > MOST_CONDITIONS and len(uses) > 1 else (solver, body)

    def _variables(
        self, scopes: Sequence[Scope]
    ) -> tuple[list[Variable], dict[tuple[str, ...], ast.expr]]:
        """What is known of each use, and what expressions of the spec may name."""
        params = self._hints.params(scopes[0])
        values = [given(scope, params) for scope in scopes]
        variables: list[Variable] = []
        known: dict[tuple[str, ...], ast.expr] = {}
        for index, text in enumerate(scopes[0].input_names):
            prefix = "" if len(scopes[0].input_names) == 1 else f"{text}_"
            for attribute, word, place in _sizes(scopes[0], index):
                sizes = tuple(scope.inputs[index][place] for scope in scopes)
                if not all(isinstance(size, int) for size in sizes):
                    continue
                plain = f"in_{word}" if not prefix else f"{prefix}{word}"
                variables.append(Variable(variable(plain), sizes))
                known[text, attribute] = name(variable(plain))
        taken = {each.name for each in variables}
        for key, doc in params.items():
            if not all(key in table for table in values):
                continue
            default: object = REQUIRED
            if isinstance(doc.default, Scalar) and not isinstance(doc.default.value, str):
                default = doc.default.value
            safe = unused(key, taken)
            variables.append(Variable(safe, tuple(table[key] for table in values), default))
            known[key,] = name(safe)
        return variables, known

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
                if self._made(owner.body, owner) != self._made(node.body.body, node):
                    message = (
                        f"`{node.name}` uses `{owner.name}` at sizes for which it would differ"
                    )
                    help = "give both the same input shape"
                    collector.error("not-exportable", message, node.span, help=help)
        if collector.errors:
            raise NetspecError(collector)

    def _made(self, scope: Scope, node: Node) -> Construct:
        return self._lowering.made(scope, node, self._make, self._wrapper)

    def _body(self, scope: Scope) -> Body:
        return self._lowering.body(scope, self._make, self._wrapper)

    def _make(self, scope: Scope, node: Node) -> Make:
        return self._makes[id(scope)]

    def _wrapper(self, node: Node, leaf: Leaf) -> str:
        """The class whose modules call a function: members of a chain must be modules."""
        key = (leaf.call.target, repr(leaf.call.arguments), repr(leaf.call.keywords))
        known = self._functions.get(key)
        if known is None:
            known = unused(class_name(leaf.op.name), self._names)
            self._names.add(known)
            self._functions[key] = known
            self.found.append(Class(known, "", (), self._function_body(node, leaf)))
        return known

    def _function_body(self, node: Node, leaf: Leaf) -> Body:
        step = self._lowering.function(node, leaf)
        return Body(("x",), (), (step,), (Source(step.node),), (False,))


def _sizes(scope: Scope, index: int) -> list[tuple[str, str, int]]:
    """What may be known of an input: an attribute of the spec, a word of torch, a dimension."""
    rank = len(scope.inputs[index])
    found = [("channels", "channels" if rank > 2 else "features", 1)] if rank > 1 else []
    if rank == 3:
        found.append(("width", "features", 2))
    if rank > 3:
        found += [("height", "height", rank - 2), ("width", "width", rank - 1)]
    return found


def _height(scope: Scope) -> int:
    inner = (used(node) for node in scope.nodes)
    return 1 + max((_height(body) for body in inner if isinstance(body, Scope)), default=0)
