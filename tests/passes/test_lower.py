"""Modules that only run, in place of torch's."""

import pytest

from netspec.passes.inference import Pass
from netspec.passes.inplace import write_in_place
from netspec.passes.lower import lower_channel_affine, lower_convolutions, lower_max_pools
from tests.passes.proving import Proof

CONV = "{op: conv, out_channels: 4, kernel_size: 3}"
POOL = "{op: max_pool, kernel_size: 3, stride: 2, padding: 1}"


def proof(nodes: str, *passes: Pass) -> Proof:
    spec = f"inputs: {{x: [N, 4, 9, 9]}}\nnodes:\n{nodes}outputs: {{y: y}}\n"
    return Proof(spec, [lower_convolutions, *passes])


POOLS = {
    "padded": POOL,
    "one number for all": "{op: max_pool, kernel_size: 2}",
    "sides": "{op: max_pool, kernel_size: [3, 2], stride: [1, 2], padding: [1, 0]}",
    "ceil": "{op: max_pool, kernel_size: 2, stride: 2, ceil_mode: true}",
    "each element": "{op: max_pool, kernel_size: 1, stride: 1}",
}


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_max_pools(pool: str) -> None:
    found = proof(f"  c: {CONV}\n  p: {pool}\n  y: relu\n", lower_max_pools, write_in_place)
    assert found.optimized.report.passes[1].done == ("p",)
    assert "MaxPool2d" not in found.kinds
    assert found.holds()


SKIPPED = {
    "its windows have gaps": "  y: {op: max_pool, kernel_size: 2, dilation: 2}\n",
    "several nodes apply its module": (
        f"  p: {POOL}\n  q: {{share: p, from: x}}\n  y: {{op: concat, from: [p, q]}}\n"
    ),
}


@pytest.mark.parametrize(("reason", "nodes"), SKIPPED.items(), ids=SKIPPED)
def test_what_is_not_safe_is_skipped_and_told(reason: str, nodes: str) -> None:
    found = proof(nodes, lower_max_pools)
    assert found.last.done == ()
    assert {skipped.reason for skipped in found.last.skipped} == {reason}
    assert found.holds()


@pytest.mark.parametrize("shape", ["[N, 4, 9]", "[N, 4, 5, 5, 5]"])
def test_pools_of_other_ranks_stay(shape: str) -> None:
    nodes = "nodes:\n  y: {op: max_pool, kernel_size: 2}\n"
    found = Proof(f"inputs: {{x: {shape}}}\n{nodes}outputs: {{y: y}}\n", [lower_max_pools])
    assert found.last.done == found.last.skipped == ()
    assert found.holds()


def test_a_convolution_that_pads_otherwise_stays() -> None:
    nodes = "  y: {op: conv, out_channels: 2, kernel_size: 3, padding: 1, padding_mode: reflect}\n"
    found = proof(nodes)
    assert [skipped.path for skipped in found.last.skipped] == ["y"]
    assert found.holds()


def test_an_affine_map_without_a_host() -> None:
    found = proof("  y: [relu, batch_norm]\n", lower_channel_affine)
    assert found.last.done == ("y.1",)
    assert found.holds()
