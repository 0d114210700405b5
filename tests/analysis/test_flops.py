"""Multiply-accumulates are half of what torch's flop counter sees in evaluation."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import netspec
from netspec import zoo
from netspec.ops.convolution import Conv
from netspec.shape import nominal

QUICK = ["lenet5", "residual_block", "torchvision/googlenet", "torchvision/resnet18"]


def counted(checked: netspec.Checked) -> int:
    """By torch, on the meta device, of one input at the nominal sizes."""
    model = netspec.pipeline.build(checked, device="meta").eval()
    shapes = ([nominal(size) for size in shape] for shape in checked.graph.root.inputs)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(*(torch.empty(shape, device="meta") for shape in shapes))
    flops: int = counter.get_total_flops()
    return flops


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in zoo.names()],
)
def test_the_zoo(name: str) -> None:
    checked = netspec.check_spec(name)
    assert 2 * checked.macs == counted(checked)


def test_a_batch_and_another_size() -> None:
    checked = netspec.check_spec("torchvision/resnet18", dims={"N": 3, "H": 97})
    assert 2 * checked.macs == counted(checked)


def test_a_wrong_rule_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Conv.macs
    monkeypatch.setattr(
        Conv, "macs", lambda op, inputs, outputs: op.groups * right(op, inputs, outputs) + 1
    )
    checked = netspec.check_spec("lenet5")
    assert 2 * checked.macs != counted(checked)
