"""Lines of `forward` that are not a plain line of layers."""

import pytest

import netspec
from tests.backends.source.exported import check_same

GRID = """
netspec: 1
name: grid
dims: {H: 8, W: {nominal: 6, multiple_of: 2}}
inputs: {image: [N, 4, H, W]}
blocks:
  tokens: {nodes: {line: {op: reshape, shape: [N, x.channels, H * W]}, act: relu}}
  back: {nodes: {act: gelu, map: {op: reshape, shape: [N, x.channels, H, W]}}}
  outer: {nodes: {inner: back, act: relu}}
nodes: {tokens: tokens, map: {op: outer}, small: {op: upsample, size: [H // 2 + 1, W / 2]}}
outputs: {y: small}
"""
PAIR = """
netspec: 1
name: pair
inputs: {x: [N, 4, 8], memory: [N, 4, 8]}
blocks:
  mix:
    params: {width, scale: 1}
    inputs: [x, memory]
    nodes:
      joined: {op: concat, from: [x, memory]}
      conv: {op: conv, out_channels: width, kernel_size: 1}
      scaled: {op: scale, factor: scale, when: scale != 1}
      out: {op: add, from: [scaled, x]}
  two:
    inputs: [x]
    nodes: {a: {op: conv, out_channels: 4, kernel_size: 1}, b: {op: relu, from: x}}
    outputs: {left: a, right: b}
nodes:
  layers: {op: mix, from: [x, memory], width: 4, scale: index + 1, repeat: 3}
  more: {op: mix, from: [layers, memory], width: 4}
  pair: {op: two, from: more}
  sum: {op: add, from: [pair.left, pair.right]}
outputs: {y: sum, z: pair.left}
"""
HEADS = """
netspec: 1
name: heads
inputs: {image: [N, 3, 8, 8]}
nodes:
  stem: {op: conv, out_channels: 4, kernel_size: 3, padding: 1, at: held.stem}
  bias: {op: parameter, shape: [1, 4, 1, 1], at: held.bias}
  moved: {op: add, from: [stem, bias], broadcast: true}
  left: {op: conv, from: moved, out_channels: 4, kernel_size: 1, at: sides.0}
  right: {op: conv, from: moved, out_channels: 4, kernel_size: 1, at: sides.1}
  key: {op: conv, from: moved, out_channels: 4, kernel_size: 1, at: named.some-key}
  drop: {op: dropout, from: right}
  aux: {from: drop, chain: [{op: mean, dim: [2, 3]}, {op: linear, out_features: 2}]}
  both: {op: add, from: [left, right, key], inplace: false}
  split: {op: chunk, from: both, chunks: 2}
  last: {op: concat, from: [split.1, drop]}
outputs: {y: last, aux: {from: aux, training: true}}
"""
INCLUDED = """
netspec: 1
name: included
inputs: {x: {shape: [N, 4, 8, 8], dtype: float64}}
blocks:
  body:
    params: {width, depth: 2, act: true}
    nodes:
      units: {op: conv, out_channels: width, kernel_size: 1, repeat: depth}
      lines:
        - {op: relu, when: act}
        - {op: conv, out_channels: width, kernel_size: 1, bias: act}
        - {op: mean, dim: [2, 3]}
nodes:
  a: {op: body, from: x, width: 4}
  b: {op: body, from: x, width: 6, depth: 3, act: false}
  c: {op: body, from: x, width: 6, depth: 1}
outputs: {a: a, b: b, c: c}
"""


@pytest.mark.parametrize("text", [GRID, PAIR, HEADS, INCLUDED], ids=["grid", "pair", "heads", "in"])
def test_it_is_the_same(text: str) -> None:
    checked = netspec.check_spec(netspec.Text(text))
    check_same(checked, netspec.to_source(checked), most=16)


def test_free_sizes_are_read_off_the_input_and_passed_on() -> None:
    source = netspec.to_source(netspec.check_spec(netspec.Text(GRID)))
    assert "h = image.shape[2]" in source
    assert "size=(x.shape[2] // 2 + 1, x.shape[3] // 2)" in source
    assert "def forward(self, x: Tensor, h: int, w: int) -> Tensor:" in source


def test_heads_for_training_alone_are_computed_in_training_alone() -> None:
    source = netspec.to_source(netspec.check_spec(netspec.Text(HEADS)))
    assert "        if self.training:\n            aux: Tensor = self.aux(drop)\n" in source
    assert "self.sides = nn.ModuleList(" in source


SHARED = """
netspec: 1
name: shared
inputs: {left: [N, 4, 8, 8], right: [N, 4, 6, 6]}
nodes:
  tower:
    from: left
    nodes:
      conv: {op: conv, out_channels: 4, kernel_size: 1}
      flat: {op: reshape, shape: [N, 4, x.height * x.width]}
      mean: {op: mean, dim: [2]}
  other: {share: tower, from: right}
  sum: {op: add, from: [tower, other]}
outputs: {y: sum}
"""


def test_a_module_that_would_differ_is_refused_by_node_and_line() -> None:
    checked = netspec.check_spec(netspec.Text(SHARED, "shared.yaml"))
    with pytest.raises(netspec.NetspecError) as caught:
        netspec.to_source(checked)
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.line) == ("not-exportable", 12)
    assert "`other` uses `tower` at sizes for which it would differ" in found.message
    alike = SHARED.replace("6, 6", "8, 8")
    checked = netspec.check_spec(netspec.Text(alike))
    check_same(checked, netspec.to_source(checked))
