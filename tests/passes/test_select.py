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


NESTED = Text(
    """
netspec: 1
name: net
inputs: {x: [N, 3, 32, 32]}
blocks:
  residual:
    nodes:
      conv: {op: conv, out_channels: x.channels, kernel_size: 3, padding: 1}
      act: relu
      sum: {op: add, from: [act, x]}
nodes:
  features:
    - {op: conv, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
    - {op: residual, repeat: 2}
    - [{op: max_pool, kernel_size: 2}, relu, batch_norm]
    - residual
  stages:
    nodes:
      fine: {op: residual, at: finest}
      coarse: {op: max_pool, kernel_size: 2}
      unread: {op: conv, out_channels: 2, kernel_size: 1}
    outputs: {c3: fine, c4: coarse, c5: unread}
  twin: {op: residual, from: stages.c4}
  again: {share: twin, from: twin}
  fc: {op: linear, from: flat, out_features: 5}
  flat: {op: flatten, from: again}
outputs: {logits: fc, spare: stages.c5}
"""
)


def _seen(model: torch.nn.Module, paths: list[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    """What forward hooks see at modules."""
    seen: dict[str, torch.Tensor] = {}
    for path in paths:
        model.get_submodule(path).register_forward_hook(
            lambda module, args, out, path=path: seen.update({path: out})
        )
    model(x)
    return seen


@pytest.mark.parametrize("is_training", [True, False])
def test_nodes_inside_of_others_give_what_hooks_see(is_training: bool) -> None:
    paths = ["features.0", "features.2.conv", "features.3.0", "features", "stages.finest.conv"]
    whole = netspec.compile_spec(NESTED).train(is_training)
    part = netspec.compile_spec(NESTED, outputs=paths).train(is_training)
    part.load_state_dict({k: v for k, v in whole.state_dict().items() if k in part.state_dict()})
    x = torch.randn(2, 3, 32, 32)
    seen, found = _seen(whole, paths, x), part(x)
    assert list(found) == paths
    assert all(torch.equal(found[path], seen[path]) for path in paths)
    assert not torch.equal(found["features"], found["features.3.0"])


def test_what_stands_behind_a_nested_output_is_left_out() -> None:
    model = netspec.compile_spec(NESTED, outputs=["features.1.conv"])
    assert {key.rpartition(".")[0] for key in model.state_dict()} == {
        "features.0",
        "features.1.conv",
    }
    assert model.feature_info["features.1.conv"].stride == (2, 2)


def test_a_chain_that_ends_earlier_is_still_a_sequential() -> None:
    features = netspec.compile_spec(NESTED, outputs=["features.2"]).get_submodule("features")
    assert isinstance(features, torch.nn.Sequential)
    assert len(features) == 3


def test_one_copy_of_a_repeat_and_one_use_of_a_block_are_opened() -> None:
    model = netspec.compile_spec(NESTED, outputs=["features.1.act", "features.4"])
    shapes = {name: tuple(each.shape) for name, each in model(torch.randn(1, 3, 32, 32)).items()}
    assert shapes == {"features.1.act": (1, 8, 16, 16), "features.4": (1, 8, 8, 8)}


def test_named_outputs_of_a_node() -> None:
    model = netspec.compile_spec(NESTED, outputs=["stages.c4", "stages.coarse"])
    found = model(torch.randn(1, 3, 32, 32))
    assert torch.equal(found["stages.c4"], found["stages.coarse"])
    assert not [key for key in model.state_dict() if "unread" in key]


@pytest.mark.parametrize(
    ("name", "message", "help"),
    [
        ("features.9", "`features` has no node `9` with one output", "there are features.0, "),
        ("features.1.atc", "`features.1` has no node `atc`", "did you mean `features.1.act`?"),
        ("stages.c2", "`stages` has no node `c2` with", "there are stages.c3, "),
        ("twin.conv", "`twin.conv` is inside of `twin`, whose module several", "name `twin`"),
        ("again.conv", "`again.conv` is inside of `again`, whose module", "name `again`"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(name: str, message: str, help: str) -> None:
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(NESTED, outputs=[name, "features.0"])
    (found,) = error.value.diagnostics
    assert found.message.startswith(message)
    assert found.help is not None
    assert found.help.startswith(help)


def test_what_works_in_place_may_not_overwrite_an_output() -> None:
    text = SPEC.text if isinstance(SPEC.text, str) else ""
    spec = Text(text.replace("  split:", "  act: {op: relu, inplace: true}\n  split:"))
    assert netspec.check_spec(spec)
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(spec, outputs=["stem", "act"])
    assert [found.code for found in error.value.diagnostics] == ["inplace-visible"]
