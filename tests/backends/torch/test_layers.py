"""Our few torch layers: numbers and random draws are torchvision's, sums run from left to right."""

import ast
import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torchvision
from torch import Tensor, nn

from netspec.backends.torch import layers
from netspec.backends.torch.layers import StochasticDepth, add_all, mul_all

SHAPES = [(4,), (4, 3), (4, 3, 5), (4, 3, 5, 6), (2, 3, 4, 5, 6), (0, 3), (1, 1, 1, 1)]
Drop = Callable[[Tensor], Tensor]


def drawn(drop: Drop, x: Tensor) -> tuple[Tensor, Tensor]:
    """The output for a fixed seed, and the next random number after it."""
    torch.manual_seed(7)
    return drop(x), torch.rand(1)


def is_torchvision(drop: Drop, p: float, mode: str, x: Tensor) -> bool:
    reference = torchvision.ops.StochasticDepth(p, mode)
    return all(map(torch.equal, drawn(drop, x), drawn(reference, x)))


class TestStochasticDepth:
    @pytest.mark.parametrize("mode", ["row", "batch"])
    @pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9, 1.0])
    def test_is_torchvision(self, p: float, mode: str) -> None:
        for shape in SHAPES:
            for dtype in (torch.float32, torch.float64, torch.bfloat16):
                x = torch.randn(shape).to(dtype)
                assert is_torchvision(StochasticDepth(p, mode), p, mode, x)

    def test_gradient_is_torchvision(self) -> None:
        gradients = []
        for drop in (StochasticDepth(0.4, "row"), torchvision.ops.StochasticDepth(0.4, "row")):
            x = torch.ones(8, 3, requires_grad=True)
            drawn(drop, x)[0].sum().backward()
            assert x.grad is not None
            gradients.append(x.grad)
        assert torch.equal(*gradients)

    @pytest.mark.parametrize(
        ("p", "mode"), [(0.3, "row"), (0.7, "batch"), (0.4, "batch"), (0.6, "row")]
    )
    def test_wrong_probability_or_mode_is_seen(self, p: float, mode: str) -> None:
        assert not is_torchvision(StochasticDepth(p, mode), 0.5, "row", torch.randn(64, 3))

    def test_more_draws_are_seen(self) -> None:
        def twice(x: Tensor) -> Tensor:
            drop = StochasticDepth(0.5, "row")
            drop(x)
            return drop(x)

        assert not is_torchvision(twice, 0.5, "row", torch.randn(64, 3))

    def test_evaluation_passes_the_tensor_on(self) -> None:
        x = torch.randn(4, 3)
        assert StochasticDepth(0.5, "row").eval()(x) is x
        assert StochasticDepth(0, "row").train()(x) is x

    @pytest.mark.parametrize(("p", "mode"), [(1.5, "row"), (-0.1, "row"), (0.5, "column")])
    def test_refuses(self, p: float, mode: str) -> None:
        with pytest.raises(ValueError, match="must be"):
            StochasticDepth(p, mode)

    def test_repr(self) -> None:
        assert repr(StochasticDepth(0.2, "row")) == "StochasticDepth(p=0.2, mode=row)"

    def test_copies_and_transforms(self) -> None:
        drop, x = StochasticDepth(0.3, "row"), torch.randn(4, 3, 5, 5)
        dynamic = {0: torch.export.Dim("N", min=2)}
        for other in (
            copy.deepcopy(drop),
            pickle.loads(pickle.dumps(drop)),
            torch.fx.symbolic_trace(drop),
            torch.compile(drop, fullgraph=True, backend="eager"),
            torch.export.export(drop, (x,), dynamic_shapes=(dynamic,)).module(),
        ):
            assert is_torchvision(other, 0.3, "row", x)


class TestSums:
    # In single precision 1 is lost beside 1e9, so the sum is 1 from the left and 0 from the right.
    HUGE = [torch.tensor([value]) for value in (1e9, 1.0, -1e9, 1.0)]

    def test_from_left_to_right(self) -> None:
        assert add_all(self.HUGE).item() == 1
        assert add_all(self.HUGE[::-1]).item() == 0

    def test_in_place_adds_onto_the_first(self) -> None:
        first, second, third = (torch.full((2, 3), value) for value in (1.0, 2.0, 4.0))
        assert add_all([first, second, third], inplace=True) is first
        assert first.eq(7).all()
        assert second.eq(2).all()

    def test_leaves_inputs_alone(self) -> None:
        tensors = [torch.full((2,), value) for value in (2.0, 3.0, 5.0)]
        assert add_all(tensors).tolist() == [10, 10]
        assert mul_all(tensors).tolist() == [30, 30]
        assert [tensor.tolist() for tensor in tensors] == [[2, 2], [3, 3], [5, 5]]

    def test_product_from_left_to_right(self) -> None:
        # (1e30 * 1e30) overflows; (1e-30 * 1e30) * 1e30 does not.
        small, big = torch.tensor([1e-30]), torch.tensor([1e30])
        assert mul_all([small, big, big]).isfinite().all()
        assert not mul_all([big, big, small]).isfinite().all()

    def test_broadcast(self) -> None:
        wide, tall = torch.ones(1, 3), torch.ones(2, 1)
        assert add_all([wide, tall, wide]).shape == (2, 3)
        assert mul_all([wide, tall, wide]).shape == (2, 3)

    def test_trace(self) -> None:
        class Both(nn.Module):
            def forward(self, x: Tensor, y: Tensor) -> Tensor:
                return add_all([x, y, x]) * mul_all([x, y, y])

        x, y = torch.randn(2, 3), torch.randn(2, 3)
        traced = torch.fx.symbolic_trace(Both())
        assert torch.equal(traced(x, y), (x + y + x) * (x * y * y))


def test_layers_need_torch_only() -> None:
    """Generated source may carry a copy of each."""
    assert layers.__file__ is not None
    tree = ast.parse(Path(layers.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {
        each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    assert modules | names == {"collections.abc", "functools", "torch"}
