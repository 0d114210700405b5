"""Networks without blocks compute the same."""

from pathlib import Path

import pytest

import netspec
from netspec.graph.ir import Share
from netspec.passes import identities
from netspec.passes.flatten import flatten
from netspec.passes.identities import drop_identities
from tests.passes.proving import Proof

SPECS = sorted((Path(__file__).parents[1] / "specs").glob("*.yaml"))
SHARED = """inputs: {x: [N, 4, 8, 8]}
nodes:
  a: [{op: conv, out_channels: 4, kernel_size: 1}, batch_norm, relu]
  b: {share: a, from: x}
  c: {share: a}
  s: {op: add, from: [b, c]}
outputs: {y: s}
"""
DROPPED = """inputs: {x: [N, 4]}
nodes:
  a: dropout
  b: [identity, dropout, {op: linear, out_features: 3}, dropout]
outputs: {y: b}
"""


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_every_op_of_evaluation_is_there(spec: Path) -> None:
    checked = netspec.check_spec(spec)
    flat = flatten(checked.graph).root
    names = sorted(path for path, node, _ in checked.graph.leaves() if not node.training)
    found = sorted(node.name for node in flat.nodes)
    assert set(found) <= set(names)
    assert any(checked.graph.root.training) or found == names


def test_a_module_that_its_first_user_lost_belongs_to_the_next() -> None:
    # nobody reads the output of `a`, which is there for its weights
    found = Proof(SHARED, [])
    flat = flatten(found.model._graph).root
    shares = [node.body for node in flat.nodes if isinstance(node.body, Share)]
    assert {flat.nodes[share.target].name for share in shares} == {"a.0", "a.1", "a.2"}
    assert found.holds()


def test_identities_are_dropped() -> None:
    found = Proof(DROPPED, [drop_identities])
    assert found.last.done == ("a", "b.0", "b.1", "b.3")
    assert found.kinds == ["Linear"]
    assert found.holds()


def test_dropping_more_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = identities.leaf_of

    def wrong(node):  # type: ignore[no-untyped-def]
        leaf = right(node)
        return found_identity if leaf.call.target == "torch.nn.ReLU" else leaf

    graph = netspec.check_spec(
        netspec.Text("netspec: 1\ninputs: {x: [N, 4]}\nnodes: {a: identity}\noutputs: {y: a}\n")
    ).graph
    found_identity = right(graph.root.nodes[0])
    monkeypatch.setattr(identities, "leaf_of", wrong)
    spec = "inputs: {x: [N, 4]}\nnodes: {y: relu}\noutputs: {y: y}\n"
    assert not Proof(spec, [drop_identities]).holds()
