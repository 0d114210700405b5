"""VGG, AlexNet, SqueezeNet, GoogLeNet, Inception and MobileNet are torchvision's, bit for bit."""

import re
from functools import partial

import pytest
import torch
import torchvision.models
from torch import nn

import netspec
from tests.parity import compare
from tests.parity.torchvision_mistakes import AUX_RELU, FAMILIES, MISTAKES
from tests.parity.weights import images

VGGS = [f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")]
INCEPTIONS = ["googlenet", "inception_v3"]
SPECS = [*VGGS, "alexnet", "squeezenet1_0", "squeezenet1_1", *INCEPTIONS, "mobilenet_v2"]
SMALL = {"alexnet": (159, 95), "squeezenet1_0": (66, 82), "inception_v3": (107, 91)}


def speed(name: str) -> list[pytest.MarkDecorator]:
    """Networks with few weights make the quick comparisons."""
    return [] if name in ("squeezenet1_0", "mobilenet_v2") else [pytest.mark.slow]


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
    checked = netspec.check_spec(f"torchvision/{name}")
    meta = torchvision.models.get_model_weights(name).DEFAULT.meta  # type: ignore[attr-defined]
    least = {dim.symbol.name: dim.min for dim in checked.graph.dims}
    assert (least["H"], least["W"]) == meta["min_size"]


def test_inception_takes_smaller_images_in_evaluation() -> None:
    (_, height, width) = netspec.check_spec("torchvision/inception_v3").graph.dims
    assert (height.min, height.min_in_training) == (width.min, width.min_in_training) == (75, 299)
    mine = netspec.compile_spec("torchvision/inception_v3", device="meta")
    reference = compare.on_meta(partial(original, "inception_v3"))
    compare.check_activations(mine, reference, 2, 3, 75, 75)
    with pytest.raises(ValueError, match=r"`H` \(=298\) must be at least 299 in training"):
        mine.train()(torch.empty(2, 3, 298, 299, device="meta"))
    with pytest.raises(ValueError, match=r"`W` \(=74\) must be at least 75$"):
        mine.eval()(torch.empty(2, 3, 75, 74, device="meta"))


@pytest.mark.parametrize("name", FAMILIES)
def test_equal_in_eval_mode(name: str) -> None:
    base, edits = FAMILIES[name]
    mine = netspec.compile_spec(compare.planted(f"torchvision/{base}", *edits), device="meta")
    reference = small_original(name)
    compare.check_keys(mine, reference)
    compare.check_eval(mine, reference, images(2, 3, *small_size(name)))


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        pytest.param(name, mistake, marks=speed(name))
        for name in MISTAKES
        for mistake in MISTAKES[name]
    ],
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


@pytest.mark.parametrize("name", [pytest.param(name, marks=speed(name)) for name in FAMILIES])
def test_training_sees_another_dropout(name: str) -> None:
    base, edits = FAMILIES[name]
    rate = re.search(r"dropout: 0\.\d", compare.planted(f"torchvision/{base}").text)
    assert rate is not None
    check_training_sees(
        compare.planted(f"torchvision/{base}", *edits),
        compare.planted(f"torchvision/{base}", *edits, (rate[0], "dropout: 0.4")),
        small_original(name),
        images(2, 3, *small_size(name)),
    )


@pytest.mark.slow
@pytest.mark.parametrize("mistake", [AUX_RELU, ("dropout_aux: 0.7", "dropout_aux: 0.6")])
def test_training_sees_a_mistake_in_an_auxiliary_head(mistake: tuple[str, str]) -> None:
    check_training_sees(
        compare.planted("torchvision/googlenet"),
        compare.planted("torchvision/googlenet", mistake),
        compare.on_meta(partial(original, "googlenet")),
        images(2, 3, 64, 64),
    )


def check_training_sees(
    right: netspec.Text, wrong: netspec.Text, reference: nn.Module, batch: torch.Tensor
) -> None:
    """Equal in training, each with its own dropout but the same seed; not so with the mistake."""
    compare.check_training(netspec.compile_spec(right, device="meta"), reference, batch)
    mistaken = netspec.compile_spec(wrong, device="meta")
    with pytest.raises(AssertionError, match="they differ"):
        compare.check_training(mistaken, reference, batch)


@pytest.mark.parametrize(
    "name",
    ["squeezenet1_0", "mobilenet_v2"]
    + [
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("vgg11", "vgg11_bn", "alexnet", *INCEPTIONS)
    ],
)
def test_initial_weights(name: str) -> None:
    arguments = {"init_weights": True} if name in INCEPTIONS else {}
    mine = netspec.compile_spec(f"torchvision/{name}", seed=1)
    torch.manual_seed(0)
    compare.check_distribution(mine, original(name, **arguments))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_every_spec_in_eval_mode(name: str) -> None:
    size = (75, 83) if name == "inception_v3" else (127, 159)
    mine = netspec.compile_spec(f"torchvision/{name}", device="meta")
    reference = compare.on_meta(partial(original, name))
    compare.check_eval(mine, reference, images(2, 3, *size))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_every_spec_in_training(name: str) -> None:
    rates = {"dropout": 0.0} | ({"dropout_aux": 0.0} if name == "googlenet" else {})
    size = (299, 299) if name == "inception_v3" else (95, 127)
    mine = netspec.compile_spec(f"torchvision/{name}", params=rates, device="meta")
    reference = compare.on_meta(partial(original, name, **rates))
    compare.check_training(mine, reference, images(2, 3, *size))
