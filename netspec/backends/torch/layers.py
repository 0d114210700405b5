"""Modules and functions that ops lower to and torch does not have.

Each stands alone and needs torch only, so that generated source can carry a copy.
"""

from collections.abc import Sequence
from functools import reduce

import torch
from torch import Tensor, nn


def add_all(tensors: Sequence[Tensor], inplace: bool = False) -> Tensor:
    """((a + b) + c) + …, broadcast as torch does; `inplace` adds onto a."""
    first, *others = tensors
    if not inplace:
        return reduce(torch.add, others, first)
    for other in others:
        first.add_(other)
    return first


def mul_all(tensors: Sequence[Tensor]) -> Tensor:
    """((a * b) * c) * …, broadcast as torch does."""
    return reduce(torch.mul, tensors)


def stochastic_depth(x: Tensor, p: float, mode: str, training: bool) -> Tensor:
    """x [N, *] times 0 with probability p, else times 1 / (1 - p); in evaluation x.

    `mode` is `row`, one draw for each of N, or `batch`, one for all.
    Numbers and use of the random generator are those of
    torchvision.ops.stochastic_depth.
    """
    if not training or p == 0:
        return x
    kept = 1 - p
    rows = x.shape[0] if mode == "row" else 1
    mask = x.new_empty([rows] + [1] * (x.ndim - 1)).bernoulli_(kept)
    return x * (mask.div_(kept) if kept > 0 else mask)


# torch.fx must not trace into it: a traced tensor has no number of dimensions.
torch.fx.wrap("stochastic_depth")


class StochasticDepth(nn.Module):
    """Drops a residual branch at random in training: https://arxiv.org/abs/1603.09382."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"`p` (={p}) must be from 0 to 1")
        if mode not in ("batch", "row"):
            raise ValueError(f"`mode` (={mode}) must be `batch` or `row`")
        self.p = p
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        return stochastic_depth(x, self.p, self.mode, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}, mode={self.mode}"
