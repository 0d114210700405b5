"""Where a size came from: the op that made it, and the formula."""

from collections.abc import Iterable

from netspec.graph.ir import INPUT, Leaf, Node, Ref, Scope, Share
from netspec.graph.session import Built, Wire
from netspec.ops.base import Inputs
from netspec.shape import Shape, Size, format_shape

Found = tuple[str, Node | None, Leaf]


def origin(built: Built, path: str, dimension: int, output: int = 0) -> str:
    """What to say of a size: ` = floor((56 + 2*1 - 3) / 2) + 1, from conv3.0.conv (spec.yaml:11)`.

    It is that of output `output`. Empty where nothing is to be told.
    """
    body = built.body
    found: Found | Ref | None
    if isinstance(body, Scope) and body.outputs:
        found = _trace(body, body.outputs[output], dimension, path)
    elif isinstance(body, Leaf):
        found = (path, None, body)
    else:
        return ""
    if found is None or isinstance(found, Ref):
        return ""
    where, node, leaf = found
    formula = leaf.op.explain(Inputs(*leaf.inputs), dimension)
    place = f", from {where} ({node.span.brief})" if node else ""
    return f" = {formula}{place}" if formula else place


def _trace(scope: Scope, ref: Ref, dimension: int, path: str) -> Found | Ref | None:
    """The op in `scope` that made this size, or the input of the scope that brought it."""
    while ref.node != INPUT:
        node = scope.nodes[ref.node]
        here = f"{path}.{'.'.join(node.at)}"
        body = node.body.body if isinstance(node.body, Share) else node.body
        if isinstance(body, Scope):
            inner = _trace(body, body.outputs[ref.output], dimension, here)
            if not isinstance(inner, Ref):
                return inner
            ref = node.inputs[inner.output]
            continue
        passed = _passed_on(body, node.outputs[ref.output], dimension)
        if not passed:
            return here, node, body
        ref = node.inputs[0]
    return ref


def _passed_on(leaf: Leaf, output: Shape, dimension: int) -> bool:
    """Does the op leave this size as it is?"""
    if not leaf.inputs or len(leaf.inputs[0]) != len(output):
        return False
    size: Size = output[dimension]
    makes_channels = bool(leaf.weights) and leaf.op.family != "normalization"
    return leaf.inputs[0][dimension] == size and not (dimension == 1 and makes_channels)


def input_notes(wires: Iterable[Wire]) -> list[str]:
    """`reads conv_path [N, 128, 28, 28]`, for each tensor that an op reads."""
    return [
        f"reads {wire.name or 'the member before'} {format_shape(wire.shape)}"
        for wire in wires
        if wire.shape is not None
    ]
