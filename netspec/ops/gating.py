"""Sigmoid-shaped activations, the gates made of them, and their piecewise linear stand-ins."""

from typing import Literal

from netspec.ops.activation import SAVED, Activation
from netspec.ops.arguments import Boolean, Number
from netspec.ops.base import Inputs, OpError
from netspec.ops.registry import register_op
from netspec.shape import Shape

__all__ = [
    "GELU",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LogSigmoid",
    "Mish",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Tanh",
]


@register_op
class Sigmoid(Activation):
    """Logistic function: x [N, *] -> 1 / (1 + exp(-x)) [N, *].

    Formula: torch.nn.Sigmoid.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: sigmoid, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "sigmoid"
    module = "torch.nn.Sigmoid"
    traits = SAVED


@register_op
class Tanh(Activation):
    """Hyperbolic tangent: x [N, *] -> tanh(x) [N, *].

    Formula: torch.nn.Tanh.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: tanh, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "tanh"
    module = "torch.nn.Tanh"
    traits = SAVED


@register_op
class LogSigmoid(Activation):
    """Logarithm of the logistic function: x [N, *] -> log(1 / (1 + exp(-x))) [N, *].

    Formula: torch.nn.LogSigmoid.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: logsigmoid, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "logsigmoid"
    module = "torch.nn.LogSigmoid"


@register_op
class GELU(Activation):
    """Gaussian error linear unit: x [N, *] -> x * P(X <= x), X standard normal [N, *].

    - approximate: `none` for the exact function, `tanh` for the approximation of the paper

    Formula: torch.nn.GELU; https://arxiv.org/abs/1606.08415.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: gelu, approximate: tanh, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "gelu"
    module = "torch.nn.GELU"

    approximate: Literal["none", "tanh"] = "none"


@register_op
class SiLU(Activation):
    """Sigmoid linear unit, also called swish: x [N, *] -> x * sigmoid(x) [N, *].

    - inplace: write the result over the input

    Formula: torch.nn.SiLU.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 3, H, W]}
        nodes:
          y: {op: silu, shape: [N, 3, H, W]}
        outputs: {y: y}
    """

    name = "silu"
    module = "torch.nn.SiLU"

    inplace: Boolean = False


@register_op
class Mish(Activation):
    """Mish: x [N, *] -> x * tanh(softplus(x)) [N, *].

    - inplace: write the result over the input

    Formula: torch.nn.Mish; https://arxiv.org/abs/1908.08681.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: mish, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "mish"
    module = "torch.nn.Mish"

    inplace: Boolean = False


@register_op
class Hardswish(Activation):
    """Piecewise stand-in for SiLU: x [N, *] -> x * min(max(x + 3, 0), 6) / 6 [N, *].

    - inplace: write the result over the input

    Formula: torch.nn.Hardswish; https://arxiv.org/abs/1905.02244.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: hardswish, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "hardswish"
    module = "torch.nn.Hardswish"

    inplace: Boolean = False


@register_op
class Hardsigmoid(Activation):
    """Piecewise linear stand-in for the sigmoid: x [N, *] -> min(max(x + 3, 0), 6) / 6 [N, *].

    - inplace: write the result over the input

    Formula: torch.nn.Hardsigmoid.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: hardsigmoid, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "hardsigmoid"
    module = "torch.nn.Hardsigmoid"

    inplace: Boolean = False


@register_op
class Hardtanh(Activation):
    """Cuts off on both sides: x [N, *] -> min(max(x, min_val), max_val) [N, *].

    - min_val: the least value
    - max_val: the greatest value; greater than `min_val`
    - inplace: write the result over the input

    Formula: torch.nn.Hardtanh.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: hardtanh, min_val: -2, max_val: 2, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "hardtanh"
    module = "torch.nn.Hardtanh"

    min_val: Number = -1.0
    max_val: Number = 1.0
    inplace: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        if self.max_val <= self.min_val:
            raise OpError(
                "argument-value",
                f"`max_val` (={self.max_val}) must be greater than `min_val` (={self.min_val})",
                argument="max_val",
            )
        return super().infer(inputs)


@register_op
class Softplus(Activation):
    """Smooth ReLU: x [N, *] -> log(1 + exp(beta * x)) / beta [N, *].

    - beta: how sharp the bend is
    - threshold: where beta * x is greater, the output is x itself

    Formula: torch.nn.Softplus.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: softplus, beta: 2, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "softplus"
    module = "torch.nn.Softplus"

    beta: Number = 1.0
    threshold: Number = 20.0


@register_op
class Softsign(Activation):
    """Softsign: x [N, *] -> x / (1 + |x|) [N, *].

    Formula: torch.nn.Softsign.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: softsign, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "softsign"
    module = "torch.nn.Softsign"
