"""What each scope of a graph is to be: a class, or a line of modules where it is used."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from netspec.backends.source.steps import needs, used
from netspec.diagnostics import Span
from netspec.graph.ir import INPUT, Graph, Kind, Node, Ref, Scope, Share, Splice
from netspec.graph.sizes import SizesAtHand, as_dim
from netspec.ops.base import Input
from netspec.shape import Symbol

Written = tuple[Span, Kind]


class Lines:
    """Tells of the scopes of one graph; `blocks` are the places at which its blocks are written."""

    def __init__(self, graph: Graph, blocks: Collection[Span]) -> None:
        self._blocks = blocks
        self._symbols: dict[int, tuple[Symbol, ...]] = {}
        spliced = (each.scope.span for scope in _scopes(graph) for each in scope.splices)
        self._repeated = {span for span, count in Counter(spliced).items() if count > 1}

    def symbols(self, scope: Scope) -> tuple[Symbol, ...]:
        """The free sizes that the forward of a scope gets after its tensors."""
        known = self._symbols.get(id(scope))
        if known is None:
            needed = {symbol for node in scope.nodes for symbol in self._needs(node)}
            known = SizesAtHand(scope.inputs).need(map(as_dim, needed))
            self._symbols[id(scope)] = known
        return known

    def is_line(self, scope: Scope) -> bool:
        """Can the module be an nn.Sequential: a line of modules and functions, tensor to tensor?"""
        line = [Ref(INPUT), *(Ref(index) for index in range(len(scope.nodes)))]
        return (
            scope.kind in ("chain", "repeat")
            and len(scope.inputs) == 1
            and scope.outputs == (line[-1],)
            and not any(scope.training)
            and scope.modules == tuple(range(len(scope.nodes)))
            and all(self._is_link(*each) for each in zip(scope.nodes, line, strict=False))
        )

    def is_inline(self, scope: Scope) -> bool:
        """Is it written as `nn.Sequential(…)` where it is used, without a class of its own?"""
        return scope.span not in self._blocks and self.is_line(scope)

    def members(self, scope: Scope) -> Iterator[Node | Splice]:
        """The members of a line. Those of a chain that is spliced more than once are one."""
        chains = {each.start: each for each in scope.splices if self._is_function(scope, each)}
        place = 0
        while place < len(scope.nodes):
            chain = chains.get(place)
            yield chain or scope.nodes[place]
            place += len(chain.scope.nodes) if chain else 1

    def chains(self, scope: Scope) -> list[Scope]:
        """The chains that are spliced into a line, and stand there for their members."""
        if not scope.splices or not self.is_line(scope):
            return []
        return [each.scope for each in self.members(scope) if isinstance(each, Splice)]

    def _is_function(self, scope: Scope, splice: Splice) -> bool:
        if len(splice.scope.nodes) < 2 or splice.scope.span not in self._repeated:
            return False
        return member_names(scope) is None and self.is_line(splice.scope)

    def _is_link(self, node: Node, previous: Ref) -> bool:
        body = node.body
        if node.inputs != (previous,) or len(node.at) != 1 or isinstance(body, Share):
            return False
        if self._needs(node) or len(node.outputs) > 1:
            return False
        if isinstance(body, Scope):
            return True
        plain = body.call.arguments == (Input(0),) and not body.call.forward
        return body.call.item is None and (plain or not body.call.is_module)

    def _needs(self, node: Node) -> tuple[Symbol, ...]:
        body = used(node)
        return self.symbols(body) if isinstance(body, Scope) else needs(body)


def member_names(scope: Scope) -> tuple[str, ...] | None:
    """The names of the members of a line where they are not 0, 1, …"""
    names = tuple(node.at[0] for node in scope.nodes)
    return None if names == tuple(map(str, range(len(names)))) else names


def heights(graph: Graph) -> Mapping[Written, int]:
    """How many levels there are in what is written at each place, in all of its uses together: what
    is lower is written first."""
    inner: dict[Written, set[Written]] = {}
    for scope in _scopes(graph):
        inner.setdefault(written(scope), set()).update(map(written, _within(scope)))
    found: dict[Written, int] = {}

    def height(place: Written) -> int:
        if place not in found:
            found[place] = 1 + max(map(height, inner[place]), default=0)
        return found[place]

    for place in inner:
        height(place)
    return found


def written(scope: Scope) -> Written:
    """Where a scope is written: a repeated chain is a repeat and a chain at one place."""
    return scope.span, scope.kind


def _scopes(graph: Graph) -> Iterator[Scope]:
    """All scopes, and the chains that are spliced into them."""
    todo, seen = [graph.root], {id(graph.root)}
    while todo:
        scope = todo.pop()
        yield scope
        for each in _within(scope):
            if id(each) not in seen:
                seen.add(id(each))
                todo.append(each)


def _within(scope: Scope) -> Iterator[Scope]:
    bodies = map(used, scope.nodes)
    yield from (body for body in bodies if isinstance(body, Scope))
    yield from (splice.scope for splice in scope.splices)
