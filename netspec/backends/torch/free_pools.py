"""Pools on sizes that a trace leaves free, in terms that hold for all of them.

Torch traces a pool with `ceil_mode`, and an adaptive one, for the sizes at hand alone, or for those
with the same remainder; and it translates an adaptive pool to ONNX as if it had one cell.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

Sizes = int | Sequence[int]


class FreePools(TorchFunctionMode):
    """While it is active, pools on free sizes compute the same in other steps."""

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        name = getattr(func, "__name__", "")
        exact = _EXACT.get(name[:-2])
        if exact and name in _POOLS and _is_free(cast(Tensor, args[0]), int(name[-2])):
            return exact(func, *args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))


def _is_free(x: Tensor, rank: int) -> bool:
    return any(isinstance(size, torch.SymInt) for size in x.shape[-rank:])


def _max_pool(
    pool: Callable[..., Tensor],
    x: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    if ceil_mode and not return_indices:
        step = kernel_size if stride is None else stride
        rank = int(pool.__name__[-2])
        excess = _excess(rank, kernel_size, step, padding, dilation)
        x, ceil_mode = functional.pad(x, excess, value=-torch.inf), False
    return pool(x, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def _avg_pool(
    pool: Callable[..., Tensor],
    x: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    *divisor: int | None,
) -> Tensor:
    """`divisor` is `divisor_override`, which the pool in one dimension does not have."""
    step = kernel_size if stride in (None, ()) else stride
    if not ceil_mode:
        return pool(x, kernel_size, step, padding, False, count_include_pad, *divisor)
    rank = int(pool.__name__[-2])
    around = tuple(side for size in reversed(_spread(padding, rank)) for side in (size, size))
    excess = _excess(rank, kernel_size, step, padding, 1)
    whole = functional.pad(functional.pad(x, around), excess)
    total = pool(whole, kernel_size, step, 0, False, True, *divisor)
    if any(divisor):
        return total
    # A mean over the whole window, set right by the share of it that counts.
    ones = torch.ones_like(x[:1, :1])
    counted = functional.pad(ones, around, value=float(count_include_pad))
    return total / pool(functional.pad(counted, excess), kernel_size, step)


def _excess(rank: int, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> list[int]:
    """What to add behind each dimension, beyond the padding, so that with `ceil_mode` or without
    there are as many windows: those that begin within the input or the padding before it."""
    sizes = [_spread(each, rank) for each in (kernel, stride, padding, dilation)]
    windows = zip(*sizes, strict=True)
    behind = [min(s - 1, d * (k - 1) - p) for k, s, p, d in windows]
    return [side for size in reversed(behind) for side in (0, size)]


def _adaptive_avg_pool(pool: Callable[..., Tensor], x: Tensor, output_size: Sizes) -> Tensor:
    rank = int(pool.__name__[-2])
    for dim, cells in enumerate(_spread(output_size, rank), -rank):
        if cells == 1:
            x = x.mean(dim, keepdim=True)
        else:
            share = _cells(x, dim, cells).to(x.dtype)
            share = share / share.sum(1, keepdim=True)
            x = (x.transpose(dim, -1).unsqueeze(-2) * share).sum(-1).transpose(dim, -1)
    return x


def _adaptive_max_pool(
    pool: Callable[..., Tensor], x: Tensor, output_size: Sizes, return_indices: bool = False
) -> Tensor:
    if return_indices:
        return pool(x, output_size, return_indices)
    rank = int(pool.__name__[-2])
    for dim, cells in enumerate(_spread(output_size, rank), -rank):
        if cells == 1:
            x = x.amax(dim, keepdim=True)
        else:
            spread = x.transpose(dim, -1).unsqueeze(-2)
            inside = torch.where(_cells(x, dim, cells), spread, -torch.inf)
            x = inside.amax(-1).transpose(dim, -1)
    return x


def _cells(x: Tensor, dim: int, cells: int) -> Tensor:
    """[cells, size]: which elements of a dimension belong to each cell of an adaptive pool.

    Cell i reaches from floor(i * size / cells) to ceil((i + 1) * size / cells), as in torch.
    """
    size = x.shape[dim]
    at = torch.arange(size, device=x.device)
    cell = torch.arange(cells, device=x.device).unsqueeze(1)
    start = torch.div(cell * size, cells, rounding_mode="floor")
    end = torch.div((cell + 1) * size + cells - 1, cells, rounding_mode="floor")
    return (at >= start) & (at < end)


def _spread(size: Sizes, rank: int) -> tuple[int, ...]:
    """One for each dimension; torch takes a number, or a list of one, for all."""
    sizes = (size,) if isinstance(size, int) else tuple(size)
    return sizes * rank if len(sizes) == 1 else sizes


_EXACT: Mapping[str, Callable[..., Tensor]] = {
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
    "adaptive_avg_pool": _adaptive_avg_pool,
    "adaptive_max_pool": _adaptive_max_pool,
}
_POOLS = {f"{kind}{rank}d" for kind in _EXACT for rank in (1, 2, 3)}
