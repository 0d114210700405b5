"""The torch modules of the pools. They know nothing of netspec."""

from math import comb

import torch
from torch import Tensor, nn
from torch.nn import functional


class GemPool(nn.Module):
    """mean(x^p)^(1/p) of each channel: x [N, C, *] -> [N, C]."""

    def __init__(self, p: float = 3.0, eps: float = 1e-6) -> None:
        super().__init__()
        if p <= 0 or eps <= 0:
            raise ValueError(f"`p` (={p}) and `eps` (={eps}) must be greater than 0")
        self.p = nn.Parameter(torch.full((1,), float(p)))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        powers = x.flatten(2).clamp(min=self.eps).pow(self.p)
        return powers.mean(2).pow(1 / self.p)

    def extra_repr(self) -> str:
        return f"eps={self.eps}"


class BlurPool(nn.Module):
    """Binomial blur, then every `stride`-th element: x [N, C, H, W] -> [N, C, *]."""

    filt: Tensor

    def __init__(self, channels: int, filter_size: int = 3, stride: int = 2) -> None:
        super().__init__()
        row = torch.tensor([float(comb(filter_size - 1, k)) for k in range(filter_size)])
        blur = torch.outer(row, row) / row.sum() ** 2
        self.register_buffer("filt", blur.repeat(channels, 1, 1, 1))
        self.channels = channels
        self.filter_size = filter_size
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        before, after = (self.filter_size - 1) // 2, self.filter_size // 2
        padded = functional.pad(x, (before, after, before, after), mode="reflect")
        return functional.conv2d(padded, self.filt, stride=self.stride, groups=self.channels)

    def extra_repr(self) -> str:
        return f"{self.channels}, filter_size={self.filter_size}, stride={self.stride}"
