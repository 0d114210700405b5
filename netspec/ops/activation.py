"""Activations that are the identity, or nearly so, on one side of 0."""

from typing import ClassVar

from netspec.ops.arguments import Boolean, Number, Positive
from netspec.ops.base import Family, Inputs, OpError, Weight
from netspec.ops.registry import register_op
from netspec.ops.same_shape import SameShape
from netspec.shape import Shape, format_shape

__all__ = ["CELU", "ELU", "SELU", "Activation", "LeakyReLU", "PReLU", "ReLU", "ReLU6"]

SAVED = frozenset({"elementwise", "saves_output"})
"""Traits of a function whose derivative torch works out from the output, if only in place."""


class Activation(SameShape):
    """Base of the functions of one element."""

    family: ClassVar[Family] = "activation"
    traits: ClassVar[frozenset[str]] = frozenset({"elementwise"})


def refuse_negative_in_place(value: float, argument: str, inplace: bool) -> None:
    """Fail where a negative slope would let torch raise in the backward pass only."""
    if inplace and value < 0:
        raise OpError(
            "argument-value",
            f"`{argument}` (={value}) must not be negative with `inplace: true`",
            help="remove `inplace`: torch cannot differentiate this in place",
            argument=argument,
        )


@register_op
class ReLU(Activation):
    """Rectified linear unit: x [N, *] -> max(0, x) [N, *].

    - inplace: write the result over the input

    Formula: torch.nn.ReLU.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 3, H, W]}
        nodes:
          y: {op: relu, shape: [N, 3, H, W]}
        outputs: {y: y}
    """

    name = "relu"
    module = "torch.nn.ReLU"
    traits = SAVED

    inplace: Boolean = False


@register_op
class ReLU6(Activation):
    """ReLU that is cut off at 6: x [N, *] -> min(max(0, x), 6) [N, *].

    - inplace: write the result over the input

    Formula: torch.nn.ReLU6.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 3, H, W]}
        nodes:
          y: {op: relu6, shape: [N, 3, H, W]}
        outputs: {y: y}
    """

    name = "relu6"
    module = "torch.nn.ReLU6"

    inplace: Boolean = False


@register_op
class LeakyReLU(Activation):
    """ReLU with a slope below 0: x [N, *] -> max(0, x) + negative_slope * min(0, x) [N, *].

    - negative_slope: slope for x < 0; not negative in place, where torch has no derivative for it
    - inplace: write the result over the input

    Formula: torch.nn.LeakyReLU.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: leaky_relu, negative_slope: 0.2, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "leaky_relu"
    module = "torch.nn.LeakyReLU"
    traits = SAVED

    negative_slope: Number = 0.01
    inplace: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        refuse_negative_in_place(self.negative_slope, "negative_slope", self.inplace)
        return super().infer(inputs)


@register_op
class PReLU(Activation):
    """Leaky ReLU with a learned slope: x [N, C, *] -> max(0, x) + weight * min(0, x) [N, C, *].

    - num_parameters: 1 slope for all channels, or C, one for each
    - init: the slope before training

    Formula: torch.nn.PReLU.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: prelu, num_parameters: 8, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "prelu"
    module = "torch.nn.PReLU"

    num_parameters: Positive = 1
    init: Number = 0.25

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        channels = inputs[0][1] if len(inputs[0]) > 1 else 1
        if self.num_parameters != 1:
            shape = format_shape(inputs[0])
            inputs.require_equal(
                self.num_parameters,
                channels,
                f"`num_parameters` must be 1 or the number of channels of {shape}",
            )
        return super().infer(inputs)

    def weights(self, inputs: Inputs) -> dict[str, Weight]:
        return {"weight": Weight((self.num_parameters,))}


@register_op
class ELU(Activation):
    """Exponential linear unit: x [N, *] -> x if x > 0, else alpha * (exp(x) - 1) [N, *].

    - alpha: minus the limit for x -> -infinity; not negative in place
    - inplace: write the result over the input

    Formula: torch.nn.ELU; https://arxiv.org/abs/1511.07289.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: elu, alpha: 0.5, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "elu"
    module = "torch.nn.ELU"
    traits = SAVED

    alpha: Number = 1.0
    inplace: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        refuse_negative_in_place(self.alpha, "alpha", self.inplace)
        return super().infer(inputs)


@register_op
class SELU(Activation):
    """ELU that keeps mean 0 and variance 1: x [N, *] -> 1.0507 * ELU(x, alpha=1.6733) [N, *].

    - inplace: write the result over the input

    Formula, with all digits: torch.nn.SELU; https://arxiv.org/abs/1706.02515.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: selu, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "selu"
    module = "torch.nn.SELU"
    traits = SAVED

    inplace: Boolean = False


@register_op
class CELU(Activation):
    """ELU that is smooth for every alpha: x [N, *] -> x if x > 0, else alpha * (exp(x/alpha) - 1).

    - alpha: minus the limit for x -> -infinity; not 0, and not negative in place
    - inplace: write the result over the input

    Formula: torch.nn.CELU; https://arxiv.org/abs/1704.07483.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: celu, alpha: 0.5, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "celu"
    module = "torch.nn.CELU"
    traits = SAVED

    alpha: Number = 1.0
    inplace: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        if self.alpha == 0:
            raise OpError("argument-value", "`alpha` must not be 0", argument="alpha")
        refuse_negative_in_place(self.alpha, "alpha", self.inplace)
        return super().infer(inputs)
