"""Optimized for inference, every network of the zoo computes what it did before."""

import copy

import pytest
import torch
from torch import Tensor, nn

import netspec
from netspec import zoo
from netspec.backends.torch import recipes
from netspec.shape import nominal
from tests.parity.weights import flip, images, outputs, weights

EQUAL = 1e-3
"""What is allowed, as a share of how far a mirrored image moves the output."""
QUICK = ["lenet5", "residual_block", "torchvision/mobilenet_v2", "torchvision/googlenet"]
OTHERS = [name for name in zoo.names() if name not in QUICK]


def share(model: nn.Module, optimized: nn.Module, batch: Tensor) -> float:
    """The largest difference as a share of the yardstick.

    Compared with the network in double precision: in single precision some of them are themselves
    nearly as far from the exact result as is allowed here.
    """
    exact, fine = copy.deepcopy(model).double(), batch.double()
    with torch.no_grad():
        pairs = zip(outputs(exact, fine), outputs(optimized, batch), strict=True)
        distance = max(float((a - b).abs().max()) for a, b in pairs)
        yardstick = flip(model, batch)
    assert yardstick > 0
    return distance / yardstick


def compiled(name: str) -> tuple[nn.Module, Tensor]:
    """A network with weights that keep the signal alive, and two images of its nominal size."""
    checked = netspec.check_spec(name)
    model = netspec.compile_spec(name).eval()
    model.load_state_dict(weights(model))
    (shape,) = checked.graph.root.inputs
    return model, images(2, *map(nominal, shape[1:]))


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(n, marks=pytest.mark.slow) for n in OTHERS)]
)
def test_optimized_is_equal(name: str) -> None:
    model, batch = compiled(name)
    optimized = netspec.optimize_for_inference(model)
    assert share(model, optimized, batch) < EQUAL


def test_a_mistake_in_the_folding_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    model, batch = compiled("torchvision/mobilenet_v2")
    fold = recipes._fold_after
    monkeypatch.setattr(recipes, "_fold_after", lambda weight, *rest: 0.99 * fold(weight, *rest))
    assert share(model, netspec.optimize_for_inference(model), batch) > EQUAL
