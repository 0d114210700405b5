"""The modules of a network that was optimized for inference.

They hold plain numbers, no parameters: what they compute cannot be trained.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from netspec.passes.activations import Activation

Pair = tuple[int, int]
Size = tuple[int, ...]

MOST_SIZES = 4
"""Sizes of images for which a convolution keeps its weight in order."""

FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "relu": functional.relu,
    "hardtanh": functional.hardtanh,
    "leaky_relu": functional.leaky_relu,
    "swish": functional.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "hardswish": functional.hardswish,
    "gelu": functional.gelu,
}
"""The activations, by the names that oneDNN's kernels have in torch."""


def can_pack(weight: Tensor) -> bool:
    """Has this torch the kernels of oneDNN that do more than a convolution, for such a weight?"""
    names = ("_convolution_pointwise", "_convolution_pointwise_", "_reorder_convolution_weight")
    return (
        weight.device.type == "cpu"
        and weight.dtype == torch.float32
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and all(hasattr(torch.ops.mkldnn, name) for name in names)
    )


class Convolution(nn.Module):
    """Convolution of x [N, C, H, W], plus another tensor, then an activation, then cut into `split`
    along the channels; the last three on demand. `inplace` adds onto the other tensor.

    On a CPU in single precision oneDNN does it in one go, with the weight in the order that its
    kernels read, and the result in torch.channels_last. Elsewhere torch's functions do.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair,
        padding: Pair,
        dilation: Pair,
        groups: int,
        activation: Activation | None = None,
        split: tuple[int, ...] = (),
        inplace: bool = False,
    ) -> None:
        super().__init__()
        self._shape = (out_channels, in_channels // groups, *kernel_size)
        self._geometry = (padding, stride, dilation, groups)
        self._activation = activation
        self._after: tuple[str, Sequence[float], str] = ("none", (), "")
        self._after_sum: tuple[str | None, Sequence[float], str] = (None, (), "")
        if activation is not None:
            self._after = activation.name, activation.numbers, activation.algorithm
            self._after_sum = self._after
        self._split = split
        self._inplace = inplace

    def fill(self, weight: Tensor, bias: Tensor) -> None:
        """Take these numbers: weight [out_channels, in_channels / groups, *kernel_size]."""
        self._weight: Tensor | None = weight.view(self._shape)
        self._bias = bias
        self._can_pack = can_pack(weight)
        self._packed: dict[Size, Tensor] = {}

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor | tuple[Tensor, ...]:
        y = self._fused(x, other) if self._can_pack else self._plain(x, other)
        return torch.split(y, list(self._split), 1) if self._split else y

    def _plain(self, x: Tensor, other: Tensor | None) -> Tensor:
        padding, stride, dilation, groups = self._geometry
        weight = self._dense()
        y = functional.conv2d(x, weight, self._bias, stride, padding, dilation, groups)
        if other is not None:
            y = y.add_(other)
        return _apply(self._activation, y) if self._activation else y

    def _fused(self, x: Tensor, other: Tensor | None) -> Tensor:
        kernels = torch.ops.mkldnn
        convolution = (self._ordered(x.shape[2:]), self._bias, *self._geometry)
        result: Tensor
        if other is None:
            result = kernels._convolution_pointwise.default(x, *convolution, *self._after)
        elif self._inplace:
            kernel = kernels._convolution_pointwise_.binary
            result = kernel(other, x, *convolution, "add", 1.0, *self._after_sum)
        else:
            kernel = kernels._convolution_pointwise.binary
            result = kernel(x, other, *convolution, "add", 1.0, *self._after_sum)
        return result

    def _ordered(self, size: Size) -> Tensor:
        """The weight as the kernel for images of this size reads it.

        With another order the result is the same, but oneDNN brings the weight in order each time.
        So it is kept for a few sizes; those that are met after them make do with the first.
        """
        packed = self._packed.get(size)
        if packed is not None:
            return packed
        if len(self._packed) == MOST_SIZES:
            return next(iter(self._packed.values()))
        with torch.inference_mode(False):
            channels = self._shape[1] * self._geometry[-1]
            shape = (1, channels, *size)
            order = torch.ops.mkldnn._reorder_convolution_weight
            self._packed[size] = order(self._dense(), *self._geometry, shape)
        self._weight = None
        return self._packed[size]

    def _dense(self) -> Tensor:
        if self._weight is not None:
            return self._weight
        weight: Tensor = next(iter(self._packed.values())).to_dense()
        return weight

    def __getstate__(self) -> dict[str, object]:
        """Copies and pickles hold the weight as torch stores it, not oneDNN's."""
        return {**self.__dict__, "_weight": self._dense(), "_packed": {}}

    def extra_repr(self) -> str:
        _, inputs, *kernel = self._shape
        padding, stride, dilation, groups = self._geometry
        words = [f"{inputs * groups}, {self._shape[0]}, kernel_size={tuple(kernel)}"]
        words += [f"stride={stride}"] * (stride != (1, 1))
        words += [f"padding={padding}"] * (padding != (0, 0))
        words += [f"dilation={dilation}"] * (dilation != (1, 1))
        words += [f"groups={groups}"] * (groups != 1)
        words += [f"activation={self._activation.name}"] if self._activation else []
        words += [f"split={self._split}"] if self._split else []
        return ", ".join(words)


class ChannelAffine(nn.Module):
    """Multiplies and shifts each channel of x [N, C, *], then applies an activation on demand."""

    def __init__(self, channels: int, rank: int, activation: Activation | None = None) -> None:
        super().__init__()
        self._shape = (channels, *(1,) * (rank - 2))
        self._activation = activation

    def fill(self, weight: Tensor, bias: Tensor) -> None:
        """Take these numbers: factor and shift of each channel."""
        self._factor = weight.view(self._shape)
        self._shift = bias.view(self._shape)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.addcmul(self._shift, x, self._factor)
        return _apply(self._activation, y) if self._activation else y

    def extra_repr(self) -> str:
        activation = f", activation={self._activation.name}" if self._activation else ""
        return f"{self._shape[0]}{activation}"


def _apply(activation: Activation, x: Tensor) -> Tensor:
    """The activation of a tensor that nobody else has: over it where that is ReLU."""
    if activation.name == "relu":
        return x.relu_()
    keywords = {"approximate": activation.algorithm} if activation.algorithm else {}
    return FUNCTIONS[activation.name](x, *activation.numbers, **keywords)
