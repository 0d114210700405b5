"""From a scope of the graph to the body of a class, its values still numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from netspec.backends.source.lines import Lines, member_names
from netspec.backends.source.model import Body, Child, Construct, Make, Run, Sequential, Zeros
from netspec.backends.source.runs import first_run
from netspec.backends.source.steps import PARAMETER, source, step
from netspec.diagnostics import Span
from netspec.graph.ir import Leaf, Node, Scope, Share, Splice
from netspec.graph.sizes import SizesAtHand, as_dim


@dataclass(frozen=True, slots=True)
class Generated:
    """What stands in the file for a scope: the call of its class; for a chain that is spliced: the
    call of the function that makes its members; and for a function in a chain: the class whose
    modules call it."""

    of_scope: Callable[[Scope], Make]
    of_splice: Callable[[Scope], Make]
    of_function: Callable[[Node, Leaf], str]


class Lowering:
    """Lowers scopes, given what is generated for the scopes in them."""

    def __init__(self, lines: Lines, generated: Generated) -> None:
        self._lines = lines
        self._generated = generated

    def body(self, scope: Scope) -> Body:
        """The body of a scope."""
        training, names = scope.training, scope.input_names
        if self._lines.is_line(scope):
            return Body(names, (), (), (), training, line=self._line(scope))
        sizes = SizesAtHand(scope.inputs)
        symbols = sizes.need(map(as_dim, self._lines.symbols(scope)))
        steps = tuple(step(scope, node, self._lines.symbols) for node in scope.nodes)
        read = {symbol: None for each in steps for symbol in each.symbols if symbol not in symbols}
        written = [scope.nodes[index] for index in scope.modules]
        children = ((node, self._child(node)) for node in written)
        return Body(
            names,
            tuple(Child(node.name, node.at, make, node.span) for node, make in children if make),
            steps,
            tuple(source(scope, ref) for ref in scope.outputs),
            training,
            tuple((symbol, sizes.express(as_dim(symbol))) for symbol in read),
            symbols,
        )

    def made(self, scope: Scope) -> Construct:
        """How the module of a scope in another is constructed."""
        if self._lines.is_inline(scope):
            return self._line(scope)
        return self._generated.of_scope(scope)

    def _child(self, node: Node) -> Construct | None:
        """What a node owns; None for a function and for another use of a module."""
        body = node.body
        if isinstance(body, Share):
            return None
        if isinstance(body, Scope):
            return self.made(body)
        call = body.call
        if call.target == PARAMETER:
            shape = call.keywords["shape"]
            assert isinstance(shape, tuple)
            return Zeros(shape)
        return _made(body) if call.is_module else None

    def _line(self, scope: Scope) -> Sequential:
        """The members of a Sequential, those that are made alike together."""
        members = [(*_written(each), self._member(each)) for each in self._lines.members(scope)]
        runs: list[Run] = []
        for (span, is_spliced), group in groupby(members, key=lambda member: member[:2]):
            makes = [make for *_, make in group]
            while makes:
                run, length = first_run(span, makes, is_spliced)
                runs.append(run)
                del makes[:length]
        return Sequential(tuple(runs), member_names(scope))

    def _member(self, member: Node | Splice) -> Construct:
        if isinstance(member, Splice):
            return self._generated.of_splice(member.scope)
        made = self._child(member)
        if made is not None:
            return made
        assert isinstance(member.body, Leaf)
        return Make(self._generated.of_function(member, member.body))


def _written(member: Node | Splice) -> tuple[Span, bool]:
    """Where a member is written, and whether it is a chain that is spliced."""
    return member.span, isinstance(member, Splice)


def _made(leaf: Leaf) -> Make:
    fields = type(leaf.op).model_fields
    defaults = {key: each.default for key, each in fields.items() if not each.is_required()}
    return Make(leaf.call.target, tuple(leaf.call.keywords.items()), defaults)
