"""From a node to its line of `forward`, its values still numbers."""

from collections.abc import Callable

from netspec.backends.source.model import Source, Step
from netspec.graph.ir import INPUT, Leaf, Node, Ref, Scope, Share
from netspec.graph.sizes import SizesAtHand, as_dim, find_dims
from netspec.ops.base import Call, Input
from netspec.shape import Dim, Symbol

PARAMETER = "torch.nn.Parameter"

Place = tuple[str, ...] | None


def used(node: Node) -> Leaf | Scope:
    """The body of a node, or of the one that it shares."""
    return node.body.body if isinstance(node.body, Share) else node.body


def step(scope: Scope, node: Node, symbols: Callable[[Scope], tuple[Symbol, ...]]) -> Step:
    """The line of a node; `symbols` are the free sizes that the forward of a scope gets."""
    body = used(node)
    place: Place = node.at
    if isinstance(node.body, Share):
        place = scope.nodes[node.body.target].at
    reads = tuple(source(scope, ref) for ref in node.inputs)
    if isinstance(body, Leaf):
        return _call(node, body, reads, place)
    sizes = SizesAtHand([scope.shape(ref) for ref in node.inputs])
    need = sizes.need(map(as_dim, symbols(body)))
    passed = tuple(sizes.express(as_dim(symbol)) for symbol in symbols(body))
    tensors = tuple(Input(index) for index in range(len(reads)))
    outputs = len(node.outputs)
    return Step(node.name, reads, "", place, tensors + passed, (), outputs, need, "", node.span)


def function(node: Node, leaf: Leaf) -> Step:
    """The line of a function that reads one tensor, `x`."""
    return _call(node, leaf, (Source(""),), None)


def _call(node: Node, body: Leaf, reads: tuple[Source, ...], place: Place) -> Step:
    call = body.call
    sizes = SizesAtHand(body.inputs)
    need = sizes.need(find_dims((call.arguments, _keywords(call))))
    target = "" if call.is_module else call.target
    keywords = tuple((key, _lowered(value, sizes)) for key, value in _keywords(call).items())
    return Step(
        node.name,
        reads,
        target,
        place if call.is_module or call.target == PARAMETER else None,
        tuple(_lowered(value, sizes) for value in call.arguments),
        keywords,
        len(node.outputs),
        need,
        body.op.family,
        node.span,
        call.item,
        call.target == PARAMETER,
    )


def needs(leaf: Leaf) -> tuple[Symbol, ...]:
    """The free sizes in the arguments of a call that its tensors do not tell."""
    call = leaf.call
    return SizesAtHand(leaf.inputs).need(find_dims((call.arguments, _keywords(call))))


def source(scope: Scope, ref: Ref) -> Source:
    """What a body reads for a tensor of the scope."""
    if ref.node == INPUT:
        return Source("", ref.output)
    return Source(scope.nodes[ref.node].name, ref.output)


def _keywords(call: Call) -> dict[str, object]:
    return dict(call.forward if call.is_module else call.keywords)


def _lowered(value: object, sizes: SizesAtHand) -> object:
    if isinstance(value, Dim):
        return sizes.express(value)
    if isinstance(value, tuple | list):
        return tuple(_lowered(item, sizes) for item in value)
    return value
