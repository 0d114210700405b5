"""Ops that take parts of a tensor."""

from typing import ClassVar

from netspec.ops.arguments import Integer, Positive
from netspec.ops.base import Call, Inputs, OpError
from netspec.ops.dimensions import find_dimension
from netspec.ops.registry import register_op
from netspec.ops.reshaping import READ_ONLY_VIEW, View
from netspec.ops.taps import Reads, Taps, all_but
from netspec.shape import Shape, format_shape

__all__ = ["Chunk", "Select"]


@register_op
class Select(View):
    """One position of a dimension, which disappears: x [N, L, C] -> [N, C] with dim 1.

    - dim: the dimension
    - index: the position, from 0; negative counts from the end

    Source: torch.select.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 17, 8]}
        nodes:
          class_token: {op: select, dim: 1, index: 0, shape: [N, 8]}
        outputs: {class_token: class_token}
    """

    name = "select"

    dim: Integer
    index: Integer

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        shape = inputs[0]
        dim = find_dimension(self.dim, shape)
        least = self.index + 1 if self.index >= 0 else -self.index
        message = f"`index` (={self.index}) must be in dimension {dim} (={shape[dim]})"
        inputs.require(shape[dim], least, message, argument="index")
        return ((*shape[:dim], *shape[dim + 1 :]),)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.select", {"dim": self.dim, "index": self.index})

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        dropped = self.dim % len(inputs[0])
        before = {dim: Taps(dim) for dim in range(dropped)}
        return before | {dim: Taps(dim - 1) for dim in range(dropped + 1, len(inputs[0]))}


@register_op
class Chunk(View):
    """Equal parts of a dimension, one output for each: x [N, C, *] -> [N, C / chunks, *], ….

    Output i of a node `y` is `y.i`. Where `chunks` does not divide the size, torch makes the last
    part smaller or gives fewer parts; here it must divide it.

    - chunks: how many parts, at most 1,024
    - dim: the dimension to divide, by default the channels (torch's default is 0)

    Source: torch.chunk.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          halves: {op: chunk, chunks: 2, shape: [[N, 4, H, W], [N, 4, H, W]]}
          y: {op: mul, from: [halves.0, halves.1], shape: [N, 4, H, W]}
        outputs: {y: y}
    """

    name = "chunk"
    traits = READ_ONLY_VIEW
    most: ClassVar[int] = 1024

    chunks: Positive
    dim: Integer = 1

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        shape = inputs[0]
        dim = find_dimension(self.dim, shape)
        if self.chunks > self.most:
            message = f"`chunks` (={self.chunks}) must be at most {self.most}"
            raise OpError("argument-value", message, argument="chunks")
        message = f"`chunks` (={self.chunks}) must divide dimension {dim} of {format_shape(shape)}"
        inputs.require_divisible(shape[dim], self.chunks, message, argument="chunks")
        part = (*shape[:dim], shape[dim] // self.chunks, *shape[dim + 1 :])
        return (part,) * self.chunks

    def lower(self, inputs: Inputs) -> Call:
        only = 0 if self.chunks == 1 else None  # torch gives a tuple of one
        return Call("torch.chunk", {"chunks": self.chunks, "dim": self.dim}, item=only)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return all_but(self.dim, inputs[index])
