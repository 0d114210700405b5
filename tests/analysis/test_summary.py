"""The layer table: what gives way where it is narrow."""

import pytest

import netspec
from netspec.analysis.summary import layers

LONG = netspec.Text(
    """
netspec: 1
name: net
inputs: {image: [N, 3, 32, 32]}
nodes:
  features:
    - {op: conv, out_channels: 8, kernel_size: 3}
    - relu
    - {op: max_pool, kernel_size: 2}
    - {op: conv, out_channels: 16, kernel_size: 3}
    - relu
  pool: {op: adaptive_avg_pool, output_size: 1}
outputs: {y: pool}
"""
)


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (120, ["node", "what", "output", "parameters", "MACs"]),
        (70, ["node", "what", "output", "parameters", "MACs"]),
        (54, ["node", "output", "parameters", "MACs"]),
        (36, ["node", "output", "parameters"]),
        (26, ["node", "output"]),
    ],
)
def test_what_a_node_is_gives_way_first(width: int, heads: list[str]) -> None:
    lines = layers(netspec.check_spec(LONG).graph, width=width)
    assert lines[0].split() == heads
    assert max(map(len, lines)) <= width


def test_what_a_node_is_takes_the_room_that_is_left() -> None:
    graph = netspec.check_spec(LONG).graph
    whole, cut = layers(graph)[1], layers(graph, width=70)[1]
    assert "conv 3×3, relu, max_pool 2×2 /2, conv 3×3, …   " in whole
    assert "…" in cut
    assert cut.split()[-2:] == whole.split()[-2:]
