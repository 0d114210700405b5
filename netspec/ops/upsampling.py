"""Resizing."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Tag

from netspec.ops.arguments import AnySize, Boolean, Number, spread
from netspec.ops.base import Call, Family, Inputs, Op, OpError
from netspec.ops.lowering import changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, Taps, resize
from netspec.shape import Dim, Shape, Size, format_shape, is_shape_symbolic, nominal

__all__ = ["Upsample"]


def _kind(value: object) -> str:
    return "list" if isinstance(value, tuple | list) else "one"


Sizes = Annotated[
    Annotated[AnySize, Tag("one")] | Annotated[tuple[AnySize, ...], Tag("list")],
    Discriminator(_kind),
]
Numbers = Annotated[
    Annotated[Number, Tag("one")] | Annotated[tuple[Number, ...], Tag("list")],
    Discriminator(_kind),
]

EXACT_NUMERATOR = 2**22
"""Sizes are below 2**31, so a smaller numerator keeps `size * numerator` exact in a double."""

MOST = 2**31

NEAR = 1000
"""A factor such as 1/3, which a double only comes near, is taken for the fraction below this."""


@register_op
class Upsample(Op):
    """Resizes the spatial dimensions: x [N, C, H, W] -> [N, C, floor(H * scale), floor(W * scale)].

    - size: the new size, or a list with one for each dimension; may depend on free dims
    - scale_factor: in place of `size`, a factor or a list of them; on a free dim a fraction with a
      power of two below (2, 0.5, 1.25), because torch multiplies doubles
    - mode: `nearest`, `nearest-exact`, `linear` (rank 3), `bilinear`, `bicubic` (4) or `trilinear`
    - align_corners: for the last four modes, whether the corner pixels keep their values

    Source: torch.nn.Upsample.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: upsample, scale_factor: 2, mode: bilinear, shape: [N, 8, 2 * H, 2 * W]}
        outputs: {y: y}
    """

    name = "upsample"
    family: ClassVar[Family] = "reshaping"
    ranks: ClassVar[Mapping[str, tuple[int, ...]]] = {
        "nearest": (3, 4, 5),
        "nearest-exact": (3, 4, 5),
        "linear": (3,),
        "bilinear": (4,),
        "bicubic": (4,),
        "trilinear": (5,),
    }

    size: Sizes | None = None
    scale_factor: Numbers | None = None
    mode: Literal["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear"] = (
        "nearest"
    )
    align_corners: Boolean | None = None

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        self._check_arguments()
        self._check_rank(inputs[0])
        batch, *rest = inputs[0]
        for dim, size in enumerate(rest, 1):
            inputs.require(size, 1, f"dimension {dim} (={size}) must be at least 1")
        channels, *spatial = rest
        return ((batch, channels, *self._resized(inputs, spatial)),)

    def lower(self, inputs: Inputs) -> Call:
        keywords = changed(self, "size", "scale_factor", "mode", "align_corners")
        # A module is constructed before the sizes of the tensors are known.
        sizes = self.size if isinstance(self.size, tuple) else (self.size or 0,)
        target = "functional.interpolate" if is_shape_symbolic(sizes) else "Upsample"
        return Call(f"torch.nn.{target}", keywords)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        pairs = zip(inputs[0][2:], outputs[0][2:], strict=True)
        ratios = [Fraction(nominal(size), nominal(resized)) for size, resized in pairs]
        if self.align_corners:
            pairs = zip(inputs[0][2:], outputs[0][2:], strict=True)
            ratios = [Fraction(nominal(a) - 1, max(nominal(b) - 1, 1)) for a, b in pairs]
        elif self.scale_factor is not None:
            factors = spread(self.scale_factor, len(ratios), "scale_factor")
            ratios = [1 / Fraction(factor).limit_denominator(NEAR) for factor in factors]
        return {dim: self._taps(ratio, dim) for dim, ratio in enumerate(ratios, 2)}

    def _taps(self, ratio: Fraction, dim: int) -> Taps | None:
        """What a position takes its value from: the formulas of torch's UpSample.h."""
        if self.mode == "nearest" or self.align_corners:
            offset = Fraction(0)
        else:
            offset = ratio / 2 if self.mode == "nearest-exact" else (ratio - 1) / 2
        neighbors = {"nearest": range(1), "nearest-exact": range(1), "bicubic": range(-1, 3)}
        return resize(ratio, offset, neighbors.get(self.mode, range(2)), dim)

    def _check_arguments(self) -> None:
        if (self.size is None) == (self.scale_factor is None):
            raise OpError("argument-value", "needs either `size` or `scale_factor`")
        if self.align_corners is not None and self.mode.startswith("nearest"):
            raise OpError(
                "argument-value",
                f"`align_corners` does not go with `mode: {self.mode}`",
                help="remove `align_corners`",
                argument="align_corners",
            )

    def _check_rank(self, shape: Shape) -> None:
        allowed = self.ranks[self.mode]
        if len(shape) not in allowed:
            wanted = " or ".join(str(rank) for rank in allowed)
            raise OpError(
                "wrong-rank",
                f"`mode: {self.mode}` reads a tensor of rank {wanted}, not {format_shape(shape)}",
                argument="mode",
            )

    def _resized(self, inputs: Inputs, spatial: list[Size]) -> tuple[Size, ...]:
        if self.scale_factor is not None:
            factors = spread(self.scale_factor, len(spatial), "scale_factor")
            return tuple(_scaled(inputs, *pair) for pair in zip(spatial, factors, strict=True))
        assert self.size is not None
        sizes: tuple[Size, ...] = spread(self.size, len(spatial), "size")
        for size in sizes:
            inputs.require(size, 1, f"`size` (={size}) must be at least 1", argument="size")
        return sizes


def _scaled(inputs: Inputs, size: Size, factor: float) -> Size:
    """floor(size * factor), the product rounded to a double as in torch."""
    message = f"`scale_factor` (={factor:g}) gives a size of 0 from {size}"
    if factor <= 0:
        raise OpError(
            "argument-value",
            f"`scale_factor` (={factor:g}) must be positive",
            argument="scale_factor",
        )
    if isinstance(size, int):
        if size * factor >= MOST:
            message = f"`scale_factor` (={factor:g}) gives a size over {MOST - 1} from {size}"
            raise OpError("invalid-size", message, argument="scale_factor")
        scaled: Size = floor(size * factor)
    else:
        scaled = _scaled_dim(size, factor)
    inputs.require(scaled, 1, message, argument="scale_factor")
    return scaled


def _scaled_dim(size: Dim, factor: float) -> Size:
    numerator, denominator = float(factor).as_integer_ratio()
    if numerator >= EXACT_NUMERATOR:
        raise OpError(
            "free-dim",
            f"`scale_factor` (={factor:g}) of the free size {size} must be a fraction whose "
            "denominator is a power of two",
            help="use a factor such as 2, 0.5 or 1.25, give `size`, or fix the dim",
            argument="scale_factor",
        )
    return size * numerator // denominator
