"""All passes on whole networks, and what they report."""

import pytest
import torch

import netspec
from netspec.ops.base import Call
from netspec.passes.activations import activation_of
from netspec.passes.inference import PASSES
from tests.passes.proving import Proof

RESIDUAL = """dims: {H: 16, W: 16}
inputs: {x: [N, 4, H, W]}
blocks:
  basic:
    nodes:
      conv1: {op: conv, out_channels: 4, kernel_size: 3, padding: 1, bias: false}
      bn1: batch_norm
      relu1: {op: relu, inplace: true}
      conv2: {op: conv, out_channels: 4, kernel_size: 3, padding: 1, bias: false}
      bn2: batch_norm
      sum: {op: add, from: [bn2, x]}
      relu2: relu
nodes:
  body: {op: basic, repeat: 3}
  norm: batch_norm
  act: relu
outputs: {y: act}
"""


def test_a_residual_network_is_two_steps_a_block() -> None:
    found = Proof(RESIDUAL, PASSES)
    assert found.optimized.report.before == 23
    assert found.optimized.report.after == 7
    assert found.kinds == ["Convolution"] * 6 + ["ChannelAffine"]
    assert found.holds()


def test_other_sizes_than_the_nominal_ones() -> None:
    found = Proof(RESIDUAL, PASSES)
    for size in (
        (3, 4, 9, 30),
        (1, 4, 1, 1),
        (2, 4, 5, 7),
        (2, 4, 6, 7),
        (5, 4, 40, 8),
        (2, 4, 3, 3),
    ):
        found.inputs = [torch.randn(size)]
        assert found.holds()


def test_the_report_prints_what_was_done_and_what_not() -> None:
    report = str(Proof(RESIDUAL, PASSES).optimized.report)
    lines = report.splitlines()
    assert lines[0] == "23 ops became 7"
    assert lines[2].split(maxsplit=4)[:4] == ["fold", "into", "convolutions", "6"]
    assert "body.0.bn1 into body.0.conv1, body.0.bn2 into body.0.conv2, and 4 more" in lines[2]
    assert lines[3] == (
        "   skipped 1, as `torch.nn.ReLU`, which it reads, has no weights that take it in: norm"
    )


def test_no_pass_runs_unasked() -> None:
    model = netspec.compile_spec("lenet5")
    assert type(model).__name__ == "Network"
    assert not hasattr(model, "report")


@pytest.mark.parametrize("target", ["torch.nn.Conv2d", "torch.nn.ELU"])
def test_no_activation_of_these(target: str) -> None:
    assert activation_of(Call(target)) is None


def test_an_argument_that_is_not_known_is_no_activation_of_these() -> None:
    assert activation_of(Call("torch.nn.ReLU", {"slope": 1})) is None
