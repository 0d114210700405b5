"""The classes of a network, and what their constructors take."""

import ast

import pytest

import netspec
from netspec import Checked
from netspec.backends.source import classes
from tests.backends.source.exported import check_same
from tests.backends.source.parts import checked

STAGED = """blocks:
  basic:
    params: {width, stride: 1}
    nodes:
      conv: {op: conv, out_channels: width, kernel_size: 3, stride: stride, padding: 1}
      skip: {op: conv, from: x, out_channels: width, kernel_size: 1, stride: stride,
             when: stride != 1 or x.channels != width}
      sum: {op: add, from: [conv, skip]}
  stage:
    params: {width, depth: 2, stride: 1}
    chain: [{op: basic, width: width, repeat: depth, first: {stride: stride}}]
nodes:
  s1: {op: stage, width: 4}
  s2: {op: stage, width: 8, stride: 2}
  s3: {op: stage, width: 16, depth: 4, stride: 2}
  s4: {op: stage, width: 16, depth: 1}
outputs: {y: s4}
"""
SPLICED = """blocks:
  unit:
    params: {width, norm: true, kernel: 3}
    chain:
      - {op: conv, out_channels: width, kernel_size: kernel, padding: kernel // 2}
      - {op: batch_norm, when: norm}
      - relu
  pair:
    params: {width}
    chain:
      - {op: unit, width: width, splice: true}
      - {op: unit, width: width, norm: false, splice: true}
      - {op: max_pool, kernel_size: 2}
  stage:
    params: {width, deep: true}
    chain:
      - {op: unit, width: 2 * width, splice: true, when: deep}
      - {op: unit, width: width, splice: true, repeat: 3}
nodes:
  a: {chain: [{op: pair, width: 6, splice: true}, {op: pair, width: 8, splice: true}]}
  b: {op: stage, width: 8}
  c: {op: stage, width: 4, deep: false}
  d: [{op: unit, width: 4, kernel: 1}, {op: unit, width: 4 + 2 * index, splice: true, repeat: 4}]
  e: [{chain: [relu, {op: conv, out_channels: 4, kernel_size: 1}], splice: true, repeat: 2}]
  f: {op: unit, width: 4, repeat: 2, label: unit1}
outputs: {y: f}
"""
PLACES = """inputs: {x: [N, 4, 8, 8], m: [N, 4, 8, 8]}
blocks:
  mix:
    params: {w, f: 1.0, act: true}
    inputs: [x, memory]
    nodes:
      conv: {op: conv, from: x, out_channels: w, kernel_size: 1}
      back: {op: conv, out_channels: 4, kernel_size: 1}
      scaled: {op: scale, factor: f}
      act: {op: relu, when: act}
      sum: {op: add, from: [act, memory]}
  outer:
    params: {w, A: 2}
    inputs: [x, memory]
    nodes:
      layers: {op: mix, from: [x, memory], w: "round(w * 0.3) + index", f: w * 0.3,
               act: w > 9 and index == 0, repeat: A, label: block1-0}
nodes:
  one: {op: outer, from: [x, m], w: 8}
  two: {op: outer, from: [one, m], w: 16, A: 3}
  three: {op: outer, from: [two, m], w: 23}
outputs: {y: three}
"""
RANKS = """blocks: {act: {nodes: {a: relu, b: {op: dropout, p: 0.1}}}}
nodes: {a: act, b: flatten, c: act, d: {op: reshape, shape: [N, 4, 64]}, e: act}
outputs: {y: e}
"""


@pytest.mark.parametrize(
    "text", [STAGED, SPLICED, PLACES, RANKS], ids=["staged", "spliced", "places", "ranks"]
)
def test_it_is_the_same(text: str) -> None:
    spec = checked(text)
    check_same(spec, netspec.to_source(spec), most=16)


def signatures(spec: Checked) -> dict[str, str]:
    """The arguments of each class and function."""
    found = {}
    for node in ast.parse(netspec.to_source(spec)).body:
        made = node.body if isinstance(node, ast.ClassDef) else [node]
        for each in made:
            if isinstance(each, ast.FunctionDef) and each.name != "forward":
                name = node.name if isinstance(node, ast.ClassDef) else each.name
                found[name] = ast.unparse(each.args).removeprefix("self").removeprefix(", ")
    return found


def test_a_stage_takes_what_its_block_takes() -> None:
    spec = checked(STAGED)
    assert signatures(spec) == {
        "Basic": "in_channels: int, width: int, stride: int=1",
        "Stage": "in_channels: int, width: int, depth: int=2, stride: int=1",
        "Network": "",
    }
    source = netspec.to_source(spec)
    assert "*(Basic(width, width) for _ in range(depth - 1))," in source
    assert "self.skip = nn.Conv2d(in_channels, width, 1, stride=stride)" in source


def test_chains_that_are_spliced_are_functions() -> None:
    spec = checked(SPLICED)
    found = signatures(spec)
    assert found["unit"] == "in_channels: int, width: int, norm: bool=True"
    assert (found["pair"], found["layers"]) == ("in_channels: int, width: int", "in_channels: int")
    source = netspec.to_source(spec)
    assert "self.a = nn.Sequential(*pair(4, 6), *pair(6, 8))" in source
    assert "*(layer for i in range(3) for layer in unit(4 + 2 * i, 6 + 2 * i))" in source
    assert "*(unit(width, 2 * width) if deep else [])," in source


def test_a_block_that_two_specs_write_is_one_class() -> None:
    source = netspec.to_source(netspec.check_spec("inception_resnet_v1"))
    assert source.count("class ConvBn") == 1
    assert "kernel_size: int | tuple[int, int]" in source


def test_a_class_that_differs_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "form", lambda _: None)
    spec = netspec.check_spec("inception_resnet_v1")
    with pytest.raises((AssertionError, TypeError, RuntimeError, ValueError, IndexError)):
        check_same(spec, netspec.to_source(spec))
