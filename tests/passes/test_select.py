"""Features from the middle of a network."""

import pytest
import torch

import netspec
from netspec import NetspecError, Text

SPEC = Text(
    """
netspec: 1
name: net
inputs: {x: [N, 3, 32, 32]}
nodes:
  stem: {op: conv, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
  split: {op: chunk, chunks: 2}
  left: {op: conv, from: split.0, out_channels: 6, kernel_size: 1}
  again: {share: left, from: split.1}
  both: {op: add, from: [left, again]}
  down: {op: max_pool, kernel_size: 2}
  pool: {op: adaptive_avg_pool, output_size: 1}
  fc: [flatten, {op: linear, out_features: 5}]
outputs: {logits: fc}
init: [{match: "left.bias", fill: 0.5}, {match: "fc.*", fill: 1}]
"""
)


def test_only_what_is_needed_remains_under_its_own_keys() -> None:
    model = netspec.compile_spec(SPEC, outputs=["stem", "left"])
    assert list(model.state_dict()) == ["stem.weight", "stem.bias", "left.weight", "left.bias"]


def test_the_tensors_are_those_of_the_whole_network() -> None:
    whole = netspec.compile_spec(SPEC).eval()
    seen: dict[str, torch.Tensor] = {}
    whole.down.register_forward_hook(lambda module, args, out: seen.update(down=out))
    x = torch.randn(2, 3, 32, 32)
    whole(x)
    part = netspec.compile_spec(SPEC, outputs=["down", "both"]).eval()
    part.load_state_dict({k: v for k, v in whole.state_dict().items() if k in part.state_dict()})
    found = part(x)
    assert list(found) == ["down", "both"]
    assert torch.equal(found["down"], seen["down"])
    assert found["down"].std() > 0


def test_one_output_of_several_and_a_single_tensor() -> None:
    model = netspec.compile_spec(SPEC, outputs=["split.1"])
    assert model(torch.randn(1, 3, 32, 32)).shape == (1, 4, 16, 16)


def test_shared_modules_keep_their_owner() -> None:
    model = netspec.compile_spec(SPEC, outputs=["again"])
    assert [key for key in model.state_dict() if key.startswith("left")]
    assert model(torch.randn(1, 3, 32, 32)).shape == (1, 6, 16, 16)


def test_rules_of_initialization_remain() -> None:
    model = netspec.compile_spec(SPEC, outputs=["left"])
    assert (model.state_dict()["left.bias"] == 0.5).all()


def test_the_module_tells_channels_and_stride() -> None:
    info = netspec.compile_spec(SPEC, outputs=["stem", "down"]).feature_info
    assert (info["stem"].channels, info["stem"].stride) == (8, (2, 2))
    assert (info["down"].channels, info["down"].stride) == (6, (4, 4))


@pytest.mark.parametrize(("name", "help"), [("dwon", "did you mean `down`?"), ("split", "`split.")])
def test_an_unknown_node_is_an_error(name: str, help: str) -> None:
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, outputs=[name])
    (found,) = error.value.diagnostics
    assert found.code == "unknown-output"
    assert found.help is not None
    assert help in found.help


def test_what_works_in_place_may_not_overwrite_an_output() -> None:
    text = SPEC.text if isinstance(SPEC.text, str) else ""
    spec = Text(text.replace("  split:", "  act: {op: relu, inplace: true}\n  split:"))
    assert netspec.check_spec(spec)
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(spec, outputs=["stem", "act"])
    assert [found.code for found in error.value.diagnostics] == ["inplace-visible"]
