"""Ops that drop values at random in training and do nothing in evaluation."""

from typing import ClassVar, Literal

from netspec.ops.arguments import Boolean, Probability
from netspec.ops.base import Call, Inputs, OpError
from netspec.ops.lowering import by_rank, changed
from netspec.ops.registry import register_op
from netspec.ops.same_shape import SameShape
from netspec.shape import Shape

__all__ = ["Dropout", "Dropout2d", "StochasticDepth"]


class RandomDrop(SameShape):
    """Base of the three. In evaluation the output is the very tensor that came in, hence `view`."""

    traits: ClassVar[frozenset[str]] = frozenset({"elementwise", "eval_identity", "view"})

    p: Probability

    def advice(self) -> str | None:
        if self.p <= 0.7:
            return None
        dropped = f"`p` (={self.p:g}) is the share that is dropped, as in torch"
        return f"{dropped}; {self.p:g} kept is `p: {1 - self.p:.3g}`"


@register_op
class Dropout(RandomDrop):
    """Dropout of single elements: x [N, *] -> x / (1 - p) or 0 [N, *].

    In evaluation it passes x on.

    - p: probability that an element becomes 0
    - inplace: write the result over the input

    Source: torch.nn.Dropout; https://arxiv.org/abs/1207.0580.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 4096]}
        nodes:
          y: {op: dropout, p: 0.2, shape: [N, 4096]}
        outputs: {y: y}
    """

    name = "dropout"
    module = "torch.nn.Dropout"

    p: Probability = 0.5
    inplace: Boolean = False


@register_op
class Dropout2d(RandomDrop):
    """Dropout of whole channels: x [N, C, *] -> x / (1 - p) or 0, one draw for each of N * C.

    The rank of x makes it torch's Dropout1d (3), Dropout2d (4) or Dropout3d (5). In evaluation it
    passes x on.

    - p: probability that a channel becomes 0
    - inplace: write the result over the input

    Source: torch.nn.Dropout2d; https://arxiv.org/abs/1411.4280.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: dropout2d, p: 0.2, shape: [N, 8, H, W]}
        outputs: {y: y}
    """

    name = "dropout2d"
    module = "torch.nn.Dropout"

    p: Probability = 0.5
    inplace: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(3, 4, 5)
        return super().infer(inputs)

    def lower(self, inputs: Inputs) -> Call:
        return Call(by_rank(self.module, inputs), changed(self, "p", "inplace"))


@register_op
class StochasticDepth(RandomDrop):
    """Drops a whole branch: x [N, *] -> x / (1 - p) or 0 [N, *].

    Stands at the end of a residual branch, before the `add`. In evaluation it passes x on.

    - p: probability that the branch becomes 0
    - mode: `row` draws once for each element of the batch, `batch` once for all of it

    Source: torchvision.ops.StochasticDepth; https://arxiv.org/abs/1603.09382.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          branch: {op: conv, out_channels: 8, kernel_size: 3, padding: 1}
          drop: {op: stochastic_depth, p: 0.1, mode: row, shape: [N, 8, H, W]}
          y: {op: add, from: [x, drop]}
        outputs: {y: y}
    """

    name = "stochastic_depth"
    module = "netspec.backends.torch.layers.StochasticDepth"

    p: Probability
    mode: Literal["batch", "row"]

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        if not inputs[0]:
            raise OpError("wrong-rank", "reads a tensor with a batch, not a single number")
        return super().infer(inputs)
