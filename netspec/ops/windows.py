"""How a window that slides over a dimension sizes its output: convolutions and pools.

The formulas are those of the pages Conv2d, ConvTranspose2d and MaxPool2d of torch's documentation.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from netspec.ops.arguments import spread
from netspec.ops.taps import Taps
from netspec.shape import Shape, Size

Amount = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A window along one dimension. `padding` is the sum of both sides."""

    kernel: int
    stride: int
    padding: int
    dilation: int

    @property
    def extent(self) -> int:
        """From the first to the last element that it reads, both included."""
        return self.dilation * (self.kernel - 1) + 1

    def room(self, *, ceil_mode: bool = False) -> int:
        """Where the last window may begin in the padding alone; negative where none fits.

        With `ceil_mode` it may overhang, but must begin before the padding on the far side.
        """
        room = self.padding - self.extent
        return min(room + self.stride - 1, self.padding // 2 - 1) if ceil_mode else room

    def slack(self, size: Size, *, ceil_mode: bool = False) -> Size:
        """Where the last window may begin in the padded input; negative where none fits."""
        return size + self.room(ceil_mode=ceil_mode)

    def output(self, size: Size, *, ceil_mode: bool = False) -> Size:
        """How many windows there are."""
        return self.slack(size, ceil_mode=ceil_mode) // self.stride + 1

    def transposed_output(self, size: Size, output_padding: int) -> Size:
        """The size of which, but for `output_padding`, `size` is the output."""
        return (size - 1) * self.stride - self.padding + self.extent + output_padding

    def taps(self, dim: int) -> Taps:
        """What the window reads as it slides along `dim`."""
        first = -(self.padding // 2)
        return Taps(dim, self.stride, (range(first, first + self.extent, self.dilation),))

    def transposed_taps(self, dim: int) -> Taps:
        """What the transposed convolution reads: position i of the input adds to the positions
        `i * stride + k * dilation - padding` of the output, for each element k of the kernel."""
        return Taps(dim, 1, tuple(map(self._sources, range(self.stride))))

    def _sources(self, position: int) -> range:
        first = position + self.padding // 2
        reached = (first - k * self.dilation for k in reversed(range(self.kernel)))
        found = [place // self.stride for place in reached if place % self.stride == 0]
        step = found[1] - found[0] if len(found) > 1 else 1
        return range(found[0], found[-1] + 1, step) if found else range(0)

    def formula(self, size: Size) -> str:
        """`floor((56 + 2*1 - 3) / 2) + 1`, the output in numbers."""
        sides = f" + 2*{self.padding // 2}" if self.padding % 2 == 0 and self.padding else ""
        odd = f" + {self.padding}" if self.padding % 2 else ""
        return f"floor(({size}{sides}{odd} - {self.extent}) / {self.stride}) + 1"

    def __str__(self) -> str:
        dilated = f", dilated to {self.extent}" if self.dilation > 1 else ""
        return f"`kernel_size` (={self.kernel}{dilated})"


def windows(
    rank: int,
    kernel_size: Amount,
    stride: Amount,
    padding: Amount | Literal["same", "valid"],
    dilation: Amount = 1,
) -> Iterator[Window]:
    """The windows along `rank` spatial dimensions, from arguments as torch takes them.

    Raises OpError where a list has another length than `rank`.
    """
    kernels = spread(kernel_size, rank, "kernel_size")
    strides = spread(stride, rank, "stride")
    spacings = spread(dilation, rank, "dilation")
    pads = (0,) * rank if isinstance(padding, str) else spread(padding, rank, "padding")
    for kernel, step, pad, spacing in zip(kernels, strides, pads, spacings, strict=True):
        both = spacing * (kernel - 1) if padding == "same" else 2 * pad
        yield Window(kernel, step, both, spacing)


def explain_window(found: Iterable[Window], shape: Shape, dimension: int) -> str | None:
    """How a spatial size of the output came about; None for batch and channels."""
    spatial = list(found)
    if dimension < 2 or dimension - 2 >= len(spatial):
        return None
    return spatial[dimension - 2].formula(shape[dimension])


def window_words(name: str, rank: int, kernel: Amount, stride: Amount, dilation: Amount = 1) -> str:
    """`conv 3×3 /2`, `conv 3×3 dilated 2`."""
    sizes = "×".join(map(str, spread(kernel, rank, "kernel_size")))
    step = "" if stride == 1 else f" /{_words(stride)}"
    spacing = "" if dilation == 1 else f" dilated {_words(dilation)}"
    return f"{name} {sizes}{step}{spacing}"


def _words(amount: Amount) -> str:
    return "×".join(map(str, amount)) if isinstance(amount, tuple) else str(amount)
