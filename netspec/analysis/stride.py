"""By how much a feature map is coarser than the image."""

from fractions import Fraction

from netspec.graph.ir import INPUT, Leaf, Node, Ref, Scope, Share
from netspec.shape import Shape, Size, nominal

Steps = tuple[Fraction, ...]
"""For each spatial dimension: steps of the network's input between neighbors of this tensor."""


def output_strides(scope: Scope) -> tuple[Steps, ...]:
    """The stride of each output of a network: (8, 8) for a map of an eighth of the image's size.

    Each op counts by the ratio of its sizes at nominal, to the nearest whole step, so that borders
    (299 -> 149) do not add up.
    """
    first = [tuple(Fraction(1) for _ in shape[2:]) for shape in scope.inputs]
    return _outputs(scope, first)


def _outputs(scope: Scope, inputs: list[Steps]) -> tuple[Steps, ...]:
    known: dict[Ref, Steps] = {Ref(INPUT, index): steps for index, steps in enumerate(inputs)}
    for index, node in enumerate(scope.nodes):
        reads = [known[ref] for ref in node.inputs]
        for output, steps in enumerate(_node(node, reads)):
            known[Ref(index, output)] = steps
    return tuple(known[ref] for ref in scope.outputs)


def _node(node: Node, reads: list[Steps]) -> tuple[Steps, ...]:
    body = node.body.body if isinstance(node.body, Share) else node.body
    if isinstance(body, Scope):
        return _outputs(body, reads)
    return tuple(_leaf(body, reads, shape) for shape in node.outputs)


def _leaf(leaf: Leaf, reads: list[Steps], output: Shape) -> Steps:
    for shape, steps in zip(leaf.inputs, reads, strict=True):
        if len(shape) == len(output) and len(steps) == len(shape) - 2:
            sizes = zip(steps, shape[2:], output[2:], strict=True)
            return tuple(step if a == b else step * _ratio(a, b) for step, a, b in sizes)
    return ()


def _ratio(size_before: Size, size_after: Size) -> Fraction:
    before, after = nominal(size_before), nominal(size_after)
    if before >= after:
        return Fraction(max(1, round(before / max(after, 1))))
    return Fraction(1, round(after / before))
