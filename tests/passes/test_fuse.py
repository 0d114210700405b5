"""Convolutions that add and activate."""

import pytest
import torch

from netspec.backends.torch import fused
from netspec.passes.fold import fold_into_convolutions
from netspec.passes.fuse import fuse_activations, fuse_sums
from netspec.passes.lower import lower_channel_affine, lower_convolutions
from tests.passes.proving import Proof

ACTIVATIONS = [
    "relu",
    "{op: relu, inplace: true}",
    "relu6",
    "hardtanh",
    "{op: hardtanh, min_val: -0.5, max_val: 2}",
    "leaky_relu",
    "{op: leaky_relu, negative_slope: 0.3}",
    "silu",
    "sigmoid",
    "tanh",
    "hardswish",
    "gelu",
    "{op: gelu, approximate: tanh}",
]
PASSES = [fold_into_convolutions, lower_convolutions, lower_channel_affine, fuse_sums]
CONV = "{op: conv, out_channels: 4, kernel_size: 3, padding: 1}"


def proof(nodes: str, *, last: bool = True) -> Proof:
    spec = f"inputs: {{x: [N, 4, 8, 8]}}\nnodes:\n{nodes}outputs: {{y: y}}\n"
    return Proof(spec, [*PASSES, fuse_activations] if last else PASSES)


@pytest.fixture(params=["oneDNN", "torch"], autouse=True)
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the kernels of oneDNN, and where torch has none of them."""
    if request.param == "torch":
        monkeypatch.setattr(fused, "can_pack", lambda weight: False)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation(activation: str) -> None:
    found = proof(f"  c: {CONV}\n  y: {activation}\n")
    assert found.last.done == ("y into c",)
    assert found.kinds == ["Convolution"]
    assert found.holds()


@pytest.mark.parametrize("activation", ["softplus", "elu", "mish"])
def test_an_activation_that_no_kernel_knows_stays(activation: str) -> None:
    found = proof(f"  c: {CONV}\n  y: {activation}\n")
    assert found.last.done == ()
    assert found.holds()


@pytest.mark.parametrize("inplace", ["false", "true"])
def test_a_sum(inplace: str) -> None:
    found = proof(
        f"  c: {CONV}\n  d: {CONV}\n  y: {{op: add, from: [d, c], inplace: {inplace}}}\n",
        last=False,
    )
    assert found.last.done == ("y into d",)
    assert found.kinds == ["Convolution", "Convolution"]
    assert found.holds()


def test_a_residual_connection() -> None:
    found = proof(f"  c: {CONV}\n  s: {{op: add, from: [c, x]}}\n  y: relu\n")
    assert found.kinds == ["Convolution"]
    assert found.holds()


def test_after_a_sum_only_relu_is_fused() -> None:
    found = proof(f"  c: {CONV}\n  s: {{op: add, from: [c, x]}}\n  y: silu\n")
    assert found.kinds == ["Convolution", "SiLU"]
    assert found.holds()


def test_a_sum_that_broadcasts_stays() -> None:
    nodes = f"  c: {CONV}\n  p: {{op: adaptive_avg_pool, output_size: 1, from: x}}\n"
    found = proof(f"{nodes}  y: {{op: add, from: [c, p], broadcast: true}}\n", last=False)
    assert found.last.done == ()
    assert found.holds()


def test_what_others_read_is_not_fused() -> None:
    nodes = f"  c: {CONV}\n  r: relu\n  y: {{op: mul, from: [c, r]}}\n"
    found = proof(nodes)
    assert found.last.done == ()
    assert found.holds()


def test_an_activation_that_is_applied_again_is_not_fused() -> None:
    found = proof(f"  conv: {CONV}\n  act: hardtanh\n  y: {{share: act}}\n")
    assert found.kinds == ["Convolution", "Hardtanh"]
    assert found.holds()


def test_an_activation_that_others_apply_too_stays() -> None:
    found = proof(f"  c: {CONV}\n  r: relu\n  d: {CONV}\n  y: {{share: r}}\n")
    assert found.last.done == ()
    assert found.holds()


def test_a_norm_that_is_left_takes_a_relu() -> None:
    found = proof("  n: batch_norm\n  y: {op: relu, inplace: true}\n")
    assert found.kinds == ["ChannelAffine"]
    assert found.holds()


@pytest.mark.parametrize("padding", ["same", "valid", "[1, 0]"])
def test_paddings(padding: str) -> None:
    conv = f"{{op: conv, out_channels: 4, kernel_size: [3, 1], padding: {padding}}}"
    found = proof(f"  c: {conv}\n  y: relu\n")
    assert found.kinds == ["Convolution"]
    assert found.holds()


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize(
    "rest", ["kernel_size: 2, padding: same", "kernel_size: 3, padding: 1, padding_mode: reflect"]
)
def test_other_paddings_are_skipped_and_told(rest: str) -> None:
    found = proof(f"  c: {{op: conv, out_channels: 4, {rest}}}\n  y: relu\n")
    assert found.kinds == ["Conv2d", "ReLU"]
    (skip,) = found.optimized.report.passes[1].skipped
    assert "pads other than with zeros" in skip.reason
    assert found.holds()


def test_a_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused.Convolution, "_plain", lambda *_: torch.zeros(2, 4, 8, 8))
    monkeypatch.setattr(
        fused.Convolution, "_prepare", lambda *_: (lambda *_: torch.zeros(2, 4, 8, 8), ())
    )
    with pytest.raises(AssertionError):
        assert proof(f"  c: {CONV}\n  y: relu\n").holds()
