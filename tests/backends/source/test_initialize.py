"""Each tensor is filled as the rules of the spec say, and by them alone."""

import sys
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

import netspec
from netspec import Checked, zoo
from netspec.backends.source import initialize
from netspec.graph.ir import Initializer
from tests.backends.source.exported import load
from tests.backends.source.parts import checked

Rule = tuple[str, tuple[tuple[str, object], ...]]

NAMED = """blocks: {inner: {nodes: {myconv: {op: conv, out_channels: 4, kernel_size: 1}}}}
nodes:
  conv: {op: conv, out_channels: 4, kernel_size: 1}
  other: inner
  more: {op: inner, repeat: 4}
  deep: {nodes: {conv: {op: conv, out_channels: 4, kernel_size: 1}}}
  norm: {op: batch_norm, repeat: 5}
  token: {op: parameter, shape: [4, 1, 1]}
  sum: {op: add, from: [norm, token], broadcast: true}
  flat: {op: flatten, start_dim: 2}
  turned: {op: permute, dims: [0, 2, 1]}
  attention: {op: multihead_attention, from: [turned, turned, turned], num_heads: 2}
outputs: {y: attention}
init:
"""
RULES = [
    "[{match: conv.weight, fill: 0}, {match: other.*, fill: 1}]",
    "[{match: conv.*, fill: 0}, {match: 'more.?.*', fill: 1}]",
    "[{match: '*conv.weight', fill: 0}, {match: 'deep.*', fill: 1}]",
    "[{match: deep.conv.weight, fill: 0}, {op: conv, fill: {normal: {std: 2.0}}}]",
    "[{match: 'norm.[0-3].weight', fill: 0}, {match: norm.4.running_var, fill: 0.5}]",
    "[{match: 'norm.*.running_mean', fill: 1}, {match: '*', op: batch_norm, fill: 0}]",
    "[{match: token, fill: 1}, {match: 'attention.*', fill: {uniform: {a: -1, b: 1}}}]",
    "[{match: '*.weight', fill: {xavier_uniform: {gain: 2.0}}, op: conv}, {match: '*', fill: 0}]",
]


def applied(source: str, rules: Mapping[str, Initializer]) -> dict[str, Rule]:
    """The last call of torch.nn.init for each tensor by the constructor of a network."""
    found: dict[int, Rule] = {}
    names = {"zeros_", "ones_", *(f"{rule.name}_" for rule in rules.values())}
    with pytest.MonkeyPatch.context() as patch:
        for name in names:

            def record(
                tensor: Tensor, *arguments: object, name: str = name, **given: object
            ) -> None:
                if sys._getframe(1).f_code.co_filename == "exported.py":
                    assert not arguments
                    found[tensor.data_ptr()] = (name, tuple(sorted(given.items())))

            patch.setattr(torch.nn.init, name, record)
        state = load(source).state_dict()
    by_key = {key: found.get(tensor.data_ptr()) for key, tensor in state.items()}
    return {key: rule for key, rule in by_key.items() if rule is not None}


def _record(
    found: dict[int, Rule], name: str, tensor: Tensor, *arguments: object, **given: object
) -> None:
    if sys._getframe(1).f_code.co_filename == "exported.py":  # and not torch's own
        assert not arguments
        found[tensor.data_ptr()] = (name, tuple(sorted(given.items())))


def wanted(rules: Mapping[str, Initializer]) -> dict[str, Rule]:
    return {key: _rule(rule) for key, rule in rules.items()}


def _rule(rule: Initializer) -> Rule:
    if rule.name == "constant" and rule.arguments["val"] in (0, 1):
        return ("zeros_", "ones_")[rule.arguments["val"] == 1], ()
    return f"{rule.name}_", tuple(sorted(rule.arguments.items()))


def check(spec: Checked) -> None:
    rules = spec.graph.init
    assert rules
    assert applied(netspec.to_source(spec), rules) == wanted(rules)


@pytest.mark.parametrize("rules", RULES)
def test_each_tensor_has_its_rule(rules: str) -> None:
    check(checked(NAMED + f"  {rules}\n"))


@pytest.mark.parametrize("name", ["torchvision/squeezenet1_0", "timm/mobilenetv1_100"])
def test_networks_of_the_zoo(name: str) -> None:
    check(netspec.check_spec(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_the_whole_zoo(name: str) -> None:
    spec = netspec.check_spec(name)
    assert applied(netspec.to_source(spec), spec.graph.init) == wanted(spec.graph.init)


def test_a_rule_that_reaches_too_far_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initialize, "_FEW", 0)
    check(checked(NAMED + f"  {RULES[0]}\n"))
    monkeypatch.setattr(initialize, "_ending", lambda key, *_: "." + key.rpartition(".")[2])
    with pytest.raises(AssertionError):
        check(checked(NAMED + f"  {RULES[0]}\n"))


def test_most_modules_of_a_class_give_its_rule_and_others_follow_by_name() -> None:
    source = netspec.to_source(netspec.check_spec("torchvision/squeezenet1_0"))
    assert "if isinstance(module, nn.Conv2d):\n                nn.init.kaiming_uniform_" in source
    assert 'nn.init.normal_(self.get_parameter("classifier.1.weight"), std=0.01)' in source
    assert "state_dict" not in source


def test_torchs_own_stays_where_no_rule_is() -> None:
    assert "nn.init" not in netspec.to_source(netspec.check_spec("lenet5"))
