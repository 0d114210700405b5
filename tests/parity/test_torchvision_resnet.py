"""The ResNets, ResNeXts and Wide ResNets are torchvision's, to the last bit."""

from collections.abc import Callable, Mapping
from functools import partial

import pytest
import torch
import torchvision.models
from torch import nn

import netspec
from tests.parity import compare
from tests.parity.weights import images

SPECS = [
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "wide_resnet50_2",
    "wide_resnet101_2",
]
GROUP_NORM = {"op": "group_norm", "num_groups": 32}

DILATIONS = [
    [False, False, True],
    [False, True, True],
    [True, True, True],
    [True, False, True],
]

# Parameters of a spec, and the arguments of torchvision that say the same.
VARIANTS: list[tuple[str, Mapping[str, object], Mapping[str, object]]] = [
    ("resnet18", {"norm": GROUP_NORM}, {"norm_layer": partial(nn.GroupNorm, 32)}),
    ("resnet18", {"num_classes": 10}, {"num_classes": 10}),
    ("resnet50", {"norm": GROUP_NORM}, {"norm_layer": partial(nn.GroupNorm, 32)}),
    *(("resnet50", {"dilate": d}, {"replace_stride_with_dilation": d}) for d in DILATIONS),
]
IDS = [f"{name} {params}" for name, params, _ in VARIANTS]

# A mistake in the spec of a family that leaves every key as it is.
BATCH_NORM = "norm: {default: {op: batch_norm}"
RELU1 = "relu1: {op: relu, inplace: true}"
POOL = "maxpool: {op: max_pool, kernel_size: 3, stride: 2, padding: 1"
MISTAKES = {
    "eps": [(BATCH_NORM, "norm: {default: {op: batch_norm, eps: 0.001}")],
    "pool": [("op: max_pool", "op: avg_pool")],
    "global pool": [("adaptive_avg_pool", "adaptive_max_pool")],
    "padding": [("stride: 2, padding: 3", "stride: 2, padding: 2")],
    "padding of the pool": [(POOL, POOL.replace("padding: 1", "padding: 0"))],
    "relu after bn1": [(RELU1, "relu1: identity")],
    "relu of the stem": [("  relu: {op: relu, inplace: true}\n  max", "  relu: identity\n  max")],
    "relu after the sum": [
        (
            "downsample]}\n      relu: {op: relu, inplace: true}",
            "downsample]}\n      relu: identity",
        )
    ],
}
BASIC = MISTAKES | {
    "stride on conv2": [
        ("kernel_size: 3, stride: stride, padding: 1", "kernel_size: 3, padding: 1"),
        (
            "conv2: {op: conv, out_channels: planes,",
            "conv2: {op: conv, stride: stride, out_channels: planes,",
        ),
    ],
    "stride of layer4 in layer3": [
        (
            'planes: 256, repeat: "depths[2]", first: {stride: 2}',
            'planes: 256, repeat: "depths[2]", first: {stride: 4}',
        ),
        (
            'planes: 512, repeat: "depths[3]", first: {stride: 2}',
            'planes: 512, repeat: "depths[3]"',
        ),
    ],
}
BOTTLENECK = MISTAKES | {
    "relu after bn2": [("relu2: {op: relu, inplace: true}", "relu2: identity")],
    "stride on conv1": [
        ("kernel_size: 3, stride: stride,", "kernel_size: 3,"),
        ("groups, kernel_size: 1, bias", "groups, kernel_size: 1, stride: stride, bias"),
    ],
    "dilation of the first block": [
        ("first: {stride: 2 // d2, dilation: 1}", "first: {stride: 2 // d2, dilation: 2}"),
    ],
}


def original(name: str, **arguments: object) -> nn.Module:
    model: nn.Module = getattr(torchvision.models, name)(weights=None, **arguments)
    return model


def compiled(name: str, params: Mapping[str, object] | None = None) -> nn.Module:
    return netspec.compile_spec(f"torchvision/{name}", params=params)


@pytest.fixture(scope="module")
def resnet18() -> nn.Module:
    return original("resnet18")


@pytest.fixture(scope="module")
def resnet50() -> nn.Module:
    return original("resnet50")


@pytest.mark.parametrize("name", SPECS)
def test_keys_and_cost(name: str) -> None:
    checked = netspec.check_spec(f"torchvision/{name}")
    mine = netspec.compile_spec(f"torchvision/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    compare.check_keys(mine, reference)
    compare.check_cost(checked, reference, 1, 3, 224, 224)


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_activations_are_in_place_where_torchvisions_are(name: str) -> None:
    mine = netspec.compile_spec(f"torchvision/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    compare.check_activations(mine, reference, 2, 3, 64, 64)


@pytest.mark.parametrize("name", ["resnet18", "resnext50_32x4d"])
def test_equal_in_eval_mode_at_any_size(name: str) -> None:
    mine, reference = compiled(name), original(name)
    for height, width in ((65, 50), (1, 1)):
        compare.check_eval(mine, reference, images(2, 3, height, width))


@pytest.mark.parametrize("mistake", BASIC)
def test_comparison_sees_a_mistake_in_basic_blocks(mistake: str, resnet18: nn.Module) -> None:
    spec = compare.planted("torchvision/resnet18", *BASIC[mistake])
    compare.check_power(spec, resnet18, 2, 3, 64, 64)


@pytest.mark.parametrize("mistake", BOTTLENECK)
def test_comparison_sees_a_mistake_in_bottlenecks(mistake: str, resnet50: nn.Module) -> None:
    spec = compare.planted("torchvision/resnet50", *BOTTLENECK[mistake])
    compare.check_power(spec, resnet50, 2, 3, 64, 64)


@pytest.mark.parametrize(("name", "params", "arguments"), VARIANTS, ids=IDS)
def test_parameters_are_torchvisions(
    name: str, params: Mapping[str, object], arguments: Mapping[str, object]
) -> None:
    mine = netspec.compile_spec(f"torchvision/{name}", params=params, device="meta")
    reference = compare.on_meta(partial(original, name, **arguments))
    compare.check_keys(mine, reference)
    checked = netspec.check_spec(f"torchvision/{name}", params=params)
    compare.check_cost(checked, reference, 1, 3, 224, 224)


def test_no_head_and_other_channels() -> None:
    reference = original("resnet18")
    reference.fc = nn.Identity()
    reference.conv1 = nn.Conv2d(5, 64, 7, 2, 3, bias=False)
    mine = compiled("resnet18", {"num_classes": 0, "in_channels": 5})
    compare.check_keys(mine, reference)
    compare.check_eval(mine, reference, images(2, 5, 64, 64))


@pytest.mark.parametrize(
    ("name", "last", "zero"),
    [("resnet18", "bn2", False), ("resnet18", "bn2", True), ("resnet50", "bn3", True)],
)
def test_initial_weights(name: str, last: str, zero: bool) -> None:
    torch.manual_seed(0)
    reference = original(name, zero_init_residual=zero)
    mine = netspec.compile_spec(f"torchvision/{name}", params={"zero_init_residual": zero}, seed=1)
    compare.check_distribution(mine, reference)
    assert bool(mine.state_dict()[f"layer1.0.{last}.weight"].any()) is not zero


def test_the_test_of_distributions_sees_fan_in() -> None:
    spec = compare.planted("torchvision/resnet18", ("fan_out", "fan_in"))
    with pytest.raises(AssertionError, match=r"conv1\.weight"):
        compare.check_distribution(netspec.compile_spec(spec), original("resnet18"))


def fails(check: Callable[[nn.Module], None], edit: tuple[str, str]) -> None:
    """The check fails for a resnet18 with this edit, and for none without it."""
    check(compiled("resnet18"))
    wrong = netspec.compile_spec(compare.planted("torchvision/resnet18", edit))
    with pytest.raises(AssertionError):
        check(wrong)


def test_a_difference_in_the_last_bits_fails() -> None:
    reference, batch = original("resnet18"), images(2, 3, 64, 64)
    near = "norm: {default: {op: batch_norm, eps: 1.1e-5}"
    fails(lambda mine: compare.check_eval(mine, reference, batch), (BATCH_NORM, near))


def test_statistics_that_differ_after_a_step_fail() -> None:
    reference, batch = original("resnet18"), images(2, 3, 64, 64)
    quick = "norm: {default: {op: batch_norm, momentum: 0.2}"
    fails(lambda mine: compare.check_training(mine, reference, batch), (BATCH_NORM, quick))


def test_activations_that_are_not_in_place_fail() -> None:
    edit = ("relu1: {op: relu, inplace: true}", "relu1: relu")
    spec = compare.planted("torchvision/resnet18", edit)
    mine = netspec.compile_spec(spec, device="meta")
    reference = compare.on_meta(partial(original, "resnet18"))
    with pytest.raises(AssertionError):
        compare.check_activations(mine, reference, 2, 3, 64, 64)


def test_another_order_of_keys_fails() -> None:
    reference = compare.on_meta(partial(original, "resnet18"))
    conv1 = reference.conv1
    del reference.conv1
    reference.conv1 = conv1
    mine = netspec.compile_spec("torchvision/resnet18", device="meta")
    assert mine.state_dict().keys() == reference.state_dict().keys()
    with pytest.raises(AssertionError):
        compare.check_keys(mine, reference)


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_every_spec_in_eval_mode(name: str) -> None:
    compare.check_eval(compiled(name), original(name), images(2, 3, 96, 64))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_every_spec_in_training(name: str) -> None:
    compare.check_training(compiled(name), original(name), images(2, 3, 64, 96))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "params", "arguments"), VARIANTS, ids=IDS)
def test_every_variant(
    name: str, params: Mapping[str, object], arguments: Mapping[str, object]
) -> None:
    mine, reference = compiled(name, params), original(name, **arguments)
    compare.check_eval(mine, reference, images(2, 3, 64, 64))
    compare.check_training(mine, reference, images(2, 3, 64, 64))
