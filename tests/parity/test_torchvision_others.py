"""VGG, AlexNet, SqueezeNet, GoogLeNet, Inception and MobileNet are torchvision's, bit for bit."""

from functools import partial

import pytest
import torch
import torchvision.models
from torch import nn

import netspec
from tests.parity import compare
from tests.parity.weights import images

VGGS = [f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")]
INCEPTIONS = ["googlenet", "inception_v3"]
SPECS = [*VGGS, "alexnet", "squeezenet1_0", "squeezenet1_1", *INCEPTIONS, "mobilenet_v2"]
SMALL = {"alexnet": (159, 95), "squeezenet1_0": (66, 82), "inception_v3": (107, 91)}

# What the quick comparisons change: the base of a family becomes its smallest member, wide linear
# layers, which hold a hundred million weights, become narrow, and the auxiliary head that wants
# 299 by 299 is left out.
Edits = list[tuple[str, str]]
NARROW = ("out_features: 4096", "out_features: 16")
VGG11 = [NARROW, ("default: [2, 2, 3, 3, 3]", "default: [1, 1, 2, 2, 2]")]
NORMALIZED = ("batch_norm: {default: false", "batch_norm: {default: true")
NO_AUX = ("aux_logits: {default: true", "aux_logits: {default: false")
FAMILIES: dict[str, tuple[str, Edits]] = {
    "vgg11": ("vgg16", VGG11),
    "vgg11_bn": ("vgg16", [*VGG11, NORMALIZED]),
    "alexnet": ("alexnet", [NARROW]),
    "squeezenet1_0": ("squeezenet1_0", []),
    "googlenet": ("googlenet", [NO_AUX]),
    "inception_v3": ("inception_v3", [NO_AUX]),
    "mobilenet_v2": ("mobilenet_v2", []),
}

# Mistakes that leave every key as it is. AlexNet, SqueezeNet and the plain VGGs normalize nothing.
RELU = "{op: relu, inplace: true}"
MAX_AS_AVG = ("max_pool", "avg_pool")
GLOBAL = ("adaptive_avg_pool", "adaptive_max_pool")
FLOOR = ("ceil_mode: true", "ceil_mode: false")
EPS = ("eps: 0.001", "eps: 0.00001")
BORDER = ("padding: 1}", "padding: 1, padding_mode: replicate}")
MISTAKES: dict[str, dict[str, Edits]] = {
    "vgg11": {
        "pool": [MAX_AS_AVG],
        "global pool": [GLOBAL],
        "padding": [BORDER],
        "relu": [(f"- {RELU}\n\nnodes", "- identity\n\nnodes")],
        "relu of the head": [(f"- {RELU}\n    - {{op: dropout", "- identity\n    - {op: dropout")],
        "stride of pool 4 in pool 5": [
            ("W//8]}\n      - max_pool", "W//8]}\n      - identity"),
            ("- {op: max_pool, shape", "- {op: max_pool, kernel_size: 4, stride: 4, shape"),
        ],
    },
    "vgg11_bn": {"eps": [("{op: batch_norm, when", "{op: batch_norm, eps: 0.001, when")]},
    "alexnet": {
        "pool": [MAX_AS_AVG],
        "global pool": [GLOBAL],
        "padding": [BORDER],
        "padding of the stem": [("padding: 2, shape: [N, 64", "padding: 0, shape: [N, 64")],
        "relu": [("- relu\n    - max_pool", "- identity\n    - max_pool")],
        "relu of the head": [("- relu\n    - dropout", "- identity\n    - dropout")],
        "stride of the stem in its pool": [
            ("stride: 4", "stride: 2"),
            (
                "- max_pool\n    - {op: conv, out_channels: 192",
                "- {op: max_pool, stride: 4}\n    - {op: conv, out_channels: 192",
            ),
        ],
    },
    "squeezenet1_0": {
        "pool": [MAX_AS_AVG],
        "rounding of the pool": [FLOOR],
        "global pool": [GLOBAL],
        "padding": [BORDER],
        "relu": [("squeeze_activation: relu", "squeeze_activation: identity")],
        "relu of the head": [("{op: relu, when: num_classes > 0}", "identity")],
        "stride of the stem in its pool": [
            ("kernel_size: kernel_size, stride: 2}", "kernel_size: kernel_size}"),
            ("max_pool, shape: [N, width", "max_pool, stride: 4, shape: [N, width"),
        ],
    },
    "googlenet": {
        "eps": [EPS],
        "pool": [("- {op: max_pool,", "- {op: avg_pool, kernel_size: 3,")],
        "rounding of the pool": [FLOOR],
        "global pool": [GLOBAL],
        "padding": [("stride: 2, padding: 3", "stride: 2, padding: 2")],
        "relu": [("bn: batch_norm\n      relu: relu", "bn: batch_norm\n      relu: identity")],
        "stride of conv1 on conv2": [
            ("kernel_size: 7, stride: 2", "kernel_size: 7"),
            ("conv2: {op: conv_bn,", "conv2: {op: conv_bn, stride: 2,"),
        ],
    },
    "inception_v3": {
        "eps": [EPS],
        "pool": [("max_pool, from: x", "avg_pool, from: x")],
        "global pool": [GLOBAL],
        "padding": [("stride: 1, padding: 1}", "stride: 1, padding: 1, count_include_pad: false}")],
        "relu": [(f"relu: {RELU}", "relu: identity")],
        "stride of the first layer on the second": [
            ("kernel_size: 3, stride: 2, shape: [N, 32", "kernel_size: 3, shape: [N, 32"),
            ("Conv2d_2a_3x3: {op: conv_bn,", "Conv2d_2a_3x3: {op: conv_bn, stride: 2,"),
        ],
    },
    "mobilenet_v2": {
        "eps": [("- batch_norm", "- {op: batch_norm, eps: 0.001}")],
        "pool": [GLOBAL],
        "padding": [("kernel_size // 2,", "kernel_size // 2, padding_mode: replicate,")],
        "relu": [("- {op: relu6, inplace: true}", "- identity")],
        "relu6": [("- {op: relu6, inplace: true}", f"- {RELU}")],
        "stride on the first 1x1": [
            ("t * x.channels, stride: stride", "t * x.channels"),
            ("kernel_size: 1, when: t != 1", "kernel_size: 1, stride: stride, when: t != 1"),
        ],
    },
}


def original(name: str, **arguments: object) -> nn.Module:
    """Torchvision's network; Inceptions without their slow initialization."""
    if name in INCEPTIONS:
        arguments = {"init_weights": False, **arguments}
    model: nn.Module = getattr(torchvision.models, name)(weights=None, **arguments)
    return model


def small_original(name: str) -> nn.Module:
    """Torchvision's network with what FAMILIES changes, on meta."""
    arguments = {"aux_logits": False} if name in INCEPTIONS else {}
    model = compare.on_meta(partial(original, name, **arguments))
    wide = {25088: 25088, 9216: 9216, 1000: 1000, 4096: 16}
    if name.startswith(("vgg", "alexnet")):
        for path, layer in model.named_modules():
            if isinstance(layer, nn.Linear):
                sizes = wide[layer.in_features], wide[layer.out_features]
                model.set_submodule(path, nn.Linear(*sizes, device="meta"))
    return model


def small_size(name: str) -> tuple[int, int]:
    return SMALL.get(name, (64, 80))


@pytest.mark.parametrize("name", SPECS)
def test_keys_cost_and_activations(name: str) -> None:
    size = (299, 299) if name == "inception_v3" else (224, 224)
    mine = netspec.compile_spec(f"torchvision/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    compare.check_keys(mine, reference)
    compare.check_cost(netspec.check_spec(f"torchvision/{name}"), reference, 1, 3, *size)
    compare.check_activations(mine, reference, 2, 3, *size)


@pytest.mark.parametrize("name", SPECS)
def test_smallest_image_is_the_one_that_torchvision_names(name: str) -> None:
    params = {"aux_logits": False} if name in INCEPTIONS else {}
    checked = netspec.check_spec(f"torchvision/{name}", params=params)
    meta = torchvision.models.get_model_weights(name).DEFAULT.meta  # type: ignore[attr-defined]
    least = {dim.symbol.name: dim.min for dim in checked.graph.dims}
    assert (least["H"], least["W"]) == meta["min_size"]


@pytest.mark.parametrize("name", FAMILIES)
def test_equal_in_eval_mode(name: str) -> None:
    base, edits = FAMILIES[name]
    mine = netspec.compile_spec(compare.planted(f"torchvision/{base}", *edits), device="meta")
    reference = small_original(name)
    compare.check_keys(mine, reference)
    compare.check_eval(mine, reference, images(2, 3, *small_size(name)))


@pytest.mark.parametrize(
    ("name", "mistake"), [(name, mistake) for name in MISTAKES for mistake in MISTAKES[name]]
)
def test_comparison_sees_a_mistake(name: str, mistake: str) -> None:
    base, edits = FAMILIES[name]
    spec = compare.planted(f"torchvision/{base}", *edits, *MISTAKES[name][mistake])
    compare.check_power(spec, small_original(name), 2, 3, *small_size(name))


@pytest.mark.parametrize("name", FAMILIES)
def test_no_head_and_other_channels(name: str) -> None:
    base, edits = FAMILIES[name]
    spec = compare.planted(f"torchvision/{base}", *edits)
    reference = small_original(name)
    heads = {"mobilenet_v2": ["classifier.1"], "squeezenet1_0": ["classifier.1", "classifier.2"]}
    for path in ["fc"] if name in INCEPTIONS else heads.get(name, ["classifier.6"]):
        reference.set_submodule(path, nn.Identity())
    path, stem = next(
        (path, module)
        for path, module in reference.named_modules()
        if isinstance(module, nn.Conv2d)
    )
    changed = nn.Conv2d(
        5,
        stem.out_channels,
        stem.kernel_size,
        stem.stride,
        stem.padding,
        bias=stem.bias is not None,
    )
    reference.set_submodule(path, changed.to("meta"))
    params = {"num_classes": 0, "in_channels": 5}
    mine = netspec.compile_spec(spec, params=params, device="meta")
    compare.check_keys(mine, reference)
    compare.check_eval(mine, reference, images(2, 5, *small_size(name)))


@pytest.mark.parametrize("name", INCEPTIONS)
def test_auxiliary_outputs_are_named_and_ordered_as_torchvisions(name: str) -> None:
    mine = netspec.compile_spec(f"torchvision/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    batch = torch.empty(2, 3, 299, 299, device="meta")
    assert tuple(mine.train()(batch)) == reference.train()(batch)._fields
    assert isinstance(mine.eval()(batch), torch.Tensor)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "googlenet",
            "fc1: {op: linear, out_features: 1024}\n      relu: relu",
            "fc1: {op: linear, out_features: 1024}\n      relu: identity",
        ),
        ("googlenet", "dropout_aux: 0.7", "dropout_aux: 0.6"),
        ("mobilenet_v2", "dropout: 0.2", "dropout: 0.3"),
        ("squeezenet1_0", "dropout: 0.5", "dropout: 0.4"),
    ],
)
def test_training_sees_a_mistake(name: str, old: str, new: str) -> None:
    spec, batch = f"torchvision/{name}", images(2, 3, 64, 64)
    reference = compare.on_meta(partial(original, name))
    compare.check_training(netspec.compile_spec(compare.planted(spec)), reference, batch)
    with pytest.raises(AssertionError, match="they differ"):
        wrong = netspec.compile_spec(compare.planted(spec, (old, new)))
        compare.check_training(wrong, reference, batch)


@pytest.mark.parametrize("name", ["squeezenet1_0", *INCEPTIONS, "mobilenet_v2"])
def test_initial_weights(name: str) -> None:
    arguments = {"init_weights": True} if name in INCEPTIONS else {}
    mine = netspec.compile_spec(f"torchvision/{name}", seed=1)
    torch.manual_seed(0)
    compare.check_distribution(mine, original(name, **arguments))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vgg11", "vgg11_bn", "alexnet"])
def test_initial_weights_of_large_networks(name: str) -> None:
    mine = netspec.compile_spec(f"torchvision/{name}", seed=1)
    torch.manual_seed(0)
    compare.check_distribution(mine, original(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_every_spec_in_eval_mode(name: str) -> None:
    size = (331, 299) if name == "inception_v3" else (127, 159)
    mine = netspec.compile_spec(f"torchvision/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    compare.check_eval(mine, reference, images(2, 3, *size))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("dropout", [True, False])
def test_every_spec_in_training(name: str, dropout: bool) -> None:
    rates = {"dropout": 0.0} | ({"dropout_aux": 0.0} if name == "googlenet" else {})
    arguments = {} if dropout else rates
    size = (299, 299) if name == "inception_v3" else (95, 127)
    mine = netspec.compile_spec(f"torchvision/{name}", params=arguments, device="meta")
    reference = compare.on_meta(partial(original, name, **arguments))
    compare.check_training(mine, reference, images(2, 3, *size))
