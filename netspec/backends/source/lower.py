"""From a scope of the graph to the body of a class, its values still numbers."""

from collections.abc import Callable, Collection, Sequence
from itertools import groupby

from netspec.backends.source.model import (
    Body,
    Child,
    Construct,
    Make,
    Run,
    Sequential,
    Source,
    Step,
    Zeros,
)
from netspec.backends.torch.sizes import SizesAtHand, as_dim, find_dims
from netspec.diagnostics import Span
from netspec.graph.ir import INPUT, Leaf, Node, Ref, Scope, Share
from netspec.ops.base import Call, Input
from netspec.shape import Dim, Symbol

PARAMETER = "torch.nn.Parameter"

Classes = Callable[[Scope, Node], Make]
"""The generated class of a scope, called with what this scope gives for its arguments."""
Wrapper = Callable[[Node, Leaf], str]
"""The generated class whose modules call a function."""


class Lowering:
    """Lowers the scopes of one graph. `blocks` are the places at which its blocks are written."""

    def __init__(self, blocks: Collection[Span]) -> None:
        self._blocks = blocks
        self._symbols: dict[int, tuple[Symbol, ...]] = {}

    def symbols(self, scope: Scope) -> tuple[Symbol, ...]:
        """The free sizes that the forward of a scope gets after its tensors."""
        known = self._symbols.get(id(scope))
        if known is None:
            needed = {symbol for node in scope.nodes for symbol in self._needs(scope, node)}
            known = SizesAtHand(scope.inputs).need(map(as_dim, needed))
            self._symbols[id(scope)] = known
        return known

    def _needs(self, scope: Scope, node: Node) -> tuple[Symbol, ...]:
        body = used(node)
        if isinstance(body, Scope):
            return self.symbols(body)
        sizes = SizesAtHand([scope.shape(ref) for ref in node.inputs])
        return sizes.need(find_dims((body.call.arguments, _keywords(body.call))))

    def is_line(self, scope: Scope) -> bool:
        """Can the module be an nn.Sequential: a line of modules and functions, tensor to tensor?"""
        line = [Ref(INPUT), *(Ref(index) for index in range(len(scope.nodes)))]
        return (
            scope.kind in ("chain", "repeat")
            and len(scope.inputs) == 1
            and scope.outputs == (line[-1],)
            and not any(scope.training)
            and scope.modules == tuple(range(len(scope.nodes)))
            and all(self._is_link(scope, *each) for each in zip(scope.nodes, line, strict=False))
        )

    def is_inline(self, scope: Scope) -> bool:
        """Is it written as `nn.Sequential(…)` where it is used, without a class of its own?"""
        return scope.span not in self._blocks and self.is_line(scope)

    def _is_link(self, scope: Scope, node: Node, previous: Ref) -> bool:
        body = node.body
        if node.inputs != (previous,) or len(node.at) != 1 or isinstance(body, Share):
            return False
        if self._needs(scope, node) or len(node.outputs) > 1:
            return False
        if isinstance(body, Scope):
            return True
        plain = body.call.arguments == (Input(0),) and not body.call.forward
        return body.call.item is None and (plain or not body.call.is_module)

    def body(self, scope: Scope, classes: Classes, wrapper: Wrapper) -> Body:
        """The body of a scope, given the classes of the scopes in it."""
        maker = _Maker(self, classes, wrapper)
        training, names = scope.training, scope.input_names
        if self.is_line(scope):
            line = maker.line(scope)
            return Body(names, (), (), (), training, line=line)
        sizes = SizesAtHand(scope.inputs)
        symbols = sizes.need(map(as_dim, self.symbols(scope)))
        steps = tuple(self._step(scope, node) for node in scope.nodes)
        read = {symbol: None for step in steps for symbol in step.symbols if symbol not in symbols}
        written = [scope.nodes[index] for index in scope.modules]
        children = ((node, maker.child(node)) for node in written)
        return Body(
            names,
            tuple(Child(node.name, node.at, make, node.span) for node, make in children if make),
            steps,
            tuple(_source(scope, ref) for ref in scope.outputs),
            training,
            tuple((symbol, sizes.express(as_dim(symbol))) for symbol in read),
            symbols,
        )

    def made(self, scope: Scope, node: Node, classes: Classes, wrapper: Wrapper) -> Construct:
        """How the module of a scope in another is constructed."""
        return _Maker(self, classes, wrapper).scope(scope, node)

    def _step(self, scope: Scope, node: Node) -> Step:
        body = used(node)
        place: tuple[str, ...] | None = node.at
        if isinstance(node.body, Share):
            place = scope.nodes[node.body.target].at
        reads = tuple(_source(scope, ref) for ref in node.inputs)
        if isinstance(body, Scope):
            symbols = self.symbols(body)
            sizes = SizesAtHand([scope.shape(ref) for ref in node.inputs])
            need = sizes.need(map(as_dim, symbols))
            passed = tuple(sizes.express(as_dim(symbol)) for symbol in symbols)
            tensors = tuple(Input(index) for index in range(len(reads)))
            outputs = len(node.outputs)
            return Step(
                node.name, reads, "", place, tensors + passed, (), outputs, need, "", node.span
            )
        return self._call(node, body, reads, place)

    def function(self, node: Node, leaf: Leaf) -> Step:
        """The step of a function that reads one tensor, `x`."""
        return self._call(node, leaf, (Source(""),), None)

    def _call(
        self, node: Node, body: Leaf, reads: tuple[Source, ...], place: tuple[str, ...] | None
    ) -> Step:
        call = body.call
        sizes = SizesAtHand(body.inputs)
        need = sizes.need(find_dims((call.arguments, _keywords(call))))
        target = "" if call.is_module else call.target
        keywords = tuple((key, _lower(value, sizes)) for key, value in _keywords(call).items())
        return Step(
            node.name,
            reads,
            target,
            place if call.is_module or call.target == PARAMETER else None,
            tuple(_lower(value, sizes) for value in call.arguments),
            keywords,
            len(node.outputs),
            need,
            body.op.family,
            node.span,
            call.item,
            call.target == PARAMETER,
        )


class _Maker:
    """Says how the modules of a scope are constructed."""

    def __init__(self, lowering: Lowering, classes: Classes, wrapper: Wrapper) -> None:
        self._lowering = lowering
        self._classes = classes
        self._wrapper = wrapper

    def child(self, node: Node) -> Construct | None:
        """What a node owns; None for a function and for another use of a module."""
        body = node.body
        if isinstance(body, Share):
            return None
        if isinstance(body, Scope):
            return self.scope(body, node)
        call = body.call
        if call.target == PARAMETER:
            shape = call.keywords["shape"]
            assert isinstance(shape, tuple)
            return Zeros(shape)
        return _made(body) if call.is_module else None

    def scope(self, scope: Scope, node: Node) -> Construct:
        if self._lowering.is_inline(scope):
            return self.line(scope)
        return self._classes(scope, node)

    def line(self, scope: Scope) -> Sequential:
        """The members of a Sequential, those that are made alike together."""
        members = [(node, self._member(node)) for node in scope.nodes]
        runs: list[Run] = []
        for group_span, group in groupby(members, key=lambda member: member[0].span):
            makes = [make for _, make in group]
            while makes:
                run, length = _run(group_span, makes)
                runs.append(run)
                del makes[:length]
        names = tuple(node.at[0] for node in scope.nodes)
        plain = names == tuple(map(str, range(len(names))))
        return Sequential(tuple(runs), None if plain else names)

    def _member(self, node: Node) -> Construct:
        made = self.child(node)
        if made is not None:
            return made
        assert isinstance(node.body, Leaf)
        return Make(self._wrapper(node, node.body))


def used(node: Node) -> Leaf | Scope:
    """The body of a node, or of the one that it shares."""
    return node.body.body if isinstance(node.body, Share) else node.body


def _run(span: Span, makes: Sequence[Construct]) -> tuple[Run, int]:
    """The longest run at the start of some constructions: equal ones, or an arithmetic series."""
    first = makes[0]
    count = next((i for i, make in enumerate(makes) if make != first), len(makes))
    if count > 1 or not isinstance(first, Make):
        return Run(span, first, count), count
    steps = _difference(first, makes[1]) if len(makes) > 2 else None
    while steps and count < len(makes) and makes[count] == advanced(first, steps, count):
        count += 1
    return (Run(span, first, count, steps), count) if steps and count > 2 else (Run(span, first), 1)


def _difference(first: Make, second: Construct) -> tuple[tuple[str, int], ...] | None:
    if not isinstance(second, Make) or second.target != first.target:
        return None
    pairs = list(zip(first.arguments, second.arguments, strict=False))
    if len(first.arguments) != len(second.arguments) or any(a[0] != b[0] for a, b in pairs):
        return None
    steps = []
    for (key, old), (_, new) in pairs:
        if old != new and (type(old) is not int or type(new) is not int):
            return None
        if isinstance(old, int) and isinstance(new, int) and old != new:
            steps.append((key, new - old))
    return tuple(steps)


def advanced(make: Make, steps: tuple[tuple[str, object], ...], count: int) -> Make:
    """Copy `count` of a run that begins with `make`."""
    change = dict(steps)

    def moved(key: str, value: object) -> object:
        step = change.get(key)
        if isinstance(value, int) and isinstance(step, int):
            return value + step * count
        return value

    arguments = tuple((key, moved(key, value)) for key, value in make.arguments)
    return Make(make.target, arguments, make.defaults)


def _made(leaf: Leaf) -> Make:
    fields = type(leaf.op).model_fields
    defaults = {key: each.default for key, each in fields.items() if not each.is_required()}
    return Make(leaf.call.target, tuple(leaf.call.keywords.items()), defaults)


def _keywords(call: Call) -> dict[str, object]:
    return dict(call.forward if call.is_module else call.keywords)


def _lower(value: object, sizes: SizesAtHand) -> object:
    if isinstance(value, Dim):
        return sizes.express(value)
    if isinstance(value, tuple | list):
        return tuple(_lower(item, sizes) for item in value)
    return value


def _source(scope: Scope, ref: Ref) -> Source:
    if ref.node == INPUT:
        return Source("", ref.output)
    return Source(scope.nodes[ref.node].name, ref.output)
