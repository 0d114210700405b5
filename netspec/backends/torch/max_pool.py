"""Max pools that only run: down the columns of an image first, then along its rows.

The maximum of maxima is the same number. Torch's kernel looks at every element of every window, and
works out where in it the maximum is, for a gradient that nobody asks for.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from netspec.backends.torch.fused import Fused, Pair, Size


class Tap(NamedTuple):
    """The windows along a dimension that have their k-th element inside the image, and where in the
    image these elements are."""

    windows: slice
    elements: slice


Taps = tuple[Tap, ...]


class MaxPool(Fused):
    """Max pool of x [N, C, H, W], in the memory format of x.

    In two goes on a CPU in torch.channels_last, where each element is a vector of all channels.
    Elsewhere torch's function does it.
    """

    def __init__(self, kernel_size: Pair, stride: Pair, padding: Pair, ceil_mode: bool) -> None:
        super().__init__()
        self._geometry = (kernel_size, stride, padding)
        self._ceil_mode = ceil_mode
        self._ready: tuple[Size, tuple[Taps, ...]] = ((), ())

    def forward(self, x: Tensor) -> Tensor:
        if not (x.is_cpu and x.is_contiguous(memory_format=torch.channels_last)):
            return self._plain(x)
        size, ready = self._ready
        if size != x.shape[2:]:
            size, ready = self._ready = self._prepare(x)
        if not all(ready):
            return self._plain(x)
        for dim, along in enumerate(ready, 2):
            x = _pooled(x, dim, along)
        return x

    __call__ = forward

    def _prepare(self, x: Tensor) -> tuple[Size, tuple[Taps, ...]]:
        size = tuple(x.shape[2:])
        along = zip(size, *self._geometry, strict=True)
        return size, tuple(taps(*each, self._ceil_mode) for each in along)

    def _plain(self, x: Tensor) -> Tensor:
        return functional.max_pool2d(x, *self._geometry, ceil_mode=self._ceil_mode)

    def extra_repr(self) -> str:
        kernel, stride, padding = self._geometry
        return f"{kernel=}, {stride=}, {padding=}, ceil_mode={self._ceil_mode}"


def taps(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool) -> Taps:
    """One for each k, first those of all windows. Empty where each k lies outside in some."""
    count = _count(size, kernel, stride, padding, ceil_mode)
    found = []
    for offset in range(-padding, kernel - padding):
        first, end = max(0, -(offset // stride)), min(count, (size - 1 - offset) // stride + 1)
        if first < end:
            start, last = first * stride + offset, (end - 1) * stride + offset
            found.append(Tap(slice(first, end), slice(start, last + 1, stride)))
    everywhere = slice(0, count)
    found.sort(key=lambda tap: tap.windows != everywhere)
    return tuple(found) if found[0].windows == everywhere else ()


def _count(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool) -> int:
    """How many windows there are, none of which begins behind the image."""
    rest = size + 2 * padding - kernel
    if not ceil_mode:
        return rest // stride + 1
    count = -(-rest // stride) + 1
    return count - 1 if (count - 1) * stride >= size + padding else count


def _pooled(x: Tensor, dim: int, along: Taps) -> Tensor:
    """The maxima of the windows along one dimension."""
    first, *others = along
    before = (slice(None),) * dim
    y = x[*before, first.elements]
    if others and others[0].windows == first.windows:
        y = torch.maximum(y, x[*before, others.pop(0).elements])
    else:
        y = y.clone(memory_format=torch.channels_last)
    for tap in others:
        part = y[*before, tap.windows]
        torch.maximum(part, x[*before, tap.elements], out=part)
    return y
