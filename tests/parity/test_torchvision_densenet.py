"""The DenseNets are torchvision's, to the last bit."""

from functools import partial

import pytest
import torch
import torchvision.models
from torch import nn

import netspec
from tests.parity import compare
from tests.parity.weights import images

SPECS = ["densenet121", "densenet161", "densenet169", "densenet201"]

# A mistake in the spec that leaves every key as it is.
MISTAKES = {
    "eps": [("batch_norm", "{op: batch_norm, eps: 0.001}")],
    "pool of the stem": [("op: max_pool", "op: avg_pool")],
    "pool of a transition": [("op: avg_pool", "op: max_pool")],
    "global pool": [("adaptive_avg_pool", "adaptive_max_pool")],
    "padding of the stem": [("stride: 2, padding: 3", "stride: 2, padding: 2")],
    "padding of the pool": [("kernel_size: 3, stride: 2, padding: 1", "kernel_size: 3, stride: 2")],
    "relu after norm1": [("relu1: {op: relu, inplace: true}", "relu1: identity")],
    "relu after norm2": [("relu2: {op: relu, inplace: true}", "relu2: identity")],
    "relu of the stem": [("relu0: {op: relu, inplace: true}", "relu0: identity")],
    "relu of a transition": [("      relu: {op: relu, inplace: true}", "      relu: identity")],
    "relu of the head": [
        (
            "norm5: batch_norm\n  relu: {op: relu, inplace: true}",
            "norm5: batch_norm\n  relu: identity",
        )
    ],
    "stride on the 1x1 of a transition": [
        ("x.channels // 2, kernel_size: 1,", "x.channels // 2, kernel_size: 1, stride: 2,"),
        ("pool: {op: avg_pool, kernel_size: 2}", "pool: identity"),
    ],
    "new features in front": [("from: [x, drop]", "from: [drop, x]")],
}


def original(name: str, **arguments: object) -> nn.Module:
    model: nn.Module = getattr(torchvision.models, name)(weights=None, **arguments)
    return model


def compiled(name: str, **params: object) -> nn.Module:
    return netspec.compile_spec(f"torchvision/{name}", params=params)


@pytest.fixture(scope="module")
def densenet121() -> nn.Module:
    return original("densenet121")


@pytest.mark.parametrize("name", SPECS)
def test_keys_and_cost(name: str) -> None:
    checked = netspec.check_spec(f"torchvision/{name}")
    mine = netspec.compile_spec(f"torchvision/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    compare.check_keys(mine, reference)
    compare.check_cost(checked, reference, 1, 3, 224, 224)


def test_activations_are_in_place_where_torchvisions_are() -> None:
    mine = netspec.compile_spec("torchvision/densenet121", device="meta")
    reference = compare.on_meta(partial(original, "densenet121"))
    compare.check_activations(mine, reference, 2, 3, 64, 64)


def test_equal_in_eval_mode_at_any_size() -> None:
    mine, reference = compiled("densenet121"), original("densenet121")
    for height, width in ((65, 50), (29, 29)):
        compare.check_eval(mine, reference, images(2, 3, height, width))
    with pytest.raises(RuntimeError, match="too small"):
        reference(images(2, 3, 28, 28))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_comparison_sees_a_mistake(mistake: str, densenet121: nn.Module) -> None:
    spec = compare.planted("torchvision/densenet121", *MISTAKES[mistake])
    compare.check_power(spec, densenet121, 2, 3, 64, 64)


def test_no_head_and_other_channels() -> None:
    reference = original("densenet121")
    reference.classifier = nn.Identity()
    reference.features.conv0 = nn.Conv2d(5, 64, 7, 2, 3, bias=False)  # type: ignore[union-attr]
    mine = compiled("densenet121", num_classes=0, in_channels=5)
    compare.check_keys(mine, reference)
    compare.check_eval(mine, reference, images(2, 5, 64, 64))


def test_initial_weights() -> None:
    torch.manual_seed(0)
    mine = netspec.compile_spec("torchvision/densenet121", seed=1)
    compare.check_distribution(mine, original("densenet121"))


@pytest.mark.parametrize(
    "edit", [("*.bias", "*.weight"), ("kaiming_normal", "kaiming_uniform")], ids=["bias", "conv"]
)
def test_the_test_of_distributions_sees_a_wrong_rule(edit: tuple[str, str]) -> None:
    mine = netspec.compile_spec(compare.planted("torchvision/densenet121", edit), seed=1)
    with pytest.raises(AssertionError):
        compare.check_distribution(mine, original("densenet121"))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_every_spec_in_eval_mode(name: str) -> None:
    compare.check_eval(compiled(name), original(name), images(2, 3, 96, 64))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_every_spec_in_training(name: str) -> None:
    compare.check_training(compiled(name), original(name), images(2, 3, 64, 96))


@pytest.mark.slow
def test_dropout_draws_what_torchvision_draws() -> None:
    mine, reference = compiled("densenet121", dropout=0.2), original("densenet121", drop_rate=0.2)
    compare.check_training(mine, reference, images(2, 3, 64, 64))
