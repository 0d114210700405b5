"""Average pools and the projections behind them."""

import pytest

from netspec.backends.torch import recipes
from netspec.passes.fold import fold_into_convolutions
from netspec.passes.fuse import fuse_activations
from netspec.passes.lower import lower_convolutions
from netspec.passes.pools import project_before_pools
from tests.passes.proving import Proof

PASSES = [fold_into_convolutions, lower_convolutions, fuse_activations, project_before_pools]
POOL = "op: avg_pool, kernel_size: 3, stride: 1, padding: 1"
CONV = "{op: conv, out_channels: 3, kernel_size: 1}"
POOLS = {
    "padded": POOL,
    "not padded": "op: avg_pool, kernel_size: [3, 2], stride: 1, count_include_pad: false",
    "padded on one axis": "op: avg_pool, kernel_size: [1, 3], stride: 1, padding: [0, 1]",
    "another divisor": f"{POOL}, divisor_override: 5, count_include_pad: false",
    "ceil": f"{POOL}, ceil_mode: true",
}


def proof(nodes: str) -> Proof:
    return Proof(f"inputs: {{x: [N, 4, 8, 8]}}\nnodes:\n{nodes}outputs: {{y: y}}\n", PASSES)


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
@pytest.mark.parametrize("after", ["relu", "silu", "softplus"])
def test_a_projection_comes_first(pool: str, after: str) -> None:
    found = proof(f"  p: {{{pool}}}\n  c: [{CONV}, batch_norm]\n  y: {after}\n")
    assert found.last.done == ("c.0 before p",)
    assert "AvgPool2d" not in found.kinds
    assert found.holds()


def test_it_stays_a_sibling_of_others() -> None:
    nodes = f"  p: {{{POOL}}}\n  a: {CONV}\n  b: {{op: conv, from: x, out_channels: 2, "
    found = proof(nodes + "kernel_size: 1}\n  y: {op: concat, from: [a, b, x]}\n")
    assert found.last.done == ("a before p",)
    assert found.holds()


UNCHANGED = {
    "more channels": "  y: {op: conv, out_channels: 5, kernel_size: 1}\n",
    "as many": "  y: {op: conv, out_channels: 4, kernel_size: 1}\n",
    "a larger kernel": "  y: {op: conv, out_channels: 2, kernel_size: 3}\n",
    "groups": "  y: {op: conv, out_channels: 2, kernel_size: 1, groups: 2}\n",
    "no projection": "  y: relu\n",
}


@pytest.mark.parametrize("rest", UNCHANGED.values(), ids=UNCHANGED)
def test_others_stay_behind(rest: str) -> None:
    found = proof(f"  p: {{{POOL}}}\n{rest}")
    assert found.last.done == ()
    assert found.holds()


def test_a_pool_that_takes_steps_stays_first() -> None:
    found = proof(f"  p: {{op: avg_pool, kernel_size: 2}}\n  y: {CONV}\n")
    assert found.last.done == ()
    assert found.holds()


SKIPPED = {
    "its mean is over fewer elements at the border": (
        f"  p: {{{POOL}, count_include_pad: false}}\n  y: {CONV}\n"
    ),
    "others read it too": (f"  p: {{{POOL}}}\n  c: {CONV}\n  y: {{op: concat, from: [p, c]}}\n"),
    "several nodes apply its module": (
        f"  p: {{{POOL}}}\n  c: {CONV}\n  q: {{share: p, from: x}}\n"
        "  y: {op: concat, from: [c, q]}\n"
    ),
}


@pytest.mark.parametrize(("reason", "nodes"), SKIPPED.items(), ids=SKIPPED)
def test_what_is_not_safe_is_skipped_and_told(reason: str, nodes: str) -> None:
    found = proof(nodes)
    assert found.last.done == ()
    assert [skip.reason for skip in found.last.skipped] == [reason]
    assert found.holds()


def test_a_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = recipes._mean
    monkeypatch.setattr(recipes, "_mean", lambda *given: (right(*given)[0], 0 * right(*given)[1]))
    assert not proof(f"  p: {{{POOL}}}\n  y: {CONV}\n").holds()


def test_a_border_that_counts_fewer_elements_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netspec.passes.pools._why_not", lambda *_: "")
    nodes = SKIPPED["its mean is over fewer elements at the border"]
    assert not proof(nodes).holds()
