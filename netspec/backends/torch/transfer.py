"""The weights of one network in another that differs from it."""

from collections.abc import Collection, Mapping

import torch
from safetensors.torch import save
from torch import Tensor, nn


def transfer(
    old: nn.Module, new: nn.Module, sources: Mapping[str, str], without: Collection[str] = ()
) -> tuple[str, ...]:
    """Copy tensors of `old` to `new`, by the map of new keys to old ones; the new keys that were
    filled. Old keys of `without` are left out. Values take the dtype of the new tensors.

    Raises KeyError or RuntimeError where the map names what is not there or does not fit.
    """
    ours, theirs = old.state_dict(), new.state_dict()
    moved = tuple(key for key in theirs if sources.get(key, "") not in {"", *without})
    with torch.no_grad():
        for key in moved:
            theirs[key].copy_(_same_shape(ours[sources[key]], theirs[key]))
    return moved


def as_safetensors(module: nn.Module) -> bytes:
    """The whole `state_dict` as the content of a safetensors file."""
    return save({key: tensor.contiguous() for key, tensor in module.state_dict().items()})


def _same_shape(given: Tensor, own: Tensor) -> Tensor:
    """`copy_` alone would broadcast."""
    if given.shape != own.shape:
        raise RuntimeError(f"{tuple(given.shape)} does not fit {tuple(own.shape)}")
    return given
