"""By how much a feature map is coarser than the image."""

from fractions import Fraction

import pytest

import netspec
from netspec import Text
from netspec.analysis.stride import output_strides
from netspec.graph.ir import Graph


def graph(size: int, *nodes: str) -> Graph:
    lines = "".join(f"  n{index}: {node}\n" for index, node in enumerate(nodes))
    text = f"netspec: 1\ninputs: {{x: [N, 4, {size}, {size}]}}\nnodes:\n{lines}"
    return netspec.check_spec(Text(f"{text}outputs: {{y: n{len(nodes) - 1}}}\n")).graph


DOWN = "{op: conv, out_channels: 4, kernel_size: 3, stride: 2}"
UP = "{op: upsample, scale_factor: 2}"


@pytest.mark.parametrize(
    ("size", "nodes", "stride"),
    [
        (32, ["relu"], 1),
        (299, [DOWN] * 5, 32),
        (299, ["{op: conv, out_channels: 4, kernel_size: 3}"] * 9, 1),
        (32, [DOWN, UP], 1),
        (32, [UP], Fraction(1, 2)),
        (224, [f"[{DOWN}, relu, {DOWN}]", "{op: add, from: [n0, n0]}"], 4),
        (28, ["{op: adaptive_avg_pool, output_size: 1}"], 28),
    ],
)
def test_strides_multiply_along_the_way(size: int, nodes: list[str], stride: int) -> None:
    assert output_strides(graph(size, *nodes).root) == ((stride, stride),)


def test_what_has_no_spatial_dimension_has_no_stride() -> None:
    assert output_strides(graph(8, "flatten").root) == ((),)
