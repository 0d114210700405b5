"""What the `lower` rules share."""

import pytest

from netspec.ops.base import Inputs
from netspec.ops.convolution import Conv
from netspec.ops.lowering import by_rank, changed


def test_changed_leaves_the_defaults_out() -> None:
    op = Conv(out_channels=4, kernel_size=3, stride=2, bias=True)
    assert changed(op, "bias", "stride", "padding") == {"stride": 2}


def test_changed_keeps_the_order_given() -> None:
    op = Conv(out_channels=4, kernel_size=3, stride=2, padding="same")
    assert list(changed(op, "padding", "stride")) == ["padding", "stride"]


@pytest.mark.parametrize(
    ("shape", "name"), [((2, 3), "X1d"), ((2, 3, 4), "X1d"), ((1,) * 4, "X2d"), ((1,) * 5, "X3d")]
)
def test_by_rank(shape: tuple[int, ...], name: str) -> None:
    assert by_rank("X", Inputs(shape)) == name
