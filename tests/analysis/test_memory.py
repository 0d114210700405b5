"""Activation memory on paper is what torch holds, to the byte."""

from pathlib import Path

import pytest

import netspec
from netspec import Checked, Text, zoo
from netspec.analysis import memory
from netspec.analysis.memory import activations
from tests.analysis.live import peak_and_written

SPECS = sorted((Path(__file__).parents[1] / "specs").glob("*.yaml"))
QUICK = ["lenet5", "residual_block", "torchvision/resnet18", "torchvision/squeezenet1_1"]

CHAIN = "a: {op: conv, out_channels: 8, kernel_size: 3, padding: 1}\n  b: relu\n  c: relu"
INPLACE = "a: {op: conv, out_channels: 8, kernel_size: 3}\n  b: {op: relu, inplace: true}"
TRAINING = (
    "a: tanh\n  aux: {op: conv, from: a, out_channels: 64, kernel_size: 1}\n"
    "  b: {op: relu, from: a}"
)
SHUFFLE = (
    "a: {op: reshape, shape: [N, 2, 2, 6, 6]}\n  b: {op: permute, dims: [0, 2, 1, 3, 4]}\n"
    "  c: {op: reshape, shape: [N, 4, 6, 6]}\n  d: tanh"
)
PARTS = (
    "p: {op: chunk, chunks: 2}\n  a: {op: conv, from: p.0, out_channels: 9, kernel_size: 1}\n"
    "  b: {op: conv, from: p.1, out_channels: 9, kernel_size: 1}\n  c: {op: add, from: [a, b]}"
)
CUT = (
    "t: tanh\n  p: {op: chunk, chunks: 2}\n  a: {op: flatten, from: p.0}\n"
    "  b: {op: flatten, from: p.1}\n  c: {op: concat, from: [a, b]}"
)
FIRST_OF_ALL = "t: tanh\n  s: {op: select, dim: 1, index: 0}\n  f: {op: flatten, start_dim: 0}"
TOKEN = (
    "t: {op: parameter, shape: [1, 4, 1, 1]}\n  w: {op: expand, shape: [N, _, 6, 6]}\n"
    "  a: {op: add, from: [x, w]}\n  f: {op: flatten, from: a}"
)
WIDE = (
    "w: {op: mean, dim: 1, keepdim: true}\n  e: {op: expand, shape: [_, 5, _, _]}\n"
    "  f: {op: flatten, start_dim: 1}\n  g: tanh"
)
UNREAD = (
    "a: {op: both}\n  b: {op: tanh, from: a.small}\n  c: {op: tanh, from: b}\n"
    "  d: {op: tanh, from: c}"
)
BLOCK = """\
blocks:
  both:
    nodes:
      small: {op: mean, dim: 1}
      large: {op: conv, from: x, out_channels: 50, kernel_size: 1}
    outputs: {small: small, large: large}
"""
ATTENTION = "f: {op: flatten, start_dim: 2}\n  p: {op: permute, dims: [0, 2, 1]}\n  n: layer_norm"


def checked(nodes: str, output: str = "", batch: int = 2) -> Checked:
    last = output or nodes.rpartition("\n")[2].strip().partition(":")[0]
    more = ", aux: {from: aux, training: true}" if "aux:" in nodes else ""
    blocks = BLOCK if "op: both" in nodes else ""
    text = f"netspec: 1\ninputs: {{x: [N, 4, 6, 6]}}\n{blocks}nodes:\n  {nodes}\n"
    return netspec.check_spec(Text(f"{text}outputs: {{y: {last}{more}}}\n"), dims={"N": batch})


def said(spec: Checked) -> tuple[int, int]:
    found = activations(spec.graph.root)
    return 4 * found.peak, 4 * found.total


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize(
    "nodes",
    [CHAIN, INPLACE, TRAINING, SHUFFLE, PARTS, CUT, FIRST_OF_ALL, TOKEN, WIDE, UNREAD, ATTENTION],
)
def test_small_networks(nodes: str, batch: int) -> None:
    spec = checked(nodes, batch=batch)
    assert said(spec) == peak_and_written(spec)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_construct_of_the_language(path: Path) -> None:
    spec = netspec.check_spec(path)
    assert said(spec) == peak_and_written(spec)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in zoo.names()],
)
def test_the_zoo(name: str) -> None:
    spec = netspec.check_spec(name, dims={"N": 2})
    assert said(spec) == peak_and_written(spec)


def test_where_the_peak_is_and_what_each_node_writes() -> None:
    found = activations(
        checked(f"{CHAIN}\n  d: [tanh, {{op: max_pool, kernel_size: 2}}]").graph.root
    )
    size = 2 * 8 * 36
    assert found.at == "d.1"  # the input of the network and that of `d` stay
    assert found.peak == 2 * 4 * 36 + 2 * size + size // 4
    assert found.written == {
        "a": size,
        "b": size,
        "c": size,
        "d": 5 * size // 4,
        "d.0": size,
        "d.1": size // 4,
    }


def test_what_only_training_computes_is_left_out() -> None:
    assert "aux" not in activations(checked(TRAINING).graph.root).written


@pytest.mark.parametrize(
    ("name", "nodes"),
    [("is_inplace", INPLACE), ("view_strides", SHUFFLE), ("Counter", CHAIN)],
)
def test_a_wrong_rule_would_be_seen(name: str, nodes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "is_inplace": lambda leaf: False,
        "view_strides": lambda leaf, outputs, strides: strides,
    }
    if name in wrong:
        monkeypatch.setattr(memory, name, wrong[name])
    else:  # nothing is ever let go
        monkeypatch.setattr(memory._Meter, "release", lambda meter, *tensors: None)
    spec = checked(nodes)
    assert said(spec) != peak_and_written(spec)
