"""Results over tensors that nobody needs any longer, and over no others."""

import pytest

from netspec.passes import inplace
from netspec.passes.fuse import fuse_sums
from netspec.passes.inplace import write_in_place
from netspec.passes.lower import lower_convolutions
from tests.passes.proving import Proof

CONV = "{op: conv, out_channels: 4, kernel_size: 3, padding: 1}"
POOL = "{op: avg_pool, kernel_size: 3, stride: 1, padding: 1}"
YES = {
    "the only reader": f"  p: {POOL}\n  y: relu\n",
    "the last reader": f"  p: {POOL}\n  d: {CONV}\n  c: {CONV}\n  y: {{op: add, from: [c, p]}}\n",
    "a sum": f"  p: {POOL}\n  q: {POOL}\n  r: {POOL}\n  y: {{op: add, from: [p, q, r]}}\n",
}
NO = {
    "an input": "  y: relu\n",
    "an input in a sum": f"  c: {CONV}\n  y: {{op: add, from: [c, x]}}\n",
    "a later reader": f"  p: {POOL}\n  r: relu\n  y: {{op: concat, from: [r, p]}}\n",
    "a view": f"  p: {POOL}\n  c: {{op: chunk, chunks: 2}}\n  r: {{op: relu, from: c.0}}\n"
    "  y: {op: concat, from: [r, c.1]}\n",
    "a tensor with a view": f"  p: {POOL}\n  f: flatten\n  r: {{op: relu, from: p}}\n"
    "  g: flatten\n  y: {op: concat, from: [f, g]}\n",
    "a parameter": "  p: {op: parameter, shape: [1, 4, 8, 8]}\n  r: relu\n"
    "  y: {op: add, from: [x, r], broadcast: true}\n",
    "what a convolution reads": f"  p: {POOL}\n  c: {CONV}\n  y: {{op: add, from: [c, p]}}\n",
    "twice the same": f"  p: {POOL}\n  y: {{op: add, from: [p, p]}}\n",
}


def proof(nodes: str, outputs: str = "y: y") -> Proof:
    spec = f"inputs: {{x: [2, 4, 8, 8]}}\nnodes:\n{nodes}outputs: {{{outputs}}}\n"
    return Proof(spec, [lower_convolutions, fuse_sums, write_in_place])


@pytest.mark.parametrize("nodes", YES.values(), ids=YES)
def test_where_it_is_safe(nodes: str) -> None:
    found = proof(nodes)
    assert len(found.last.done) == 1
    assert found.holds()
    assert found.holds()  # nothing that a second run needs was overwritten


@pytest.mark.parametrize("nodes", NO.values(), ids=NO)
def test_where_it_is_not(nodes: str) -> None:
    found = proof(nodes)
    assert found.holds()
    assert found.holds()
    assert found.last.done == ()


def test_an_output_is_left_alone() -> None:
    found = proof(f"  p: {POOL}\n  y: relu\n", "y: y, p: p")
    assert found.last.done == ()
    assert found.holds()


def test_a_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inplace, "_is_free", lambda *_: True)
    assert not proof(NO["a later reader"]).holds()
    with pytest.raises(AssertionError, match="an input was overwritten"):
        proof(NO["an input"]).holds()
