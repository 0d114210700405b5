"""Tensors go where the map says, whole or not at all."""

import pytest
import torch
from safetensors.torch import load
from torch import nn

from netspec.backends.torch.transfer import as_safetensors, transfer


def test_tensors_go_under_their_new_names() -> None:
    old, new = nn.Sequential(nn.Linear(2, 3)), nn.Sequential(nn.ReLU(), nn.Linear(2, 3))
    sources = {"1.weight": "0.weight", "1.bias": "0.bias"}
    assert transfer(old, new, sources, without=["0.bias"]) == ("1.weight",)
    assert torch.equal(new[1].weight, old[0].weight)
    assert not torch.equal(new[1].bias, old[0].bias)
    assert new[1].weight.requires_grad


def test_values_take_the_type_of_the_new_network() -> None:
    old, new = nn.Linear(2, 3), nn.Linear(2, 3).double()
    transfer(old, new, {"weight": "weight"})
    assert new.weight.dtype == torch.float64 and torch.equal(new.weight.float(), old.weight)


def test_nothing_is_broadcast() -> None:
    with pytest.raises(RuntimeError, match="does not fit"):
        transfer(nn.Linear(1, 3), nn.Linear(2, 3), {"weight": "weight"})


def test_the_file_is_whole() -> None:
    module = nn.BatchNorm2d(3)
    tensors = load(as_safetensors(module))
    assert tensors.keys() == module.state_dict().keys()
    assert all(torch.equal(tensors[key], value) for key, value in module.state_dict().items())
