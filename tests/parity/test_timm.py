"""The specs of `timm/` are timm's networks, to the last bit."""

from collections.abc import Iterable
from functools import partial

import pytest
import timm
import torch
from torch import nn

import netspec
from tests.parity import compare
from tests.parity.weights import images

# Height and width of a comparison: small, odd, and more than one pixel after the last stride.
FAMILIES = {
    "inception_v4": (107, 91),
    "inception_resnet_v2": (107, 91),
    "resnet50d": (65, 50),
    "resnet34d": (65, 50),
    "seresnet50": (65, 50),
    "mobilenetv1_100": (65, 50),
    "darknet53": (65, 64),
}
SIZES = FAMILIES | dict.fromkeys(["resnet26d", "resnet101d", "resnext50d_32x4d"], (65, 50))
SMALL = ["mobilenetv1_100", "resnet34d"]
SLOW = pytest.mark.slow

EPS = ("zero_init_residual", "norm: {op: batch_norm, eps: 0.001}, zero_init_residual")
GLOBAL_MEAN = "{op: mean, dim: [2, 3], shape: [N, 1024]}"
GLOBAL_MAX = "[{op: adaptive_max_pool, output_size: 1}, flatten]"
UNCHECKED = ", ".join(
    f"{name}: {{shape: ~}}" for name in ("maxpool", *map("layer{}".format, "1234"))
)

# A mistake in the spec of a family that leaves every key as it is.
INCEPTION = {
    "eps": [("eps: 0.001", "eps: 0.0001")],
    "mean over the border": [(", count_include_pad: false", "")],
    "relu": [("act: {op: relu, inplace: true}", "act: identity")],
    "padding of the stem": [("3, padding: 1, shape: [N, 64,", "3, padding: 0, shape: [N, 64,")],
    "stride of the stem one layer late": [
        ("3, shape: [N, 32, (H-5)", "3, stride: 2, shape: [N, 32, (H-5)"),
        ("3, stride: 2, shape: [N, 32, (H-1)", "3, shape: [N, 32, (H-1)"),
    ],
}
RESNET_D = {
    "eps": [EPS],
    "pool of the shortcut": [("op: avg_pool", "op: max_pool")],
    "shortcut that skips pixels": [("kernel_size: stride,", "kernel_size: 1, stride: stride,")],
    "padding of the stem": [
        (
            "out_channels: 32, kernel_size: 3, padding: 1",
            "out_channels: 32, kernel_size: 3, padding: 2",
        ),
        (
            "out_channels: 64, kernel_size: 3, padding: 1",
            "out_channels: 64, kernel_size: 3, padding: 0",
        ),
    ],
    "relu of the stem": [
        (
            "{op: relu, inplace: true},\n                {op: conv, out_channels: 64",
            "identity,\n                {op: conv, out_channels: 64",
        )
    ],
    "stride of the stem two layers late": [
        ("kernel_size: 3, stride: 2, padding", "kernel_size: 3, padding"),
        ("out_channels: 64, kernel_size: 3,", "out_channels: 64, kernel_size: 3, stride: 2,"),
    ],
}
MISTAKES = {
    "inception_v4": INCEPTION
    | {
        "pool of a stem": [
            ("maxpool: {op: max_pool,", "maxpool: {op: avg_pool, stride: 2, padding: 0,")
        ],
        "pool of a branch": [("[avg_pool,", "[{op: max_pool, stride: 1, padding: 1},")],
        "order of the branches": [("from: [conv, maxpool]", "from: [maxpool, conv]")],
    },
    "inception_resnet_v2": INCEPTION
    | {
        "pool of the stem": [
            ("5a: {op: max_pool,", "5a: {op: avg_pool, kernel_size: 3, stride: 2,")
        ],
        "pool of a branch": [
            (
                "avg_pool, kernel_size: 3, stride: 1, padding: 1, count_include_pad: false",
                "max_pool, stride: 1, padding: 1",
            )
        ],
        "scale": [("scale: 0.17", "scale: 0.2")],
        "relu of the last block": [("activate: false", "activate: true")],
        "relu after the sum": [("act: relu\n", "act: identity\n")],
    },
    "resnet50d": RESNET_D,
    "resnet34d": RESNET_D,
    "seresnet50": {
        "eps": [EPS],
        "pool": [
            (
                "mean: {op: mean, dim: [2, 3], keepdim: true}",
                "mean: {op: adaptive_max_pool, output_size: 1}",
            )
        ],
        "padding of the stem": [
            ("nodes: {dropout", f"nodes: {{conv1: {{padding: 2, shape: ~}}, {UNCHECKED}, dropout")
        ],
        "relu": [("act: {op: relu, inplace: true}", "act: identity")],
        "gate": [("gate: sigmoid", "gate: hardsigmoid")],
        "stride on conv1": [
            (
                "bottleneck: {nodes: {",
                "bottleneck: {nodes: {conv1: {stride: stride}, conv2: {stride: 1}, ",
            )
        ],
        "excitation before bn3": [
            ("after: bn3}", "from: conv3, after: bn3}, bn3: {from: se}"),
            (", sum: {from: [se, downsample]}", ""),
        ],
    },
    "mobilenetv1_100": {
        "eps": [("batch_norm", "{op: batch_norm, eps: 0.001}")],
        "pool": [(GLOBAL_MEAN, GLOBAL_MAX)],
        "padding of the stem": [("3, stride: 2, padding: 1", "3, stride: 2, padding: 0")],
        "relu after bn1": [
            ("act1: {op: relu6, inplace: true}\n      conv_pw", "act1: identity\n      conv_pw")
        ],
        "relu after bn2": [("act2: {op: relu6, inplace: true}", "act2: identity")],
        "relu for relu6": [("relu6", "relu")],
        "stride on the last block of a stage": [
            ("repeat: 2, first: {stride: 2}", "repeat: 2, stride: 2, first: {stride: 1}")
        ],
    },
    "darknet53": {
        "eps": [("batch_norm", "{op: batch_norm, eps: 0.001}")],
        "pool": [(GLOBAL_MEAN, GLOBAL_MAX)],
        "padding where the stride is": [
            ("padding: kernel_size // 2", "padding: kernel_size // 2 - (stride - 1)"),
        ],
        "slope": [("negative_slope: 0.01", "negative_slope: 0.1")],
        "leaky relu": [
            ("act: {op: leaky_relu, negative_slope: 0.01, inplace: true}", "act: identity")
        ],
        "stride of the first stage on the stem": [
            ("{out_channels, depth}", "{out_channels, depth, stride: 2}"),
            ("stride: 2}\n      blocks", "stride: stride}\n      blocks"),
            ("out_channels: 32, kernel_size: 3", "out_channels: 32, kernel_size: 3, stride: 2"),
            ("64, depth: 1", "64, depth: 1, stride: 1"),
        ],
    },
}


def original(name: str, **arguments: object) -> nn.Module:
    model: nn.Module = timm.create_model(name, pretrained=False, **arguments)
    return model


def compiled(name: str, **params: object) -> nn.Module:
    return netspec.compile_spec(f"timm/{name}", params=params)


def small_first(names: Iterable[str]) -> list[object]:
    """The names as cases, of which only the small networks are quick."""
    return SMALL + [pytest.param(name, marks=SLOW) for name in names if name not in SMALL]


@pytest.mark.parametrize("name", SIZES)
def test_keys(name: str) -> None:
    mine = netspec.compile_spec(f"timm/{name}", device="meta")
    compare.check_keys(mine, compare.on_meta(partial(original, name)))


@pytest.mark.parametrize("name", small_first(SIZES))
def test_cost_and_activations(name: str) -> None:
    mine = netspec.compile_spec(f"timm/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    nominal = reference.default_cfg["input_size"]
    compare.check_cost(netspec.check_spec(f"timm/{name}"), reference, 1, *nominal)
    compare.check_activations(mine, reference, 2, *nominal)


@pytest.mark.parametrize("name", FAMILIES)
def test_parameters_are_timms(name: str) -> None:
    params = {"num_classes": 0, "in_channels": 5, "dropout": 0.5}
    mine = netspec.compile_spec(f"timm/{name}", params=params, device="meta")
    reference = compare.on_meta(partial(original, name, num_classes=0, in_chans=5, drop_rate=0.5))
    compare.check_keys(mine, reference)


@pytest.mark.parametrize("name", FAMILIES)
def test_equal_in_eval_mode(name: str) -> None:
    mine = netspec.compile_spec(f"timm/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    compare.check_eval(mine, reference, images(2, 3, *FAMILIES[name]))


def test_equal_without_a_head() -> None:
    mine, reference = (make("mobilenetv1_100", num_classes=0) for make in (compiled, original))
    compare.check_eval(mine, reference, images(2, 3, 64, 64))


def test_dropout_is_where_timm_has_it() -> None:
    mine, reference = (
        compiled("mobilenetv1_100", dropout=0.5),
        original("mobilenetv1_100", drop_rate=0.5),
    )
    compare.check_training(mine, reference, images(2, 3, 64, 64))
    other = compiled("mobilenetv1_100", dropout=0.4)
    with pytest.raises(AssertionError, match="differ"):
        compare.check_training(other, reference, images(2, 3, 64, 64))


@pytest.mark.parametrize("name", small_first(FAMILIES))
def test_initial_weights(name: str) -> None:
    torch.manual_seed(0)
    reference = original(name)
    compare.check_distribution(netspec.compile_spec(f"timm/{name}", seed=1), reference)


def test_the_test_of_distributions_sees_fan_in() -> None:
    spec = compare.planted("timm/mobilenetv1_100", ("fan_out", "fan_in"))
    with pytest.raises(AssertionError, match=r"conv_stem\.weight"):
        compare.check_distribution(netspec.compile_spec(spec), original("mobilenetv1_100"))


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        pytest.param(name, mistake, marks=() if name in SMALL else SLOW)
        for name, mistakes in MISTAKES.items()
        for mistake in mistakes
    ],
)
def test_comparison_sees_a_mistake(name: str, mistake: str) -> None:
    spec = compare.planted(f"timm/{name}", *MISTAKES[name][mistake])
    compare.check_power(spec, compare.on_meta(partial(original, name)), 2, 3, *SIZES[name])


@SLOW
@pytest.mark.parametrize("name", SIZES)
def test_every_spec_in_eval_mode(name: str) -> None:
    compare.check_eval(compiled(name), original(name), images(2, 3, 224, 192))


@SLOW
@pytest.mark.parametrize("name", SIZES)
def test_every_spec_in_training(name: str) -> None:
    compare.check_training(compiled(name), original(name), images(2, 3, *SIZES[name]))
