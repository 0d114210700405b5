"""Convolutions: forms on free dims, and messages."""

import pytest

from netspec.ops.base import Call, Inputs, OpError, Weight
from netspec.ops.convolution import Conv, ConvTranspose
from netspec.shape import Dim, at, format_shape, symbol

N, H, W = symbol("N"), symbol("H", 224), symbol("W", 224)


def failure(op: Conv | ConvTranspose, *shape: int | Dim) -> OpError:
    with pytest.raises(OpError) as caught:
        op.infer(Inputs(shape))
    return caught.value


def test_seven_by_seven_has_a_floor() -> None:
    (shape,) = Conv(out_channels=64, kernel_size=7, stride=2, padding=3).infer(Inputs((N, 3, H, W)))
    assert format_shape(shape) == "[N, 64, ceil(H/2), ceil(W/2)]"
    assert at(shape[2], {"H": 225}) == 113


def test_strided_branch_differs_from_its_input() -> None:
    (shape,) = Conv(out_channels=3, kernel_size=3, stride=2, padding=1).infer(Inputs((N, 3, H, W)))
    with pytest.raises(OpError, match="differ at H="):
        Inputs(shape, (N, 3, H, W)).require_equal(shape[2], H, "dimension 2")


def test_least_sizes_are_recorded() -> None:
    inputs = Inputs((N, 3, H, 224))
    Conv(out_channels=8, kernel_size=7, stride=2, padding=2).infer(inputs)
    assert [(str(each.size), each.message) for each in inputs.requirements] == [
        ("H - 3", "`kernel_size` (=7) is larger than the padded input (=H + 4) in dimension 2")
    ]


def test_groups() -> None:
    error = failure(Conv(out_channels=4, kernel_size=3, groups=2), 1, 3, 8, 8)
    assert error.code == "not-divisible"
    assert error.argument == "groups"
    assert error.message == "`groups` (=2) must divide the input's channels (=3)"


def test_groups_and_outputs() -> None:
    error = failure(ConvTranspose(out_channels=4, kernel_size=3, groups=3), 1, 3, 8, 8)
    assert error.message == "`groups` (=3) must divide `out_channels` (=4)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"kernel_size": 9},
            "`kernel_size` (=9) is larger than the padded input (=8) in dimension 2",
        ),
        (
            {"kernel_size": 5, "dilation": 2},
            "`kernel_size` (=5, dilated to 9) is larger than the padded input (=8) in dimension 2",
        ),
        ({"kernel_size": 3, "stride": 2, "padding": "same"}, "`padding: same` needs `stride` 1"),
        (
            {"kernel_size": 3, "padding": 8, "padding_mode": "reflect"},
            "`padding_mode: reflect` with this padding needs at least 9 elements in dimension 2,"
            " not 8",
        ),
        (
            {"kernel_size": (3, 3, 3)},
            "`kernel_size` (=[3, 3, 3]) must be one number or a list of 2",
        ),
    ],
)
def test_messages(arguments: dict[str, object], message: str) -> None:
    error = failure(Conv.model_validate({"out_channels": 4, **arguments}), 1, 4, 8, 8)
    assert error.message == message
    assert error.argument in arguments


def test_rank() -> None:
    error = failure(Conv(out_channels=4, kernel_size=3), N, 3)
    assert error.code == "wrong-rank"
    assert error.message == "reads a tensor of rank 3 or 4 or 5, not [N, 3]"


def test_free_channels() -> None:
    error = failure(Conv(out_channels=4, kernel_size=3), N, H, 8, 8)
    assert error.code == "free-dim"
    assert error.message == "the number of channels (=H) may not depend on the free dim `H`"


def test_output_padding() -> None:
    error = failure(ConvTranspose(out_channels=4, kernel_size=3, output_padding=1), 1, 3, 8, 8)
    assert error.message == (
        "`output_padding` (=1) must be smaller than `stride` (=1) or `dilation` (=1)"
    )


def test_transposed_leaves_nothing() -> None:
    error = failure(ConvTranspose(out_channels=4, kernel_size=2, padding=1), 1, 3, 1, 8)
    assert error.message == "`padding` (=1) leaves nothing in dimension 2"


def test_lowers_to_what_one_would_write() -> None:
    op = Conv(out_channels=8, kernel_size=3, stride=2, bias=False)
    assert op.lower(Inputs((N, 3, H, W))) == Call(
        "torch.nn.Conv2d",
        {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "stride": 2, "bias": False},
    )


def test_weights_of_groups() -> None:
    inputs = Inputs((N, 6, H))
    assert Conv(out_channels=4, kernel_size=3, groups=2, bias=False).weights(inputs) == {
        "weight": Weight((4, 3, 3))
    }
    assert ConvTranspose(out_channels=4, kernel_size=3, groups=2, bias=False).weights(inputs) == {
        "weight": Weight((6, 2, 3))
    }


def test_macs_grow_with_the_batch() -> None:
    inputs = Inputs((N, 3, H, W))
    op = Conv(out_channels=8, kernel_size=1)
    assert str(op.macs(inputs, op.infer(inputs))) == "24*H*N*W"
