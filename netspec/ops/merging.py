"""Ops that make one tensor of several."""

from functools import reduce
from typing import ClassVar

from netspec.ops.arguments import Boolean, Integer
from netspec.ops.base import AllInputs, Call, Family, Input, Inputs, Op, OpError
from netspec.ops.dimensions import find_dimension
from netspec.ops.lowering import changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, all_but
from netspec.shape import Shape, Size, format_shape

__all__ = ["Add", "Concat", "Mul"]


class Arithmetic(Op):
    """Base of `add` and `mul`: equal shapes, or on demand torch's broadcasting."""

    family: ClassVar[Family] = "merging"
    arity: ClassVar[tuple[int, int | None]] = (2, None)
    traits: ClassVar[frozenset[str]] = frozenset({"elementwise"})

    broadcast: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        if self.broadcast:
            return (reduce(lambda left, right: _broadcast(inputs, left, right), inputs),)
        first, *others = inputs
        for other in others:
            _require_same(inputs, first, other)
        return (first,)


@register_op
class Add(Arithmetic):
    """Sum of two or more tensors, left to right: x [N, *], y [N, *], … -> x + y + … [N, *].

    - broadcast: stretch dimensions of size 1 and prepend missing ones; without it shapes are equal
    - inplace: write the result over the first input

    Source: torch.add.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          branch: {op: conv, out_channels: 8, kernel_size: 3, padding: 1}
          y: {op: add, from: [x, branch], shape: [N, 8, H, W]}
        outputs: {y: y}
    """

    name = "add"
    sign = "+"

    inplace: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        (output,) = super().infer(inputs)
        if self.inplace:
            _require_same(inputs, inputs[0], output, "in place, the first input keeps its shape: ")
        return (output,)

    def lower(self, inputs: Inputs) -> Call:
        if len(inputs) > 2:
            keywords = changed(self, "inplace")
            return Call("netspec.backends.torch.layers.add_all", keywords, (AllInputs(),))
        target = "torch.Tensor.add_" if self.inplace else "torch.add"
        return Call(target, arguments=(Input(0), Input(1)))


@register_op
class Mul(Arithmetic):
    """Product of two or more tensors, left to right: x [N, *], y [N, *], … -> x * y * … [N, *].

    - broadcast: stretch dimensions of size 1 and prepend missing ones; without it shapes are equal

    Source: torch.mul.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W], gate: [N, 8, 1, 1]}
        nodes:
          y: {op: mul, from: [x, gate], broadcast: true, shape: [N, 8, H, W]}
        outputs: {y: y}
    """

    name = "mul"
    sign = "×"

    def lower(self, inputs: Inputs) -> Call:
        if len(inputs) > 2:
            return Call("netspec.backends.torch.layers.mul_all", arguments=(AllInputs(),))
        return Call("torch.mul", arguments=(Input(0), Input(1)))


@register_op
class Concat(Op):
    """Tensors one after the other along a dimension: x [N, C, *], y [N, D, *] -> [N, C + D, *].

    - dim: the dimension along which they may differ, by default the channels (torch's default is 0)

    Source: torch.cat.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W], y: [N, 4, H, W]}
        nodes:
          z: {op: concat, from: [x, y], shape: [N, 12, H, W]}
        outputs: {z: z}
    """

    name = "concat"
    sign = "‖"
    family = "merging"
    arity = (1, None)

    dim: Integer = 1

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        first, *others = inputs
        dim = find_dimension(self.dim, first)
        total = first[dim]
        for other in others:
            _require_rank(first, other)
            pairs = {i: pair for i, pair in enumerate(zip(first, other, strict=True)) if i != dim}
            for i, (left, right) in pairs.items():
                inputs.require_equal(left, right, f"dimension {i}", also=pairs.values())
            total = total + other[dim]
        return ((*first[:dim], total, *first[dim + 1 :]),)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.cat", {"dim": self.dim}, (AllInputs(),))

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return all_but(self.dim, inputs[index])


def _require_same(inputs: Inputs, left: Shape, right: Shape, why: str = "") -> None:
    _require_rank(left, right, why)
    pairs = list(zip(left, right, strict=True))
    for i, (one, other) in enumerate(pairs):
        stretches = 1 in (one, other) and not why
        help = "write `broadcast: true` if size 1 is meant to stretch" if stretches else None
        inputs.require_equal(one, other, f"{why}dimension {i}", help=help, also=pairs)


def _require_rank(left: Shape, right: Shape, why: str = "") -> None:
    if len(left) != len(right):
        raise OpError(
            "shape-mismatch",
            f"{why}ranks {len(left)} and {len(right)} differ: "
            f"{format_shape(left)} and {format_shape(right)}",
        )


def _broadcast(inputs: Inputs, left: Shape, right: Shape) -> Shape:
    """The common shape: sizes are equal, or one is the number 1."""
    rank = max(len(left), len(right))
    padded = [(1,) * (rank - len(shape)) + shape for shape in (left, right)]
    pairs = enumerate(zip(*padded, strict=True))
    return tuple(_stretch(inputs, one, other, i) for i, (one, other) in pairs)


def _stretch(inputs: Inputs, one: Size, other: Size, dimension: int) -> Size:
    if one == 1:
        return other
    if other != 1:
        inputs.require_equal(one, other, f"dimension {dimension}")
    return one
