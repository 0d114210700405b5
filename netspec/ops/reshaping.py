"""Ops that show the same elements in another shape."""

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Tag

from netspec.ops.arguments import AnySize, Integer
from netspec.ops.base import Call, Family, Inputs, Op, OpError
from netspec.ops.dimensions import find_dimension
from netspec.ops.registry import register_op
from netspec.ops.same_shape import SameShape
from netspec.ops.taps import Reads, Taps, same_order, same_place
from netspec.shape import Shape, Size, exact_divide, format_shape, product

__all__ = ["Expand", "Flatten", "Permute", "Reshape"]

Blank = Literal["_"]
SizeOrBlank = Annotated[
    Annotated[AnySize, Tag("size")] | Annotated[Blank, Tag("blank")],
    Discriminator(lambda value: "blank" if value == "_" else "size"),
]
SizesOrBlanks = tuple[Size | Blank, ...]


class View(Op):
    """Base of the ops that copy nothing where torch can help it."""

    family: ClassVar[Family] = "reshaping"
    traits: ClassVar[frozenset[str]] = frozenset({"view"})


READ_ONLY_VIEW = frozenset({"view", "saves_output"})
"""Traits of a view that torch does not overwrite: elements, or the base, belong to several."""


@register_op
class Flatten(SameShape, View):
    """Several dimensions made one: x [N, C, H, W] -> [N, C * H * W].

    - start_dim: the first dimension to join
    - end_dim: the last dimension to join

    Source: torch.nn.Flatten.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 7, 7]}
        nodes:
          y: {op: flatten, shape: [N, 392]}
        outputs: {y: y}
    """

    name = "flatten"
    module = "torch.nn.Flatten"

    start_dim: Integer = 1
    end_dim: Integer = -1

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        shape = inputs[0]
        start = find_dimension(self.start_dim, shape, "start_dim")
        end = find_dimension(self.end_dim, shape, "end_dim")
        if start > end:
            raise OpError(
                "argument-value",
                f"`start_dim` (={self.start_dim}) must not come after `end_dim` (={self.end_dim}) "
                f"in {format_shape(shape)}",
                argument="start_dim",
            )
        return ((*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :]),)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return same_order(inputs[0], outputs[0])


@register_op
class Reshape(View):
    """The same elements in order, in a shape as written: x [*] -> [*shape].

    - shape: the sizes, which may depend on free dims; one may be `_`, worked out from the others

    Source: torch.reshape, whose -1 is `_` here.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: reshape, shape: [N, 2, 4, _]}
        outputs: {y: {from: y, shape: [N, 2, 4, H * W]}}
    """

    name = "reshape"

    shape: tuple[SizeOrBlank, ...]

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        elements = product(inputs[0])
        known = product(size for size in self.shape if size != "_")
        wanted = _format(self.shape)
        if self.shape.count("_") > 1:
            raise OpError(
                "argument-value", f"`shape` (={wanted}) may have one `_`", argument="shape"
            )
        if "_" not in self.shape:
            message = f"elements of {format_shape(inputs[0])} and of `shape` (={wanted})"
            inputs.require_equal(elements, known, message)
            return (_fill(self.shape, 0),)
        zero = f"`_` is not determined where the other sizes of `shape` (={wanted}) give 0 elements"
        inputs.require(known, 1, zero, argument="shape")
        return (_fill(self.shape, _quotient(inputs, elements, known, wanted)),)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.reshape", {"shape": _fill(self.shape, -1)})

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return same_order(inputs[0], outputs[0])


@register_op
class Expand(View):
    """Dimensions of size 1 repeated without a copy: x [1, 1, C] -> [N, L, C].

    - shape: the new sizes, which may depend on free dims; `_` keeps the size of x, and more sizes
      than x has dimensions prepend dimensions

    Source: torch.Tensor.expand, whose -1 is `_` here.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 1, 8], y: [N, 16, 8]}
        nodes:
          wide: {op: expand, from: x, shape: [_, 16, _]}
          z: {op: add, from: [wide, y], shape: [N, 16, 8]}
        outputs: {z: z}
    """

    name = "expand"
    traits = READ_ONLY_VIEW

    shape: tuple[SizeOrBlank, ...]

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        shape, wanted = inputs[0], _format(self.shape)
        new = len(self.shape) - len(shape)
        if new < 0:
            raise OpError(
                "argument-value",
                f"`shape` (={wanted}) must have at least as many sizes as {format_shape(shape)}",
                argument="shape",
            )
        if "_" in self.shape[:new]:
            raise OpError(
                "argument-value",
                f"`_` in `shape` (={wanted}) stands where {format_shape(shape)} has no dimension",
                argument="shape",
            )
        kept = zip(shape, self.shape[new:], strict=True)
        sizes = [_expanded(inputs, *pair, i) for i, pair in enumerate(kept)]
        return ((*_fill(self.shape[:new], 0), *sizes),)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.Tensor.expand", {"size": _fill(self.shape, -1)})

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return same_place(inputs[0], outputs[0])


@register_op
class Permute(View):
    """Dimensions in another order: x [N, C, H, W] -> [N, H, W, C] with dims [0, 2, 3, 1].

    - dims: for each dimension of the output, the dimension of x

    Source: torch.permute.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 3, H, W]}
        nodes:
          y: {op: permute, dims: [0, 2, 3, 1], shape: [N, H, W, 3]}
        outputs: {y: y}
    """

    name = "permute"

    dims: tuple[Integer, ...]

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        shape = inputs[0]
        order = [find_dimension(dim, shape, "dims") for dim in self.dims]
        if sorted(order) != list(range(len(shape))):
            wanted = f"must name each dimension of {format_shape(shape)} once"
            message = f"`dims` (={list(self.dims)}) {wanted}"
            raise OpError("argument-value", message, argument="dims")
        return (tuple(shape[dim] for dim in order),)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.permute", {"dims": self.dims})

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return {dim % len(self.dims): Taps(place) for place, dim in enumerate(self.dims)}


def _quotient(inputs: Inputs, elements: Size, known: Size, wanted: str) -> Size:
    message = f"{elements} elements cannot be arranged as `shape` (={wanted})"
    if isinstance(known, int):
        inputs.require_divisible(elements, known, message, argument="shape")
    quotient = exact_divide(elements, known)
    if quotient is None:
        raise OpError(
            "not-divisible",
            f"{message}: cannot prove that {known} divides {elements}",
            argument="shape",
        )
    return quotient


def _expanded(inputs: Inputs, size: Size, wanted: Size | Blank, dimension: int) -> Size:
    if wanted == "_":
        return size
    if size != 1:
        message = f"dimension {dimension} can be expanded from size 1 only"
        inputs.require_equal(size, wanted, message)
    return wanted


def _fill(shape: SizesOrBlanks, blank: Size) -> Shape:
    return tuple(blank if size == "_" else size for size in shape)


def _format(shape: SizesOrBlanks) -> str:
    return f"[{', '.join(str(size) for size in shape)}]"
