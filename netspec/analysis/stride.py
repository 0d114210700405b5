"""By how much a feature map is coarser than the image."""

from fractions import Fraction

from netspec.analysis.flow import flow
from netspec.graph.ir import Leaf, Node, Scope
from netspec.shape import Shape, Size, nominal

Steps = tuple[Fraction, ...]
"""For each spatial dimension: steps of the network's input between neighbors of this tensor."""


def output_strides(scope: Scope) -> tuple[Steps, ...]:
    """The stride of each output of a network: (8, 8) for a map of an eighth of the image's size.

    Each op counts by the ratio of its sizes at nominal, to the nearest whole step, so that borders
    (299 -> 149) do not add up.
    """
    return flow(scope, first_steps(scope), leaf_steps)


def first_steps(scope: Scope) -> list[Steps]:
    """The strides of the inputs, all 1."""
    return [tuple(Fraction(1) for _ in shape[2:]) for shape in scope.inputs]


def leaf_steps(leaf: Leaf, reads: tuple[Steps, ...], node: Node) -> tuple[Steps, ...]:
    """The stride of each output of an op."""
    return tuple(_steps(leaf, reads, shape) for shape in node.outputs)


def _steps(leaf: Leaf, reads: tuple[Steps, ...], output: Shape) -> Steps:
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
