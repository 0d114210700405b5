"""Whole dimensions reduced to one number."""

from netspec.ops.arguments import Boolean, Integers
from netspec.ops.base import Call, Input, Inputs, Op, OpError
from netspec.ops.lowering import changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, Taps
from netspec.shape import Shape, format_shape


@register_op
class Mean(Op):
    """Mean over dimensions: x [N, *] -> x without these dimensions.

    - dim: a dimension or a list of them, counted from the end if negative
    - keepdim: keeps them with size 1

    torch.mean.

    Example:

        netspec: 1
        name: example
        dims: {H: 7, W: 7}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: mean, dim: [2, 3], shape: [N, 8]}
        outputs: {y: y}
    """

    name = "mean"
    family = "pooling"
    traits = frozenset({"linear_map"})

    dim: Integers
    keepdim: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        shape = inputs[0]
        dropped = self._dimensions(shape)
        for dimension in dropped:
            message = f"the input has no element in dimension {dimension}"
            inputs.require(shape[dimension], 1, message, argument="dim")
        if self.keepdim:
            return (tuple(1 if place in dropped else size for place, size in enumerate(shape)),)
        return (tuple(size for place, size in enumerate(shape) if place not in dropped),)

    def _dimensions(self, shape: Shape) -> tuple[int, ...]:
        rank = len(shape)
        written = self.dim if isinstance(self.dim, tuple) else (self.dim,)
        for dimension in written:
            if not -rank <= dimension < rank:
                raise _dim_error(f"`dim` (={dimension}) is no dimension of {format_shape(shape)}")
        dimensions = tuple(dimension % rank for dimension in written)
        if not dimensions or len(set(dimensions)) != len(dimensions):
            raise _dim_error(f"`dim` (={format_shape(written)}) must name each dimension once")
        return dimensions

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.mean", {"dim": self.dim} | changed(self, "keepdim"), (Input(0),))

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        dropped = self._dimensions(inputs[0])
        kept = [dim for dim in range(len(inputs[0])) if dim not in dropped]
        places = kept if self.keepdim else range(len(kept))
        return {dim: Taps(place) for dim, place in zip(kept, places, strict=True)}


def _dim_error(message: str) -> OpError:
    return OpError("argument-value", message, argument="dim")
