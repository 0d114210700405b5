"""Deterministic weights and images, and the yardstick of a comparison.

A weight is a function of its key and shape alone, so two networks that are equal up to the names
in their code get the same weights. They are scaled so that the signal neither dies nor grows
(He et al., 2015): weights that shrink it would make every comparison blind.
"""

import math
import zlib
from functools import lru_cache

import torch
from torch import Tensor, nn


def weight(key: str, like: Tensor) -> Tensor:
    """The tensor that belongs to a key of a `state_dict`, of the shape and dtype of `like`."""
    if not like.is_floating_point():
        return torch.zeros(like.shape, dtype=like.dtype)
    generator = torch.Generator().manual_seed(zlib.crc32(key.encode()))
    r = torch.rand(like.shape, generator=generator, dtype=torch.float64)
    if key.endswith("running_var"):
        r = 0.5 + r
    elif key.endswith("running_mean"):
        r = 0.2 * (r - 0.5)
    elif like.ndim <= 1:
        r = float(key.endswith("weight")) + 0.2 * (r - 0.5)
    else:
        r = (2 * r - 1) * math.sqrt(6 / math.prod(like.shape[1:]))
    return r.to(like.dtype)


def weights(model: nn.Module) -> dict[str, Tensor]:
    """A whole `state_dict` for a model, which may be on the meta device; to be copied from only."""
    return _weights(
        tuple((key, like.shape, like.dtype) for key, like in model.state_dict().items())
    )


@lru_cache(maxsize=1)  # several networks in a row are compared with one original
def _weights(keys: tuple[tuple[str, torch.Size, torch.dtype], ...]) -> dict[str, Tensor]:
    return {key: weight(key, torch.empty(shape, dtype=dtype)) for key, shape, dtype in keys}


def images(*shape: int, seed: int = 0) -> Tensor:
    """Independent noise of mean 0 in [-1, 1), as float32."""
    generator = torch.Generator().manual_seed(seed)
    return (2 * torch.rand(shape, generator=generator, dtype=torch.float64) - 1).float()


def outputs(model: nn.Module, batch: Tensor) -> list[Tensor]:
    """All outputs in order, whether the model returns a tensor, a tuple or a dict."""
    result = model(batch)
    if isinstance(result, Tensor):
        return [result]
    values = result.values() if isinstance(result, dict) else result
    return [value for value in values if value is not None]


def flip(model: nn.Module, batch: Tensor) -> float:
    """How far the first output moves when the images are mirrored left to right.

    This is what a real change of the input does to the output, whatever the scale of the weights:
    a difference between two networks counts as a share of it.
    """
    there = outputs(model, batch)[0]
    mirrored = outputs(model, batch.flip(-1))[0]
    return float((there - mirrored).abs().max())
