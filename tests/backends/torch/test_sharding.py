"""The parts of a network that are worth sharding are found in its graph."""

import copy

import pytest
from torch import nn

import netspec

BLOCKS = """
blocks:
  conv_act:
    params: {out_channels}
    chain: [{op: conv, out_channels: out_channels, kernel_size: 3, padding: 1}, relu]
  residual:
    nodes:
      inner: {op: conv_act, out_channels: x.channels}
      sum: {op: add, from: [inner, x]}
  halve:
    chain: [{op: max_pool, kernel_size: 2}]
  once:
    nodes: {body: {op: residual}}
"""


def found(nodes: str) -> list[str]:
    """The paths of the repeated blocks of a network with these nodes, one to a line."""
    lines = "\n".join(f"  {line.strip()}" for line in nodes.strip().splitlines())
    spec = (
        f"netspec: 1\ninputs: {{x: [N, 4, 16, 16]}}\n{BLOCKS}\nnodes:\n{lines}\noutputs: {{y: y}}\n"
    )
    model = netspec.compile_spec(netspec.Text(spec), device="meta")
    blocks = netspec.repeated_blocks(model)
    assert all(model.get_submodule(path) is block for path, block in blocks.items())
    return [*blocks]


CASES = {
    "calls": ("a: residual\nb: relu\ny: residual", ["a", "y"]),
    "a repeat": ("y: {op: residual, repeat: 3}", ["y.0", "y.1", "y.2"]),
    "one call": ("y: residual", []),
    "in a chain": ("y: [relu, {op: residual, repeat: 2}, relu]", ["y.1", "y.2"]),
    "the inner one, where it is alone": (
        "a: residual\nb: {op: conv_act, out_channels: 8}\ny: {op: conv_act, out_channels: 2}",
        ["a.inner", "b", "y"],
    ),
    "inside of a block that is called once": ("a: once\ny: residual", ["a.body", "y"]),
    "without parameters": ("a: halve\ny: halve", []),
    "one module": ("a: residual\ny: {share: a, from: a}", []),
    "elsewhere": ("a: {op: residual, at: m.0}\ny: {op: residual, at: m.1}", ["m.0", "m.1"]),
    "a chain": (
        "y: {chain: [{op: conv, out_channels: 4, kernel_size: 1}, relu], repeat: 2}",
        ["y.0", "y.1"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_largest_parts_that_are_built_several_times(case: str) -> None:
    nodes, wanted = CASES[case]
    assert found(nodes) == wanted


def test_a_dict_has_places_too() -> None:
    layer = {"op": "linear", "out_features": 8}
    pair = {"chain": [layer, "relu"], "repeat": 2}
    nodes = {"a": pair, "b": {"chain": [layer]}, "y": layer}
    spec = {"netspec": 1, "inputs": {"x": ["N", 8]}, "nodes": nodes, "outputs": {"y": "y"}}
    assert [*netspec.repeated_blocks(netspec.compile_spec(spec))] == ["a.0", "a.1"]


@pytest.mark.parametrize(
    ("spec", "number", "first"),
    [
        ("torchvision/resnet50", 16, "layer1.0"),
        ("torchvision/densenet121", 61, "features.denseblock1.denselayer1"),
        ("torchvision/vgg16", 0, None),
    ],
)
def test_of_the_zoo(spec: str, number: int, first: str | None) -> None:
    paths = [*netspec.repeated_blocks(netspec.compile_spec(spec, device="meta"))]
    assert len(paths) == number and next(iter(paths), None) == first


def test_a_part_that_was_replaced_is_found() -> None:
    model = netspec.compile_spec("torchvision/resnet18", device="meta")
    model.layer1[1] = block = nn.Linear(1, 1)
    assert netspec.repeated_blocks(model)["layer1.1"] is block


def test_a_copy_is_refused() -> None:
    model = copy.deepcopy(netspec.compile_spec("lenet5"))
    with pytest.raises(ValueError, match="`lenet5` is a copy: ask the network that was compiled"):
        netspec.repeated_blocks(model)
