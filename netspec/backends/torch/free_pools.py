"""Pools on sizes that a trace leaves free, in terms that hold for all of them.

Torch traces a pool with `ceil_mode`, and an adaptive one, for the sizes at hand alone, or for those
with the same remainder; and it translates an adaptive pool to ONNX as if it had one cell, and an
average pool with a divisor as if it had none.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Sizes = int | Sequence[int]


def max_pool(
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
    if pool.__name__ == "max_pool1d" and not return_indices:  # torch traces it for one size
        step = kernel_size if stride is None else stride
        along = ((1, kernel_size), (1, step), (0, padding), (1, dilation))
        kernel, step, around, spacing = ((across, *spread(each, 1)) for across, each in along)
        row = functional.max_pool2d(x.unsqueeze(-2), kernel, step, around, spacing, ceil_mode)
        return row.squeeze(-2)
    return pool(x, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def avg_pool(
    pool: Callable[..., Tensor],
    x: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    step = kernel_size if stride in (None, ()) else stride
    rank = int(pool.__name__[-2])
    share = math.prod(spread(kernel_size, rank)) / (divisor_override or 1)
    if not ceil_mode:
        if divisor_override is None:
            return pool(x, kernel_size, step, padding, False, count_include_pad)
        return pool(x, kernel_size, step, padding) * share
    around = tuple(side for size in reversed(spread(padding, rank)) for side in (size, size))
    excess = _excess(rank, kernel_size, step, padding, 1)
    mean = pool(functional.pad(functional.pad(x, around), excess), kernel_size, step)
    if divisor_override is not None:
        return mean * share
    # A mean over the whole window, set right by the share of it that counts.
    ones = torch.ones_like(x[:1, :1])
    counted = functional.pad(ones, around, value=float(count_include_pad))
    return mean / pool(functional.pad(counted, excess), kernel_size, step)


def leaves_out_a_window(sizes: Sequence[int], given: Mapping[str, Any]) -> bool:
    """Does the last window of `ceil_mode` begin behind the tensor and the padding before it? A size
    that is free is not asked."""
    rank = len(sizes)
    step = given["kernel_size"] if given["stride"] in (None, ()) else given["stride"]
    arguments = (given["kernel_size"], step, given["padding"], given.get("dilation", 1))
    windows = zip(sizes, *(spread(each, rank) for each in arguments), strict=True)
    return any(
        -(-(size + 2 * p - d * (k - 1) - 1) // s) * s >= size + p
        for size, k, s, p, d in windows
        if not isinstance(size, torch.SymInt)
    )


def _excess(rank: int, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> list[int]:
    """What to add behind each dimension, beyond the padding, so that with `ceil_mode` or without
    there are as many windows: those that begin within the input or the padding before it."""
    sizes = [spread(each, rank) for each in (kernel, stride, padding, dilation)]
    windows = zip(*sizes, strict=True)
    behind = [min(s - 1, d * (k - 1) - p) for k, s, p, d in windows]
    return [side for size in reversed(behind) for side in (0, size)]


def adaptive_avg_pool(pool: Callable[..., Tensor], x: Tensor, output_size: Sizes) -> Tensor:
    rank = int(pool.__name__[-2])
    for dim, cells in enumerate(spread(output_size, rank), -rank):
        if cells == 1:
            x = x.mean(dim, keepdim=True)
        else:
            share = _cells(x, dim, cells).to(x.dtype)
            share = share / share.sum(1, keepdim=True)
            x = (x.transpose(dim, -1).unsqueeze(-2) * share).sum(-1).transpose(dim, -1)
    return x


def adaptive_max_pool(
    pool: Callable[..., Tensor], x: Tensor, output_size: Sizes, return_indices: bool = False
) -> Tensor:
    if return_indices:
        return pool(x, output_size, return_indices)
    rank = int(pool.__name__[-2])
    for dim, cells in enumerate(spread(output_size, rank), -rank):
        if cells == 1:
            x = x.amax(dim, keepdim=True)
        else:
            rows = x.transpose(dim, -1).unsqueeze(-2)
            inside = torch.where(_cells(x, dim, cells), rows, -torch.inf)
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


def spread(size: Sizes, rank: int) -> tuple[int, ...]:
    """One for each dimension; torch takes a number, or a list of one, for all."""
    sizes = (size,) if isinstance(size, int) else tuple(size)
    return sizes * rank if len(sizes) == 1 else sizes
