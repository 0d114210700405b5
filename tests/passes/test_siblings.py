"""1x1 convolutions of one tensor as one."""

import pytest
import torch

from netspec.backends.torch import recipes
from netspec.passes.fold import fold_into_convolutions
from netspec.passes.fuse import fuse_activations
from netspec.passes.lower import lower_convolutions
from netspec.passes.siblings import merge_siblings
from tests.passes.proving import Proof

PASSES = [fold_into_convolutions, lower_convolutions, fuse_activations, merge_siblings]
BRANCHES = """inputs: {x: [N, 4, 8, 8]}
nodes:
  a: [{op: conv, out_channels: 3, kernel_size: 1}, batch_norm, {op: relu, inplace: true}]
  conv: {op: conv, from: x, out_channels: 5, kernel_size: 1}
  norm: batch_norm
  b: relu
  deep: {op: conv, out_channels: 5, kernel_size: 3, padding: 1}
  c: {op: conv, from: x, out_channels: 2, kernel_size: 1}
  wide: {op: conv, from: x, out_channels: 2, kernel_size: 3, padding: 1}
  y: {op: concat, from: [a, b, deep, c, wide]}
outputs: {y: y, b: b}
"""


def test_branches_with_the_same_activation_are_merged() -> None:
    found = Proof(BRANCHES, PASSES)
    assert found.last.done == ("a.0 + conv",)
    assert found.holds()


@pytest.mark.parametrize(
    "other",
    [
        "{op: conv, from: x, out_channels: 2, kernel_size: 3}",
        "{op: conv, from: x, out_channels: 2, kernel_size: 1, stride: 2}",
        "{op: conv, from: x, out_channels: 2, kernel_size: 1, groups: 2}",
        "{share: a}",
    ],
)
def test_others_are_not(other: str) -> None:
    nodes = f"nodes:\n  a: {{op: conv, out_channels: 2, kernel_size: 1}}\n  b: {other}\n"
    source = ", from: x" if "share" in other else ""
    nodes = nodes.replace("{share: a}", f"{{share: a{source}}}")
    found = Proof(f"inputs: {{x: [N, 4, 8, 8]}}\n{nodes}outputs: {{a: a, b: b}}\n", PASSES)
    assert found.last.done == ()
    assert found.holds()


def test_a_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = torch.cat
    monkeypatch.setattr(recipes.torch, "cat", lambda parts: right(tuple(reversed(parts))))
    assert not _without_concat().holds()


def _without_concat() -> Proof:
    conv = "{op: conv, from: x, out_channels: 2, kernel_size: 1}"
    spec = (
        f"inputs: {{x: [N, 4, 8, 8]}}\nnodes:\n  a: {conv}\n  b: {conv}\noutputs: {{a: a, b: b}}\n"
    )
    return Proof(spec, PASSES)
