"""Softmax and its logarithm."""

from typing import ClassVar

from netspec.ops.arguments import Integer
from netspec.ops.base import Family, Inputs
from netspec.ops.dimensions import find_dimension
from netspec.ops.registry import register_op
from netspec.ops.same_shape import SameShape
from netspec.ops.taps import Reads, all_but
from netspec.shape import Shape

__all__ = ["LogSoftmax", "Softmax"]


class AlongDimension(SameShape):
    """Base of the two: torch guesses `dim` where it is missing, and warns; here it is required."""

    family: ClassVar[Family] = "activation"
    traits: ClassVar[frozenset[str]] = frozenset({"saves_output"})

    dim: Integer

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        find_dimension(self.dim, inputs[0])
        return super().infer(inputs)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return all_but(self.dim, inputs[index])


@register_op
class Softmax(AlongDimension):
    """Positive numbers with sum 1 along a dimension: x [N, *] -> exp(x) / sum(exp(x)) [N, *].

    - dim: the dimension of the sum, required; 1 is the channels, -1 the last

    Formula: torch.nn.Softmax.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 10]}
        nodes:
          y: {op: softmax, dim: 1, shape: [N, 10]}
        outputs: {y: y}
    """

    name = "softmax"
    module = "torch.nn.Softmax"


@register_op
class LogSoftmax(AlongDimension):
    """Logarithm of the softmax along a dimension: x [N, *] -> x - log(sum(exp(x))) [N, *].

    - dim: the dimension of the sum, required; 1 is the channels, -1 the last

    Formula: torch.nn.LogSoftmax.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 10]}
        nodes:
          y: {op: log_softmax, dim: 1, shape: [N, 10]}
        outputs: {y: y}
    """

    name = "log_softmax"
    module = "torch.nn.LogSoftmax"
