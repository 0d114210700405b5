"""Convolutions."""

from collections.abc import Mapping
from math import prod
from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from netspec.ops.arguments import Boolean, NonNegatives, Positive, Positives, spread
from netspec.ops.base import Call, Inputs, Op, OpError, Weight
from netspec.ops.lowering import by_rank, changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads
from netspec.ops.weights import weight_and_bias
from netspec.ops.windows import Window, explain_window, window_words, windows
from netspec.shape import Shape, Size, product

Padding = Annotated[
    Annotated[Literal["same", "valid"], Tag("word")] | Annotated[NonNegatives, Tag("number")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "number"),
]


@register_op
class Conv(Op):
    """Convolution: x [N, C, *] -> [N, out_channels, *], with one, two or three dimensions in `*`.

    - out_channels: channels of the output
    - kernel_size: size of the kernel, a number or one for each spatial dimension
    - stride: step of the kernel
    - padding: what is added on both sides; `valid` = none, `same` = as much as keeps the size
    - dilation: step between the elements of the kernel
    - groups: channels are cut into so many groups, which are convolved apart
    - bias: adds a learned number to each output channel
    - padding_mode: what is in the padding: zeros, or the input continued

    Torch's Conv1d, Conv2d and Conv3d, whose pages give the formulas.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 3, H, W]}
        nodes:
          y: {op: conv, out_channels: 8, kernel_size: 3, shape: [N, 8, H - 2, W - 2]}
        outputs: {y: y}
    """

    name = "conv"
    family = "convolution"
    traits = frozenset({"linear_map"})

    out_channels: Positive
    kernel_size: Positives
    stride: Positives = 1
    padding: Padding = 0
    dilation: Positives = 1
    groups: Positive = 1
    bias: Boolean = True
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros"

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        rank = inputs.rank(3, 4, 5) - 2
        _require_groups(self.groups, self.out_channels, inputs)
        if self.padding == "same" and set(spread(self.stride, rank, "stride")) != {1}:
            raise OpError(
                "argument-value",
                "`padding: same` needs `stride` 1",
                help="give `padding` as a number, `(kernel_size - 1) // 2` for an odd kernel",
                argument="padding",
            )
        batch, _, *sizes = inputs[0]
        outputs = []
        for dimension, (window, size) in enumerate(zip(self._windows(rank), sizes, strict=True), 2):
            self._require_fit(window, size, dimension, inputs)
            outputs.append(window.output(size))
        return ((batch, self.out_channels, *outputs),)

    def _windows(self, rank: int) -> tuple[Window, ...]:
        return tuple(windows(rank, self.kernel_size, self.stride, self.padding, self.dilation))

    def _require_fit(self, window: Window, size: Size, dimension: int, inputs: Inputs) -> None:
        larger = f"{window} is larger than the padded input (={size + window.padding})"
        message = f"{larger} in dimension {dimension}"
        inputs.require(window.slack(size), 0, message, argument="kernel_size")
        least = self._least_size(window)
        if least > -window.room() and inputs[0][0] != 0:
            wanted = f"at least {least} elements in dimension {dimension}, not {size}"
            message = f"`padding_mode: {self.padding_mode}` with this padding needs {wanted}"
            inputs.require(size, least, message, argument="padding_mode")

    def _least_size(self, window: Window) -> int:
        """The least size from which the padding can be made."""
        one_side = (window.padding + 1) // 2
        return {"reflect": one_side + 1, "circular": max(one_side, 1)}.get(self.padding_mode, 1)

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        rank = len(inputs[0]) - 2
        channels = _channels(inputs) // self.groups
        kernel = spread(self.kernel_size, rank, "kernel_size")
        weight = (self.out_channels, channels, *kernel)
        return weight_and_bias(weight, self.out_channels, bias=self.bias)

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        return product(outputs[0]) * prod(self.weights(inputs)["weight"].shape[1:])

    def lower(self, inputs: Inputs) -> Call:
        keywords = {
            "in_channels": inputs[0][1],
            "out_channels": self.out_channels,
            "kernel_size": self.kernel_size,
        } | changed(self, "stride", "padding", "dilation", "groups", "bias", "padding_mode")
        return Call(by_rank("torch.nn.Conv", inputs), keywords)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        along = enumerate(self._windows(len(inputs[0]) - 2), 2)
        return {dim: window.taps(dim) for dim, window in along}

    def shorthand(self, inputs: Inputs) -> str:
        rank = len(inputs[0]) - 2
        words = window_words(self.name, rank, self.kernel_size, self.stride, self.dilation)
        return words if self.groups == 1 else f"{words} in {self.groups} groups"

    def explain(self, inputs: Inputs, dimension: int) -> str | None:
        return explain_window(self._windows(len(inputs[0]) - 2), inputs[0], dimension)


@register_op
class ConvTranspose(Op):
    """Transposed convolution: x [N, C, *] -> [N, out_channels, *], the gradient of `conv`.

    - out_channels: channels of the output
    - kernel_size: size of the kernel, a number or one for each spatial dimension
    - stride: by how much the sizes grow
    - padding: what is cut off on both sides of the output
    - output_padding: what is added to the output on one side; less than `stride` or `dilation`
    - groups: channels are cut into so many groups, which are convolved apart
    - bias: adds a learned number to each output channel
    - dilation: step between the elements of the kernel

    Torch's ConvTranspose1d, ConvTranspose2d and ConvTranspose3d, whose pages give the formulas.

    Example:

        netspec: 1
        name: example
        dims: {L: 32}
        inputs: {x: [N, 16, L]}
        nodes:
          y: {op: conv_transpose, out_channels: 8, kernel_size: 2, stride: 2, shape: [N, 8, 2*L]}
        outputs: {y: y}
    """

    name = "conv_transpose"
    family = "convolution"
    traits = frozenset({"linear_map"})

    out_channels: Positive
    kernel_size: Positives
    stride: Positives = 1
    padding: NonNegatives = 0
    output_padding: NonNegatives = 0
    groups: Positive = 1
    bias: Boolean = True
    dilation: Positives = 1

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        rank = inputs.rank(3, 4, 5) - 2
        _require_groups(self.groups, self.out_channels, inputs)
        batch, _, *sizes = inputs[0]
        extras = spread(self.output_padding, rank, "output_padding")
        outputs = []
        rows = zip(self._windows(rank), sizes, extras, strict=True)
        for dimension, (window, size, extra) in enumerate(rows, 2):
            self._require_small(extra, window)
            if batch != 0:
                inputs.require(size, 1, f"the input has no element in dimension {dimension}")
            output = window.transposed_output(size, extra)
            cut = f"`padding` (={window.padding // 2}) leaves nothing in dimension {dimension}"
            inputs.require(output, 1, cut, argument="padding")
            outputs.append(output)
        return ((batch, self.out_channels, *outputs),)

    def _windows(self, rank: int) -> tuple[Window, ...]:
        return tuple(windows(rank, self.kernel_size, self.stride, self.padding, self.dilation))

    def _require_small(self, extra: int, window: Window) -> None:
        if extra < max(window.stride, window.dilation):
            return
        raise OpError(
            "invalid-size",
            f"`output_padding` (={extra}) must be smaller than `stride` (={window.stride})"
            f" or `dilation` (={window.dilation})",
            argument="output_padding",
        )

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        kernel = spread(self.kernel_size, len(inputs[0]) - 2, "kernel_size")
        weight = (_channels(inputs), self.out_channels // self.groups, *kernel)
        return weight_and_bias(weight, self.out_channels, bias=self.bias)

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        return product(inputs[0]) * prod(self.weights(inputs)["weight"].shape[1:])

    def lower(self, inputs: Inputs) -> Call:
        keywords = {
            "in_channels": inputs[0][1],
            "out_channels": self.out_channels,
            "kernel_size": self.kernel_size,
        } | changed(self, "stride", "padding", "output_padding", "groups", "bias", "dilation")
        return Call(by_rank("torch.nn.ConvTranspose", inputs), keywords)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        along = enumerate(self._windows(len(inputs[0]) - 2), 2)
        return {dim: window.transposed_taps(dim) for dim, window in along}

    def shorthand(self, inputs: Inputs) -> str:
        rank = len(inputs[0]) - 2
        return window_words(self.name, rank, self.kernel_size, self.stride, self.dilation)


def _channels(inputs: Inputs) -> int:
    return inputs.fixed(inputs[0][1], "the number of channels")


def _require_groups(groups: int, out_channels: int, inputs: Inputs) -> None:
    channels = _channels(inputs)
    inputs.require(channels, 1, "the input has no channels")
    message = f"`groups` (={groups}) must divide the input's channels (={channels})"
    inputs.require_divisible(channels, groups, message, argument="groups")
    message = f"`groups` (={groups}) must divide `out_channels` (={out_channels})"
    inputs.require_divisible(out_channels, groups, message, argument="groups")
