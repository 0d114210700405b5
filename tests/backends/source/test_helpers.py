"""Copies of what torch does not have."""

import ast

import torch

from netspec.backends.source.helpers import helper_names, helpers
from netspec.backends.torch import layers


def test_what_is_called_is_copied_with_what_it_calls_in_turn() -> None:
    found = helpers("x = StochasticDepth(0.1, mode)")
    defined = [ast.parse(each).body[0] for each in found]
    names = [each.name for each in defined if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    assert names == ["stochastic_depth", "StochasticDepth"]


def test_a_variable_of_such_a_name_copies_nothing() -> None:
    assert helpers("add_all = StochasticDepth\nx.stochastic_depth(add_all)") == []


def test_a_copy_does_what_the_original_does() -> None:
    scope: dict[str, object] = {"nn": torch.nn, "Tensor": torch.Tensor}
    exec("\n\n".join(helpers("stochastic_depth(x)")), scope)
    copy = scope["stochastic_depth"]
    assert callable(copy)
    x = torch.rand(8, 3, 2)
    for function in (copy, layers.stochastic_depth):
        torch.manual_seed(0)
        assert torch.equal(function(x, 0.5, "row", True), _expected(x))


def _expected(x: torch.Tensor) -> torch.Tensor:
    torch.manual_seed(0)
    return layers.stochastic_depth(x, 0.5, "row", True)


def test_names_are_those_of_all_definitions() -> None:
    assert {"stochastic_depth", "StochasticDepth"} <= set(helper_names())
