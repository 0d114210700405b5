"""Pools: forms on free dims, messages and values."""

import pytest
from pydantic import ValidationError

from netspec.ops.base import Call, Inputs, Op, OpError
from netspec.ops.pooling import AdaptiveAvgPool, AvgPool, MaxPool
from netspec.shape import Shape, Symbol, format_shape, least_size, symbol

N, H, W = symbol("N"), symbol("H", 56), symbol("W", 56)


def failure(op: Op, shape: Shape) -> OpError:
    with pytest.raises(OpError) as caught:
        op.infer(Inputs(shape))
    return caught.value


@pytest.mark.parametrize(
    ("arguments", "form"),
    [
        ({"kernel_size": 2}, "floor(H/2)"),
        ({"kernel_size": 2, "ceil_mode": True}, "ceil(H/2)"),
        ({"kernel_size": 3, "stride": 2, "padding": 1}, "ceil(H/2)"),
        ({"kernel_size": 3, "stride": 1, "padding": 1}, "H"),
        ({"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, "floor(H/2) + 1"),
        ({"kernel_size": 2, "stride": 2, "padding": 1, "ceil_mode": True}, "floor(H/2) + 1"),
    ],
)
def test_closed_forms(arguments: dict[str, object], form: str) -> None:
    (shape,) = MaxPool.model_validate(arguments).infer(Inputs((N, 8, H, 8)))
    assert str(shape[2]) == form


def test_least_size() -> None:
    inputs = Inputs((N, 8, H, W))
    MaxPool(kernel_size=7, padding=2).infer(inputs)
    requirements = [each.size for each in inputs.requirements]
    assert least_size(requirements, Symbol("H", 56)) == 3


def test_padding() -> None:
    error = failure(MaxPool(kernel_size=3, padding=2), (N, 8, H, W))
    assert error.argument == "padding"
    assert error.message == "`padding` (=2) must be at most half of `kernel_size` (=3)"


def test_padding_of_a_dilated_window() -> None:
    """The page of MaxPool2d allows half of the dilated window; its code does not."""
    error = failure(MaxPool(kernel_size=3, padding=2, dilation=2), (N, 8, H, W))
    assert error.message == "`padding` (=2) must be at most half of `kernel_size` (=3)"


def test_window_larger_than_the_input() -> None:
    error = failure(AvgPool(kernel_size=7), (N, 8, 6, 6))
    assert error.message == (
        "`kernel_size` (=7) is larger than the padded input (=6) in dimension 2"
    )


def test_average_in_three_dimensions() -> None:
    AvgPool(kernel_size=3, padding=1).infer(Inputs((N, 8, 2, 2)))
    error = failure(AvgPool(kernel_size=3, padding=1), (N, 8, 2, 4, 4))
    assert error.message == (
        "`kernel_size` (=3) is larger than the input (=2) in dimension 2;"
        " in three dimensions torch does not count the padding"
    )


def test_divisor() -> None:
    error = failure(AvgPool(kernel_size=3, divisor_override=2), (N, 8, H))
    assert error.argument == "divisor_override"
    with pytest.raises(ValidationError, match="must be an integer other than 0, not 0"):
        AvgPool(kernel_size=3, divisor_override=0)


def test_stride_is_the_kernel() -> None:
    assert AvgPool(kernel_size=7).lower(Inputs((N, 8, 7, 7))) == Call(
        "torch.nn.AvgPool2d", {"kernel_size": 7}
    )


def test_adaptive_frees_from_the_dims() -> None:
    (shape,) = AdaptiveAvgPool(output_size=(7, 5)).infer(Inputs((N, 8, H, W)))
    assert format_shape(shape) == "[N, 8, 7, 5]"
