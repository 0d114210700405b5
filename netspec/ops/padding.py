"""Padding as an op of its own."""

from collections.abc import Iterator
from typing import Literal

from netspec.ops.arguments import Integer, Number
from netspec.ops.base import Call, Inputs, Op, OpError
from netspec.ops.lowering import changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, Taps
from netspec.shape import Shape, Size

__all__ = ["Pad"]


@register_op
class Pad(Op):
    """Sizes added on both sides of the last dimensions: x [N, C, W] -> [N, C, left + W + right].

    - pad: left and right, then top and bottom, and so on to earlier dimensions; negative crops
    - mode: `constant`, `reflect` (the input mirrored at its edge), `replicate` (its edge) or
      `circular` (its other end); the last three pad all dimensions but the first one or two
    - value: the number that `constant` puts

    Source: torch.nn.functional.pad.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 3, H, W]}
        nodes:
          y: {op: pad, pad: [1, 2, 0, 3], shape: [N, 3, H + 3, W + 3]}
        outputs: {y: y}
    """

    name = "pad"
    family = "reshaping"

    pad: tuple[Integer, ...]
    mode: Literal["constant", "reflect", "replicate", "circular"] = "constant"
    value: Number = 0.0

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        shape = inputs[0]
        self._check_length(len(shape))
        if self.mode != "constant" and self.value != 0:
            message = f"`value` (={self.value}) goes with `mode: constant`, not `{self.mode}`"
            raise OpError("argument-value", message, argument="value")
        if self.mode in ("reflect", "replicate"):
            batched = len(shape) - len(self.pad) // 2 == 2
            for dim, size in enumerate(shape[batched:], int(batched)):
                empty = f"`mode: {self.mode}` needs dimension {dim} (={size}) to be at least 1"
                inputs.require(size, 1, empty)
        sizes = list(shape)
        for dim, left, right in self._amounts(len(shape)):
            sizes[dim] = self._padded(inputs, dim, left, right)
        return (tuple(sizes),)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.nn.functional.pad", changed(self, "pad", "mode", "value"))

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        before = {dim: left for dim, left, _ in self._amounts(len(inputs[0]))}
        return {
            dim: Taps(dim, 1, (range(-before.get(dim, 0), 1 - before.get(dim, 0)),))
            for dim in range(len(inputs[0]))
        }

    def _amounts(self, rank: int) -> Iterator[tuple[int, int, int]]:
        """Dimension and what is added before and after it, last dimension first."""
        for i in range(len(self.pad) // 2):
            yield rank - 1 - i, self.pad[2 * i], self.pad[2 * i + 1]

    def _check_length(self, rank: int) -> None:
        shown = f"`pad` (={list(self.pad)})"
        count, odd = divmod(len(self.pad), 2)
        if odd:
            message = f"{shown} must have two numbers for each dimension"
            raise OpError("argument-value", message, argument="pad")
        if self.mode == "constant" and count > rank:
            message = f"{shown} has more pairs than the input has dimensions (={rank})"
            raise OpError("argument-value", message, argument="pad")
        if self.mode != "constant" and not (1 <= count <= 3 and rank - count in (1, 2)):
            raise OpError(
                "argument-value",
                f"{shown} has {count} pairs: `mode: {self.mode}` pads all dimensions but the "
                f"first one or two, and at most 3, of an input of rank {rank}",
                argument="pad",
            )

    def _padded(self, inputs: Inputs, dim: int, left: int, right: int) -> Size:
        """The new size. A crop takes no more than there is, and what is repeated must be there."""
        size = inputs[0][dim]
        where = f"`pad` ({left} and {right}) of dimension {dim} (={size})"
        kept = size + min(left, 0) + min(right, 0)
        most = max(left, right)
        if self.mode == "constant":
            inputs.require(kept, 0, f"{where} crops more than there is", argument="pad")
        elif self.mode == "reflect":
            message = f"{where} must be less than the size in `mode: reflect`"
            inputs.require(size, most + 1, message, argument="pad")
        elif self.mode == "circular":
            inputs.require(kept, most, f"{where} wraps around more than once", argument="pad")
            inputs.require(kept, 0, f"{where} crops more than there is", argument="pad")
        padded = size + left + right
        if self.mode in ("reflect", "replicate"):
            inputs.require(padded, 1, f"{where} leaves nothing", argument="pad")
        return padded
