"""Reductions, beyond what the conformance test sees."""

import pytest
import torch

from netspec.backends.torch.once import execute
from netspec.ops.base import Inputs, OpError
from netspec.ops.reduction import Mean
from netspec.shape import symbol

N, H, W = symbol("N"), symbol("H", 56), symbol("W", 56)


@pytest.mark.parametrize(
    ("dim", "message"),
    [
        (4, "`dim` (=4) is no dimension of [N, 8, H, W]"),
        ((2, -2), "`dim` (=[2, -2]) must name each dimension once"),
        ((), "`dim` (=[]) must name each dimension once"),
    ],
)
def test_dim_of_mean(dim: int | tuple[int, ...], message: str) -> None:
    with pytest.raises(OpError) as error:
        Mean(dim=dim).infer(Inputs((N, 8, H, W)))
    assert error.value.argument == "dim"
    assert error.value.message == message


def test_mean_is_over_these_dimensions() -> None:
    x = torch.randn(2, 3, 4, 5)
    call = Mean(dim=(-1, 2)).lower(Inputs((2, 3, 4, 5)))
    assert torch.equal(execute(call, [x])[0], x.mean((2, 3)))
