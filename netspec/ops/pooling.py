"""Pools: windows reduced to their maximum or mean."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from netspec.ops.arguments import Boolean, Integer, NonNegatives, Positives, spread
from netspec.ops.base import Call, Inputs, Op, OpError
from netspec.ops.lowering import by_rank, changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, grid
from netspec.ops.windows import Window, explain_window, window_words, windows
from netspec.shape import Shape, nominal


@register_op
class MaxPool(Op):
    """Maximum over windows: x [N, C, *] -> [N, C, *], with one, two or three dimensions in `*`.

    - kernel_size: size of the window, a number or one for each spatial dimension
    - stride: step of the window; by default the size of the window
    - padding: what is added on both sides, at most half of the window; never the maximum
    - dilation: step between the elements of the window
    - ceil_mode: a last window may overhang, unless it would begin in the padding behind the input

    Torch's MaxPool1d, MaxPool2d and MaxPool3d, whose pages give the formulas.

    Example:

        netspec: 1
        name: example
        dims: {H: 56, W: 56}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: max_pool, kernel_size: 2, ceil_mode: true, shape: [N, 8, ceil(H/2), ceil(W/2)]}
        outputs: {y: y}
    """

    name = "max_pool"
    family = "pooling"

    kernel_size: Positives
    stride: Positives | None = None
    padding: NonNegatives = 0
    dilation: Positives = 1
    ceil_mode: Boolean = False

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        along = self._windows(inputs.rank(3, 4, 5) - 2)
        return (_pooled(inputs, along, self.ceil_mode),)

    def _windows(self, rank: int) -> tuple[Window, ...]:
        step = _step(self)
        return tuple(windows(rank, self.kernel_size, step, self.padding, self.dilation))

    def lower(self, inputs: Inputs) -> Call:
        keywords = changed(self, "stride", "padding", "dilation", "ceil_mode")
        return Call(
            by_rank("torch.nn.MaxPool", inputs), {"kernel_size": self.kernel_size} | keywords
        )

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        along = enumerate(self._windows(len(inputs[0]) - 2), 2)
        return {dim: window.taps(dim) for dim, window in along}

    def shorthand(self, inputs: Inputs) -> str:
        rank = len(inputs[0]) - 2
        return window_words(self.name, rank, self.kernel_size, _step(self), self.dilation)

    def explain(self, inputs: Inputs, dimension: int) -> str | None:
        if self.ceil_mode:
            return None
        return explain_window(self._windows(len(inputs[0]) - 2), inputs[0], dimension)


def _step(pool: "MaxPool | AvgPool") -> int | tuple[int, ...]:
    """The stride, which is the kernel's size where it is not given."""
    return pool.kernel_size if pool.stride is None else pool.stride


def _not_zero(value: int | None) -> int | None:
    if value != 0:
        return value
    details = {"wanted": "an integer other than 0", "value": "0", "help": ""}
    raise PydanticCustomError("argument-value", "must be {wanted}, not {value}", details)


@register_op
class AvgPool(Op):
    """Mean over windows: x [N, C, *] -> [N, C, *], with one, two or three dimensions in `*`.

    - kernel_size: size of the window, a number or one for each spatial dimension
    - stride: step of the window; by default the size of the window
    - padding: zeros added on both sides, at most half of the window
    - ceil_mode: a last window may overhang, unless it would begin in the padding behind the input
    - count_include_pad: the zeros of the padding count as elements
    - divisor_override: divides the sum by this instead; not in one dimension

    Torch's AvgPool1d, AvgPool2d and AvgPool3d, whose pages give the formulas.

    Example:

        netspec: 1
        name: example
        dims: {H: 56, W: 56}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: avg_pool, kernel_size: 2, shape: [N, 8, floor(H/2), floor(W/2)]}
        outputs: {y: y}
    """

    name = "avg_pool"
    family = "pooling"
    traits = frozenset({"linear_map"})

    kernel_size: Positives
    stride: Positives | None = None
    padding: NonNegatives = 0
    ceil_mode: Boolean = False
    count_include_pad: Boolean = True
    divisor_override: Annotated[Integer | None, AfterValidator(_not_zero)] = None

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        rank = inputs.rank(3, 4, 5) - 2
        if rank == 1 and self.divisor_override is not None:
            raise OpError(
                "argument-value",
                "`divisor_override` is for two or three spatial dimensions, as in torch",
                argument="divisor_override",
            )
        along = self._windows(rank)
        output = _pooled(inputs, along, self.ceil_mode)
        if rank == 3:
            _require_unpadded_fit(inputs, along)
        return (output,)

    def lower(self, inputs: Inputs) -> Call:
        names = ("stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
        keywords = {"kernel_size": self.kernel_size} | changed(self, *names)
        return Call(by_rank("torch.nn.AvgPool", inputs), keywords)

    def _windows(self, rank: int) -> tuple[Window, ...]:
        return tuple(windows(rank, self.kernel_size, _step(self), self.padding))

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        along = enumerate(self._windows(len(inputs[0]) - 2), 2)
        return {dim: window.taps(dim) for dim, window in along}

    def shorthand(self, inputs: Inputs) -> str:
        return window_words(self.name, len(inputs[0]) - 2, self.kernel_size, _step(self))

    def explain(self, inputs: Inputs, dimension: int) -> str | None:
        if self.ceil_mode:
            return None
        return explain_window(self._windows(len(inputs[0]) - 2), inputs[0], dimension)


def _pooled(inputs: Inputs, along: tuple[Window, ...], ceil_mode: bool) -> Shape:
    batch, channels, *sizes = inputs[0]
    inputs.require(channels, 1, "the input has no channels")
    outputs = []
    for dimension, (window, size) in enumerate(zip(along, sizes, strict=True), 2):
        if window.padding // 2 > window.kernel // 2:
            raise OpError(
                "invalid-size",
                f"`padding` (={window.padding // 2}) must be at most half of"
                f" `kernel_size` (={window.kernel})",
                argument="padding",
            )
        if window.room(ceil_mode=ceil_mode) >= 0:  # a window would fit into no input at all
            inputs.require(size, 1, f"the input has no element in dimension {dimension}")
        larger = f"{window} is larger than the padded input (={size + window.padding})"
        inputs.require(
            window.slack(size, ceil_mode=ceil_mode),
            0,
            f"{larger} in dimension {dimension}",
            argument="kernel_size",
        )
        outputs.append(window.output(size, ceil_mode=ceil_mode))
    return (batch, channels, *outputs)


def _require_unpadded_fit(inputs: Inputs, along: tuple[Window, ...]) -> None:
    """What torch asks of AvgPool3d alone."""
    for dimension, (window, size) in enumerate(zip(along, inputs[0][2:], strict=True), 2):
        message = f"{window} is larger than the input (={size}) in dimension {dimension};"
        message += " in three dimensions torch does not count the padding"
        inputs.require(size, window.kernel, message, argument="kernel_size")


class AdaptivePool(Op):
    """A pool to a fixed size, whatever the input's."""

    family = "pooling"

    output_size: Positives

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        rank = inputs.rank(3, 4, 5) - 2
        batch, channels, *sizes = inputs[0]
        for dimension, size in enumerate((channels, *sizes), 1):
            inputs.require(size, 1, f"the input has no element in dimension {dimension}")
        return ((batch, channels, *spread(self.output_size, rank, "output_size")),)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        sizes = enumerate(zip(inputs[0], outputs[0], strict=True))
        return {
            dim: grid(nominal(size), nominal(cells), dim)
            for dim, (size, cells) in sizes
            if dim >= 2 and cells != 1
        }


@register_op
class AdaptiveAvgPool(AdaptivePool):
    """Mean over a grid of windows: x [N, C, *] -> [N, C, *output_size].

    - output_size: size of the grid, a number or one for each spatial dimension

    Torch's AdaptiveAvgPool1d, AdaptiveAvgPool2d and AdaptiveAvgPool3d.

    Example:

        netspec: 1
        name: example
        dims: {H: 7, W: 7}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: adaptive_avg_pool, output_size: 1, shape: [N, 8, 1, 1]}
        outputs: {y: y}
    """

    name = "adaptive_avg_pool"
    traits = frozenset({"linear_map"})

    def lower(self, inputs: Inputs) -> Call:
        return Call(by_rank("torch.nn.AdaptiveAvgPool", inputs), {"output_size": self.output_size})


@register_op
class AdaptiveMaxPool(AdaptivePool):
    """Maximum over a grid of windows: x [N, C, *] -> [N, C, *output_size].

    - output_size: size of the grid, a number or one for each spatial dimension

    Torch's AdaptiveMaxPool1d, AdaptiveMaxPool2d and AdaptiveMaxPool3d.

    Example:

        netspec: 1
        name: example
        dims: {H: 7, W: 7}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: adaptive_max_pool, output_size: [2, 1], shape: [N, 8, 2, 1]}
        outputs: {y: y}
    """

    name = "adaptive_max_pool"

    def lower(self, inputs: Inputs) -> Call:
        return Call(by_rank("torch.nn.AdaptiveMaxPool", inputs), {"output_size": self.output_size})
