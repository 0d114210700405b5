"""The networks of the source documents have the measured weights, costs and outputs."""

import math

import pytest
import torch
import torchvision.models
from torch import nn

import netspec
from tests.parity.compare import on_meta
from tests.parity.documents import BLOCKS, FACTS, compiled, share, spec_of, tensors
from tests.parity.weights import outputs

LONG = {"resnet34", "inception_v4", "inception_resnet_v2"}
INPUTS = {
    "inception_resnet_v1": (3, 299, 299),
    "inception_resnet_v2": (3, 299, 299),
    "inception_resnet_v2_narrow": (3, 299, 299),
    "inception_resnet_v2_paper": (3, 299, 299),
    "inception_v3": (3, 299, 299),
    "inception_v3_paper": (3, 299, 299),
    "inception_v4": (3, 299, 299),
    "inception_v4_paper": (3, 299, 299),
    "keras_resnet50": (3, 64, 64),
    "lenet5": (1, 32, 32),
    "residual_block": (64, 56, 56),
    "resnet34": (3, 224, 224),
    "resnet50_a": (3, 64, 64),
    "resnet50_b": (3, 64, 64),
    "resnet50_c": (3, 64, 64),
    "resnet50_d": (3, 64, 64),
}
ALLOWED = 1e-3
"""The share of the yardstick that another machine's arithmetic may cost."""


@pytest.mark.parametrize("name", FACTS)
def test_weights_and_cost(name: str) -> None:
    fact = FACTS[name]
    dims = {"H": fact["input"][2], "W": fact["input"][3]} if name in BLOCKS else None
    checked = netspec.check_spec(spec_of(name), params=BLOCKS.get(name), dims=dims)
    model = compiled(name)
    shapes = {key: list(tensor.shape) for key, tensor in model.state_dict().items()}
    assert shapes == dict(tensors(fact["weights"]))
    assert sum(tensor.numel() for tensor in model.parameters()) == fact["parameters"]
    assert checked.parameters == fact["parameters"]
    assert checked.macs == fact.get("macs", checked.macs)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in LONG)) for name in FACTS]
)
def test_outputs(name: str) -> None:
    assert share(name, compiled(name)) < ALLOWED


def test_activations_are_in_place_where_the_documents_are() -> None:
    for name, in_place in {"inception_v3": False, "inception_v4": True, "resnet50_d": True}.items():
        found = {m.inplace for m in compiled(name).modules() if isinstance(m, nn.ReLU)}
        assert found == {in_place}


def test_order_of_weights_is_torchvisions() -> None:
    stem = {"input_stem.0": "conv1", "input_stem.1": "bn1"}
    parts = [key.rsplit(".", 1) for key in compiled("resnet50_b").state_dict()]
    ours = [f"{stem.get(module, module)}.{weight}" for module, weight in parts]
    assert ours == list(on_meta(torchvision.models.resnet50).state_dict())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=[pytest.mark.slow] * name.startswith(("inception_r", "inception_v4"))
        )
        for name in INPUTS
    ],
)
def test_training_reaches_every_weight(name: str) -> None:
    model = netspec.compile_spec(name, device="meta").train()
    found = outputs(model, torch.empty(2, *INPUTS[name], device="meta"))
    sum((output.sum() for output in found), start=torch.zeros((), device="meta")).backward()
    assert [key for key, weight in model.named_parameters() if weight.grad is None] == []


@pytest.mark.parametrize(
    "name",
    [
        "inception_v3",
        pytest.param("inception_v4", marks=pytest.mark.slow),
        pytest.param("inception_resnet_v1", marks=pytest.mark.slow),
        pytest.param("inception_resnet_v2", marks=pytest.mark.slow),
    ],
)
def test_head_and_channels(name: str) -> None:
    params = {"num_classes": 0, "in_channels": 5}
    model = netspec.compile_spec(name, params=params, device="meta").train()
    channels, *size = INPUTS[name]
    assert len(outputs(model, torch.empty(2, channels + 2, *size, device="meta"))) == 1
    assert "fc.weight" not in model.state_dict()
    assert "linear.weight" not in model.state_dict()


@pytest.mark.parametrize("name", ["inception_v4", "inception_resnet_v1", "inception_resnet_v2"])
def test_counts_and_widths_are_parameters(name: str) -> None:
    params = {"A": 2, "B": 1, "C": 3, "k": 8, "l": 12, "m": 16, "n": 20}
    shapes = netspec.check_spec(name, params=params).state_dict_shapes
    assert len({key.split(".")[1] for key in shapes if key.startswith("features")}) == 9
    assert shapes["features.3.branch2.conv.weight"][0] == 20
    assert [shapes[f"features.3.branch3.{i}.conv.weight"][0] for i in range(3)] == [8, 12, 16]


# What follows the paper where a document does not.


def test_widths_of_the_papers() -> None:
    names = [name for name in INPUTS if name.startswith(("inception_v4", "inception_resnet"))]
    shapes = {name: netspec.check_spec(name).state_dict_shapes for name in names}
    last = "features.22.conv1x1_linear.weight"
    assert shapes["inception_resnet_v2"][last] == (2144, 448, 1, 1)
    assert shapes["inception_resnet_v2_paper"][last] == (2048, 448, 1, 1)
    assert shapes["inception_resnet_v2_narrow"][last] == (2048, 448, 1, 1)
    assert shapes["inception_resnet_v1"][last] == (1792, 384, 1, 1)
    first = "features.6.branch4.0.conv.weight"
    assert shapes["inception_v4"][first] == (64, 1024, 1, 1)
    assert shapes["inception_v4_paper"][first] == (192, 1024, 1, 1)


def test_grids_of_inception_resnet_v1() -> None:
    shapes = netspec.check_spec("inception_resnet_v1").shapes
    grids = [shapes[f"features.{row}"][0][1:] for row in (0, 5, 6, 16, 17, 22)]
    assert grids == [(256, 35, 35)] * 2 + [(896, 17, 17)] * 2 + [(1792, 8, 8)] * 2


@pytest.mark.parametrize(
    ("name", "dropout", "scales"),
    [
        ("inception_v4", 0.8, 0),
        ("inception_v4_paper", 0.2, 0),
        ("inception_resnet_v2", 0.8, 0),
        ("inception_resnet_v2_paper", 0.2, 20),
        ("inception_resnet_v1", 0.2, 20),
    ],
)
def test_dropout_and_scale(name: str, dropout: float, scales: int) -> None:
    assert netspec.compile_spec(name, device="meta").get_submodule("dropout").p == dropout
    scaled = [path for path in netspec.check_spec(name).shapes if path.endswith(".scaled")]
    assert len(scaled) == scales


def test_keras_reads_every_pixel() -> None:
    model = netspec.compile_spec("keras_resnet50", params={"H": 128, "W": 97}, device="meta")
    assert model(torch.empty(2, 3, 128, 97, device="meta")).shape == (2, 6)
    assert model.state_dict()["fc6.weight"].shape == (6, 2048 * 2)


def test_initial_weights() -> None:
    """Glorot's uniform distribution in Keras, He's normal one over the fan out in torchvision."""
    keras = netspec.compile_spec("keras_resnet50", seed=0).state_dict()
    for key, fans in {
        "conv1": 49 * (3 + 64),
        "stage4.b.res_branch2b": 9 * 512,
        "fc6": 2054,
    }.items():
        bound = math.sqrt(6 / fans)
        assert 0.99 * bound < float(keras[f"{key}.weight"].abs().max()) <= bound
        assert not keras[f"{key}.bias"].any()
    torchvision_like = netspec.compile_spec("resnet50_d", seed=0).state_dict()
    for key, fan_out in {"input_stem.6": 9 * 64, "layer3.0.downsample.1": 1024}.items():
        deviation = float(torchvision_like[f"{key}.weight"].std())
        assert deviation == pytest.approx(math.sqrt(2 / fan_out), rel=0.02)
