"""Upsample: the size from a factor is torch's to the last pixel."""

import random

import pytest
import torch

from netspec.ops.base import Call, Inputs, OpError
from netspec.ops.upsampling import Upsample
from netspec.shape import at, symbol

N, H, W = symbol("N"), symbol("H", 32), symbol("W", 32)
DYADIC = [0.5, 0.25, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 0.875, 1.0625, 5.75, 2**-5]


def torch_size(size: int, factor: float) -> int:
    x = torch.zeros(1, 1, size)
    return torch.nn.functional.interpolate(x, scale_factor=factor).shape[2]


@pytest.mark.parametrize("factor", DYADIC)
def test_factor_on_a_free_size(factor: float) -> None:
    inputs = Inputs((N, 3, W))
    ((_, _, size),) = Upsample(scale_factor=factor).infer(inputs)
    for width in (*range(1, 40), 223, 225, 1001):
        valid = all(each.size.at({"W": width}) >= 0 for each in inputs.requirements)
        assert valid == (int(width * factor) > 0)
        if valid:
            assert at(size, {"W": width}) == torch_size(width, factor)


def test_any_factor_on_a_number() -> None:
    source = random.Random(3)
    for _ in range(400):
        size, factor = (
            source.randint(1, 60),
            source.choice([0.3, 2 / 3, 1.1, source.uniform(0.1, 3)]),
        )
        if size * factor >= 1:
            shapes = Upsample(scale_factor=factor).infer(Inputs((1, 1, size)))
            assert shapes == ((1, 1, torch_size(size, factor)),)


def test_rounding_is_seen() -> None:
    """29 % of 100 is 28 in doubles, so a rule on exact fractions would be caught."""
    assert Upsample(scale_factor=0.29).infer(Inputs((1, 1, 100))) == ((1, 1, 28),)
    assert torch_size(100, 0.29) == 28 != 29 * 100 // 100


def test_factor_without_a_closed_form() -> None:
    with pytest.raises(OpError) as caught:
        Upsample(scale_factor=1.1).infer(Inputs((N, 3, W)))
    assert caught.value.code == "free-dim"
    assert caught.value.message == (
        "`scale_factor` (=1.1) of the free size W must be a fraction "
        "whose denominator is a power of two"
    )


def test_huge_factor() -> None:
    for factor in (1e300, 1e10):
        with pytest.raises(OpError):
            Upsample(scale_factor=factor).infer(Inputs((1, 1, 2**30)))


def test_a_size_that_is_free_is_worked_out_at_run_time() -> None:
    inputs = Inputs((N, 3, H, W))
    free = Upsample(size=(2 * H, W), mode="bilinear")
    assert free.infer(inputs) == ((N, 3, 2 * H, W),)
    assert free.lower(inputs) == Call(
        "torch.nn.functional.interpolate", {"size": (2 * H, W), "mode": "bilinear"}
    )
    fixed = Upsample(size=(7, 9))
    assert fixed.lower(inputs) == Call("torch.nn.Upsample", {"size": (7, 9)})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs either `size` or `scale_factor`"),
        ({"size": 2, "scale_factor": 2}, "needs either `size` or `scale_factor`"),
        ({"size": 0}, "`size` (=0) must be at least 1"),
        ({"scale_factor": 0.1}, "`scale_factor` (=0.1) gives a size of 0 from 5"),
        ({"scale_factor": -2}, "`scale_factor` (=-2) must be positive"),
        (
            {"size": 2, "mode": "bilinear"},
            "`mode: bilinear` reads a tensor of rank 4, not [2, 3, 5]",
        ),
        ({"size": 2, "align_corners": True}, "`align_corners` does not go with `mode: nearest`"),
        ({"size": (2, 2)}, "`size` (=[2, 2]) must be one number or a list of 1"),
    ],
)
def test_messages(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(OpError) as caught:
        Upsample.model_validate(arguments).infer(Inputs((2, 3, 5)))
    assert caught.value.message == message
