"""LeNet-5, the ResNet-50s and Inception-ResNet-v1 equal torch written by hand, to the last bit."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor

import netspec
from tests.parity import compare
from tests.parity.by_hand import Auxiliary, InceptionResNetV1, LeNet5, ResNet50
from tests.parity.planting import Edits, planted
from tests.parity.weights import images, outputs

SHORT = {"A": 1, "B": 1, "C": 1}
PAIRS: dict[str, tuple[compare.Build, tuple[int, ...]]] = {
    "lenet5": (LeNet5, (1, 32, 32)),
    "resnet50_a": (partial(ResNet50, "a"), (3, 65, 50)),
    "resnet50_b": (partial(ResNet50, "b"), (3, 65, 50)),
    "resnet50_c": (partial(ResNet50, "c"), (3, 65, 50)),
    "resnet50_d": (partial(ResNet50, "d"), (3, 64, 96)),
    "inception_resnet_v1": (partial(InceptionResNetV1, dropout=0), (3, 299, 299)),
}
LENET, A = "lenet5", "resnet50_a"
V1, R2 = "inception_resnet_v1", "inception_resnet_v2"
FIRST = "conv1: {op: conv, out_channels: planes, kernel_size: 1"
SECOND = "conv2: {op: conv, out_channels: planes, kernel_size: 3"
MISTAKES: dict[str, dict[str, Edits]] = {
    LENET: {
        "pool": [(LENET, "s2: {op: avg_pool", "s2: {op: max_pool")],
        "padding": [
            (
                LENET,
                "6, kernel_size: 5, shape: [N, 6,",
                "6, kernel_size: 5, padding: 1, shape: [N, 6,",
            )
        ],
        "stride": [
            (LENET, "s2: {op: avg_pool", "s2: {op: avg_pool, stride: 1"),
            (LENET, "s4: {op: avg_pool", "s4: {op: avg_pool, stride: 5"),
        ],
        "tanh": [(LENET, "c3_act: tanh", "c3_act: identity")],
    },
    A: {
        "eps": [(A, "bn1: batch_norm", "bn1: {op: batch_norm, eps: 0.001}")],
        "pool": [(A, "op: max_pool", "op: avg_pool")],
        "padding": [(A, "stride: 2, padding: 1, shape", "stride: 2, shape")],
        "relu": [(A, "relu1: {op: relu, inplace: true}", "relu1: identity")],
        "stride": [
            (A, f"{FIRST}, stride: stride", FIRST),
            (A, SECOND, f"{SECOND}, stride: stride"),
        ],
    },
    V1: {
        "eps": [
            ("inception_v4", "batchnorm: batch_norm", "batchnorm: {op: batch_norm, eps: 0.001}")
        ],
        "pool": [(V1, "op: max_pool", "op: avg_pool")],
        "padding": [
            (V1, "32, kernel_size: 3, shape", "32, kernel_size: 3, padding: 1, shape"),
            (V1, "64, kernel_size: 3, padding: 1", "64, kernel_size: 3"),
        ],
        "stride": [
            (V1, "192, kernel_size: 3, shape", "192, kernel_size: 3, stride: 2, shape"),
            (V1, "256, kernel_size: 3, stride: 2", "256, kernel_size: 3"),
        ],
        "relu": [(R2, "relu: {op: relu, inplace: true}\n\nnodes", "relu: identity\n\nnodes")],
        "scale": [(V1, "scale: {default: 0.2", "scale: {default: 0.21")],
    },
}


@pytest.mark.parametrize("name", PAIRS)
def test_keys_cost_and_activations(name: str) -> None:
    build, shape = PAIRS[name]
    mine, reference = netspec.compile_spec(name, device="meta"), compare.on_meta(build)
    compare.check_keys(mine, reference)
    nominal = (1, 3, 64, 64) if name.startswith("resnet50") else (1, *shape)
    compare.check_cost(netspec.check_spec(name), reference, *nominal)
    if name != "lenet5":
        compare.check_activations(mine, reference, 2, *shape)


@pytest.mark.parametrize("name", ["lenet5", "resnet50_a"])
def test_equal_in_eval_mode(name: str) -> None:
    build, shape = PAIRS[name]
    compare.check_eval(netspec.compile_spec(name), build(), images(2, *shape))


def test_a_short_inception_resnet_v1_in_eval_mode() -> None:
    mine = netspec.compile_spec("inception_resnet_v1", params=SHORT)
    compare.check_eval(mine, InceptionResNetV1(**SHORT), images(1, 3, 299, 299))


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_every_network_in_training(name: str) -> None:
    build, shape = PAIRS[name]
    params = {"dropout": 0} if name == V1 else {}
    mine = netspec.compile_spec(name, params=params)
    compare.check_eval(mine, build(), images(2, *shape))
    compare.check_training(mine, build(), images(2, *shape))


@pytest.mark.parametrize("paper", [False, True])
def test_auxiliary_classifier_in_training(paper: bool) -> None:
    name = "inception_v3_paper" if paper else "inception_v3"
    params = {"dropout": 0, "dropout_aux": 0}
    model = netspec.compile_spec(name, params=params).train()
    seen: list[Tensor] = []
    model.get_submodule("inception4e").register_forward_hook(
        lambda _module, _inputs, output: seen.append(output)
    )
    results = outputs(model, images(2, 3, 299, 299))
    reference = Auxiliary(paper).train()
    reference.load_state_dict(model.get_submodule("aux").state_dict())
    assert torch.equal(results[1], reference(seen[0]))


@pytest.mark.parametrize(
    ("name", "edits"),
    [
        pytest.param(name, edits, id=f"{name}-{mistake}", marks=[pytest.mark.slow] * (name == V1))
        for name, mistakes in MISTAKES.items()
        for mistake, edits in mistakes.items()
    ],
)
def test_comparison_sees(name: str, edits: Edits, tmp_path: Path) -> None:
    build, shape = PAIRS[name]
    params: Mapping[str, object] = {}
    if name == V1:
        build, params = partial(InceptionResNetV1, **SHORT), SHORT
    path = planted(tmp_path, edits) / f"{name}.yaml"
    mine, reference = netspec.compile_spec(path, params=params, device="meta"), build()
    compare.check_keys(mine, reference)
    assert compare.share(mine, reference, images(1, *shape)) > compare.SEEN
