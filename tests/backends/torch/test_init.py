"""Initializers by name."""

import pytest
import torch
from torch import nn

from netspec.backends.torch.init import FILLS, apply_init
from netspec.graph.initialization import INITIALIZERS
from netspec.graph.ir import Initializer


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Conv2d(4, 8, 3))


def test_the_names_are_those_of_the_language() -> None:
    assert set(FILLS) == set(INITIALIZERS)


def test_each_is_the_function_of_torch() -> None:
    for name, fill in FILLS.items():
        assert fill.__name__ == f"{name}_"


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (Initializer("kaiming_normal", {"mode": "fan_out", "nonlinearity": "relu"}), "2.weight"),
        (Initializer("trunc_normal", {"std": 0.02}), "0.weight"),
        (Initializer("uniform", {"a": -1, "b": 2}), "0.bias"),
        (Initializer("orthogonal"), "0.weight"),
        (Initializer("constant", {"val": 0.25}), "1.running_mean"),
    ],
)
def test_rules_fill_as_torch_does(rule: Initializer, key: str) -> None:
    made, wanted = network(), network()
    wanted.load_state_dict(made.state_dict())
    torch.manual_seed(0)
    apply_init(made, {key: rule})
    torch.manual_seed(0)
    filled = dict(wanted.named_parameters()) | dict(wanted.named_buffers())
    getattr(nn.init, f"{rule.name}_")(filled[key], **rule.arguments)
    for name, tensor in made.state_dict().items():
        assert torch.equal(tensor, wanted.state_dict()[name]), name
    assert all(parameter.requires_grad for parameter in made.parameters())


def test_a_rule_that_does_not_fit_says_for_which_tensor() -> None:
    with pytest.raises(ValueError, match="Fan in and fan out") as caught:
        apply_init(network(), {"0.bias": Initializer("xavier_normal")})
    assert caught.value.__notes__ == ["while `0.bias` was filled with `xavier_normal`"]


def test_meta_tensors_are_left_alone() -> None:
    apply_init(network().to("meta"), {"0.weight": Initializer("orthogonal")})
