"""The modules of a network that was optimized for inference.

They hold plain numbers, no parameters: what they compute cannot be trained.
"""

from collections.abc import Callable
from typing import NoReturn

import torch
from torch import Tensor, nn
from torch.nn import functional

from netspec.passes.activations import Activation

Pair = tuple[int, int]
Size = tuple[int, ...]
Ready = tuple[Callable[..., Tensor], tuple[object, ...]]
"""A kernel, and what it is called with after the tensors."""

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


class Fused(nn.Module):
    """A module that is called without the detour by which nn.Module serves hooks: this takes as
    long as a small convolution."""

    def register_forward_hook(self, *args: object, **kwargs: object) -> NoReturn:
        """Raises RuntimeError."""
        raise RuntimeError("a fused module calls no hooks: hook the network that it was made of")

    register_forward_pre_hook = register_forward_hook


class Convolution(Fused):
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
        self._split = split
        self._inplace = inplace

    def fill(self, weight: Tensor, bias: Tensor) -> None:
        """Take these numbers: weight [out_channels, in_channels / groups, *kernel_size]."""
        self._weight: Tensor | None = weight.view(self._shape)
        self._bias = bias
        self._can_pack = can_pack(weight)
        self._inplace = self._inplace and self._can_pack
        self._ready: dict[Size, Ready] = {}

    def forward(self, x: Tensor, *others: Tensor) -> Tensor | tuple[Tensor, ...]:
        kernel, arguments = self._ready.get(x.shape[2:]) or self._prepare(x, *others)
        y = kernel(*others, x, *arguments) if self._inplace else kernel(x, *others, *arguments)
        return y.split_with_sizes(self._split, 1) if self._split else y

    __call__ = forward

    def _prepare(self, x: Tensor, *others: Tensor) -> Ready:
        """What computes images of this size.

        OneDNN's kernels read the weight in an order of their own. With another order the result is
        the same, but oneDNN brings the weight in order each time. So it is kept for a few sizes;
        those that are met after them make do with the first.
        """
        if not self._can_pack:
            return self._plain, ()
        if len(self._ready) == MOST_SIZES:
            return next(iter(self._ready.values()))
        size = tuple(x.shape[2:])
        with torch.inference_mode(False):
            shape = (1, x.shape[1], *size)
            order = torch.ops.mkldnn._reorder_convolution_weight
            weight = order(self._dense(), *self._geometry, shape)
        ready = self._ready[size] = self._fused(weight, bool(others))
        self._weight = None  # last, as another thread may look for it
        return ready

    def _fused(self, weight: Tensor, is_sum: bool) -> Ready:
        kernels, kind = torch.ops.mkldnn, self._activation
        convolution = (weight, self._bias, *self._geometry)
        name, *numbers = (kind.name, kind.numbers, kind.algorithm) if kind else (None, (), "")
        if not is_sum:
            unary = kernels._convolution_pointwise.default
            return unary, (*convolution, name or "none", *numbers)
        kernel = kernels._convolution_pointwise
        inplace = kernels._convolution_pointwise_
        binary = inplace.binary if self._inplace else kernel.binary
        return binary, (*convolution, "add", 1.0, name, *numbers)

    def _plain(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        padding, stride, dilation, groups = self._geometry
        weight = self._dense()
        y = functional.conv2d(x, weight, self._bias, stride, padding, dilation, groups)
        if other is not None:
            y = y.add_(other)
        return _apply(self._activation, y) if self._activation else y

    def _dense(self) -> Tensor:
        kept = self._weight
        if kept is not None:
            return kept
        _, (packed, *_) = next(iter(self._ready.values()))
        assert isinstance(packed, Tensor)
        weight: Tensor = packed.to_dense()
        return weight

    def __getstate__(self) -> dict[str, object]:
        """Copies and pickles hold the weight as torch stores it, not oneDNN's."""
        return {**self.__dict__, "_weight": self._dense(), "_ready": {}}

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


class ChannelAffine(Fused):
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

    __call__ = forward

    def extra_repr(self) -> str:
        activation = f", activation={self._activation.name}" if self._activation else ""
        return f"{self._shape[0]}{activation}"


def _apply(activation: Activation, x: Tensor) -> Tensor:
    """The activation of a tensor that nobody else has: over it where that is ReLU."""
    if activation.name == "relu":
        return x.relu_()
    keywords = {"approximate": activation.algorithm} if activation.algorithm else {}
    return FUNCTIONS[activation.name](x, *activation.numbers, **keywords)
