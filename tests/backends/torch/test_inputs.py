"""A network says which input is not what its spec declares."""

from collections.abc import Mapping

import pytest
import torch

import netspec
from netspec.backends.torch.build import build
from netspec.backends.torch.module import Network
from netspec.graph.ir import INPUT, Ref
from netspec.ops.base import Call
from netspec.shape import Shape, symbol
from tests.backends.torch.drafts import RELU, Draft, X, graph
from tests.backends.torch.networks import PAIRS

N, H, W, M = symbol("N"), symbol("H", 16), symbol("W", 16), symbol("M", 32, 32)


def network(least: Mapping[str, int] | None = None, **inputs: Shape) -> Network:
    root = Draft("network", **inputs)
    outputs = [root.add(f"out{i}", RELU, Ref(INPUT, i)) for i in range(len(inputs))]
    return build(graph(root.scope(*outputs), **(least or {})))


@pytest.mark.parametrize(
    ("declared", "given", "message"),
    [
        (
            {"image": (N, 3, 224, 224)},
            [(1, 1, 224, 224)],
            "`image` must be N×3×224×224, not 1×1×224×224",
        ),
        (
            {"image": (N, 3, 224, 224)},
            [(3, 224, 224)],
            "`image` must be N×3×224×224, not 3×224×224",
        ),
        ({"image": (N, 3)}, [()], "`image` must be N×3, not a scalar"),
        ({"image": (N, 3, H, W)}, [(1, 4, 9, 9)], "`image` must be N×3×H×W, not 1×4×9×9"),
        ({"x": (N, 3), "y": (N, 4)}, [(2, 3), (2, 3)], "`y` must be N×4, not 2×3"),
        ({"x": (N, 3), "y": (N, 4)}, [(2, 3), (5, 4)], "`y` must be N×4 with N=2, not 5×4"),
        (
            {"x": (N, H), "y": (N, 2 * H)},
            [(2, 3), (2, 7)],
            "`y` must be N×2*H with H=3, N=2, not 2×7",
        ),
        ({"x": (N, 2 * H)}, [(2, 7)], "`x` must be N×2*H with H=3, N=2, not 2×7"),
        ({"x": (N, 2 * H + 1)}, [(2, 6)], "`x` must be N×2*H + 1 with H=2, N=2, not 2×6"),
        ({"x": (N, M)}, [(2, 48)], "`M` (=48) must be a multiple of 32"),
        ({"x": (N, H)}, [(0, 48)], "`N` (=0) must be at least 1"),
    ],
)
def test_messages(declared: dict[str, Shape], given: list[tuple[int, ...]], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        network(**declared)(*map(torch.zeros, given))
    assert str(caught.value) == message


def test_a_size_below_the_least() -> None:
    checked = network(least={"H": 7}, x=(N, H))
    checked(torch.zeros(1, 7))
    with pytest.raises(ValueError, match=r"`H` \(=6\) must be at least 7"):
        checked(torch.zeros(1, 6))


def test_a_size_below_the_least_of_training() -> None:
    text = """
netspec: 1
dims: {H: 8, W: 8}
inputs: {x: [N, 3, H, W]}
nodes:
  y: relu
  aux: {op: conv, from: x, out_channels: 2, kernel_size: 5}
outputs: {y: y, aux: {from: aux, training: true}}
"""
    made = netspec.compile_spec(netspec.Text(text))
    made.eval()(torch.zeros(1, 3, 1, 1))
    with pytest.raises(ValueError, match=r"`H` \(=4\) must be at least 5 in training"):
        made.train()(torch.zeros(1, 3, 4, 5))
    made(torch.zeros(1, 3, 5, 5))


def test_what_fits_is_let_pass() -> None:
    network(x=(N, 3, H, W))(torch.zeros(5, 3, 1, 99))
    network(x=(N, 2 * H + 1), y=(M, N))(torch.zeros(2, 7), torch.zeros(64, 2))


def test_the_check_leaves_nothing_in_a_trace() -> None:
    made = build(PAIRS["residual"].graph)
    traced = torch.fx.symbolic_trace(made)
    assert not any(
        "shape" in str(node.target) or node.op == "get_attr" for node in traced.graph.nodes
    )


def test_a_size_in_products_alone_is_not_checked() -> None:
    root = Draft("network", x=(N, H * W))
    root.add("act", Call("torch.nn.ReLU"), X)
    build(graph(root.scope()))(torch.zeros(2, 7))
