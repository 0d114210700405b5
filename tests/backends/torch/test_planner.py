"""A node that shares a module runs it with numbers of its own, however deep they are."""

import pytest
import torch
from torch import Tensor, nn

from netspec import Text, compile_spec
from netspec.backends.torch import planner
from netspec.backends.torch.module import Chain, Network

CONV = "{op: conv, out_channels: 3, kernel_size: 1}"
SHARED = {
    "block in block": "{op: around, from: z}",
    "block in chain": f"{{from: z, chain: [{CONV}, {{op: row}}]}}",
    "block in chain in block": f"{{from: z, nodes: {{first: {CONV}, line: [row]}}}}",
    "block in repeat": f"{{from: z, chain: [{CONV}, {{op: kept, repeat: 2}}, {{op: row}}]}}",
    "share in block": f"{{from: z, nodes: {{first: {CONV}, early: row, "
    "late: {share: early, from: first}}}",
    "argument": f"{{from: z, chain: [{CONV}, {{op: pooled}}]}}",
}


def sharing(shared: str) -> Network:
    """`b` shares `a`: each takes a row of a convolved image, by the height of its own input."""
    text = f"""
netspec: 1
name: sharing
inputs: {{x: [N, 3, 8, 8], z: [N, 3, 4, 4]}}
blocks:
  row: {{nodes: {{row: {{op: select, dim: 2, index: x.height // 2}}}}}}
  kept: {{nodes: {{kept: {{op: reshape, shape: [N, 3, x.height, x.width]}}}}}}
  given: {{params: {{which}}, nodes: {{row: {{op: select, dim: 2, index: which}}}}}}
  pooled:
    nodes:
      pool: {{op: adaptive_avg_pool, output_size: 2}}
      row: {{op: given, which: x.height // 4 - 1}}
  around: {{nodes: {{first: {CONV}, inner: {{op: row}}}}}}
nodes:
  a: {shared}
  b: {{share: a, from: x}}
outputs: {{a: a, b: b}}
"""
    return compile_spec(Text(text), seed=0).eval()


def is_right(network: Network, *, is_pooled: bool = False) -> bool:
    x, z = torch.randn(2, 3, 8, 8), torch.randn(2, 3, 4, 4)
    (conv,) = (each for each in network.modules() if isinstance(each, nn.Conv2d))

    def row(image: Tensor) -> Tensor:
        height, image = image.shape[2], conv(image)
        if is_pooled:
            return nn.functional.adaptive_avg_pool2d(image, 2)[:, :, height // 4 - 1]
        return image[:, :, height // 2]

    found = network(x, z)
    return torch.equal(found["a"], row(z)) and torch.equal(found["b"], row(x))


@pytest.mark.parametrize("case", SHARED)
def test_a_share_runs_with_its_own_numbers(case: str) -> None:
    network = sharing(SHARED[case])
    assert is_right(network, is_pooled=case == "argument")
    assert len(network.state_dict()) == 2


def test_the_numbers_of_the_owner_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "_call_planned", lambda plans, module, *values: module(*values))
    assert not is_right(sharing(SHARED["block in block"]))


def shared_chain() -> Network:
    text = f"""
netspec: 1
name: shared_chain
dims: {{H: 8, W: 8}}
inputs: {{x: [N, 3, H, W]}}
nodes:
  a: [{CONV}, {{op: upsample, size: [H, W]}}]
  p: {{op: adaptive_avg_pool, output_size: 2}}
  b: {{share: a}}
outputs: {{a: a, b: b}}
"""
    return compile_spec(Text(text), seed=0).eval()


def test_a_shared_chain_gets_the_sizes_that_its_input_does_not_tell() -> None:
    network = shared_chain()
    x = torch.randn(2, 3, 6, 10)
    found = network(x)
    convolved = network.get_submodule("a.0")(x)
    small = network.get_submodule("a.0")(nn.functional.adaptive_avg_pool2d(convolved, 2))
    assert torch.equal(found["a"], convolved)
    assert torch.equal(found["b"], nn.functional.interpolate(small, (6, 10)))


def test_a_shared_chain_traces_compiles_and_exports() -> None:
    network = shared_chain()
    x = torch.randn(2, 3, 6, 10)
    wanted = network(x)["b"]
    assert torch.equal(torch.fx.symbolic_trace(network)(x)["b"], wanted)
    assert torch.equal(torch.compile(network, fullgraph=True, backend="eager")(x)["b"], wanted)
    assert torch.equal(torch.export.export(network, (x,)).module()(x)["b"], wanted)
    chain = network.get_submodule("a")
    assert isinstance(chain, Chain)
    assert torch.equal(torch.export.export(chain, (x,)).module()(x), chain(x))


OWNER = """
netspec: 1
name: owner
inputs: {x: [N, 3, 4, 4], z: [N, 3, 4, 4]}
nodes:
  own: {op: batch_norm, from: x}
  use: {share: own, from: z}
outputs: {y: use}
"""


def test_what_owns_a_shared_module_alone_is_not_computed() -> None:
    network = compile_spec(Text(OWNER))
    reference = nn.BatchNorm2d(3)
    x, z = torch.randn(2, 3, 4, 4), torch.randn(2, 3, 4, 4)
    assert torch.equal(network(x, z), reference(z))
    state = network.own.state_dict()
    assert all(torch.equal(state[key], each) for key, each in reference.state_dict().items())


def test_what_is_computed_in_vain_would_be_noticed() -> None:
    network = compile_spec(Text(OWNER.replace("y: use", "y: use, other: own")))
    network(torch.randn(2, 3, 4, 4), torch.randn(2, 3, 4, 4))
    assert network.own.num_batches_tracked == 2
