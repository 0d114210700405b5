"""The three networks once more, from specs."""

import pytest
import torch

import netspec
from netspec.backends.torch.build import build
from tests.backends.torch.networks import PAIRS, same

RESIDUAL = """
netspec: 1
name: residual
dims: {H: 16, W: 16}
inputs: {image: [N, 3, H, W]}
blocks:
  residual:
    params: {out_channels}
    nodes:
      conv_path:
        - {op: conv, out_channels: out_channels, kernel_size: 3, padding: 1}
        - batch_norm
        - relu
        - {op: conv, out_channels: out_channels, kernel_size: 3, padding: 1}
      skip_path: {op: conv, from: x, out_channels: out_channels, kernel_size: 1,
                  when: x.channels != out_channels}
      sum: {op: add, from: [conv_path, skip_path]}
      out_act: relu
nodes:
  stem: {op: conv, out_channels: 8, kernel_size: 3, padding: 1}
  layer1: {op: residual, out_channels: 16, repeat: 3}
  pool: {op: adaptive_avg_pool, output_size: 1}
  flatten: flatten
  fc: {op: linear, out_features: 10}
outputs: {logits: {from: fc, shape: [N, 10]}}
"""

HEADS = """
netspec: 1
name: heads
dims: {H: 16, W: 16}
inputs: {left: [N, 4, H, W], right: [N, 4, H, W]}
blocks:
  residual:
    nodes:
      conv_path:
        - {op: conv, out_channels: x.channels, kernel_size: 3, padding: 1}
        - batch_norm
        - relu
        - {op: conv, out_channels: x.channels, kernel_size: 3, padding: 1}
      sum: {op: add, from: [conv_path, x]}
      out_act: relu
nodes:
  first: {op: conv, from: left, out_channels: 8, kernel_size: 3, padding: 1, at: stems.0}
  second: {share: first, from: right}
  both: {op: concat, from: [first, second]}
  bias: {op: parameter, shape: [1, 16, 1, 1], at: stems.bias}
  shifted: {op: add, from: [both, bias], broadcast: true}
  trunk: residual
  again: {op: residual, at: more.block}
  halves: {op: chunk, chunks: 2}
  tokens: {op: reshape, from: halves.1, shape: [N, 8, H * W]}
  other: {op: conv, from: halves.0, out_channels: 2, kernel_size: 1}
  aux:
    from: trunk
    chain:
      - {op: conv, out_channels: 3, kernel_size: 1}
      - {op: mean, dim: [2, 3]}
outputs:
  tokens: {from: tokens, shape: [N, 8, H * W]}
  other: other
  aux: {from: aux, training: true}
"""

FUNCTIONS = """
netspec: 1
name: functions
dims: {H: 16, W: 16}
inputs: {image: [N, 3, H, W]}
nodes:
  stem:
    - {op: conv, out_channels: 6, kernel_size: 1}
    - {op: reshape, shape: [N, 6, H * W]}
    - {op: permute, dims: [0, 2, 1]}
    - layer_norm
  mix:
    nodes:
      attend: {op: multihead_attention, num_heads: 2}
      sum: {op: add, from: [attend, x]}
  back: {op: permute, dims: [0, 2, 1]}
  fold:
    nodes:
      grid: {op: reshape, shape: [N, 6, H, W]}
  blind:
    from: back
    nodes:
      grid: {op: reshape, shape: [N, 6, H, W]}
  both: {op: add, from: [fold, blind]}
  resize: {op: upsample, size: [2 * H, (W + 1) // 2]}
outputs: {y: {from: resize, shape: [N, 6, 2 * H, ceil(W/2)]}}
"""

SPECS = {"residual": RESIDUAL, "heads": HEADS, "functions": FUNCTIONS}


@pytest.mark.parametrize("name", SPECS)
def test_a_spec_gives_the_network_written_by_hand(name: str) -> None:
    pair = PAIRS[name]
    graph = netspec.check_spec(netspec.Text(SPECS[name])).graph
    network, by_hand = build(graph, seed=0), pair.by_hand()
    by_hand.load_state_dict(network.state_dict())
    for training in (True, False):
        for sizes in ((2, 16, 16), (3, 7, 10)):
            inputs = pair.inputs(*sizes)
            assert same(network.train(training)(*inputs), by_hand.train(training)(*inputs))


@pytest.mark.parametrize("name", SPECS)
def test_the_graph_tells_the_weights_in_the_order_of_torch(name: str) -> None:
    graph = netspec.check_spec(netspec.Text(SPECS[name])).graph
    state = build(graph, device="meta").state_dict()
    told = [(key, weight.shape) for key, _, weight in graph.weights()]
    assert told == [(key, tuple(tensor.shape)) for key, tensor in state.items()]


def test_the_note_of_an_exception_cites_the_spec() -> None:
    network = netspec.compile_spec(netspec.Text(RESIDUAL, "specs/small.yaml"))
    network.layer1[1].conv_path[1] = torch.nn.BatchNorm2d(3)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        network(*PAIRS["residual"].inputs())
    line = 1 + RESIDUAL.split("\n").index("        - batch_norm")
    assert caught.value.__notes__ == [f"in layer1.1.conv_path.1, specs/small.yaml:{line}"]


def test_weights_have_the_type_of_the_inputs() -> None:
    text = RESIDUAL.replace("[N, 3, H, W]", "{shape: [N, 3, H, W], dtype: float64}")
    network = netspec.compile_spec(netspec.Text(text))
    assert network.fc.weight.dtype == torch.float64
    assert netspec.compile_spec(netspec.Text(text), dtype=torch.bfloat16).fc.bias.dtype == (
        torch.bfloat16
    )
