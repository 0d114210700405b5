"""Activations: what reaches torch, and the refusals that are our own."""

import pytest

from netspec.ops.activation import CELU, ELU, LeakyReLU, PReLU, ReLU
from netspec.ops.base import Inputs, OpError, Weight
from netspec.ops.gating import GELU, Hardtanh
from netspec.ops.softmax import Softmax
from netspec.shape import symbol

NCHW = Inputs((2, 3, 8, 8))


def test_only_changed_arguments_reach_torch() -> None:
    assert ReLU().lower(NCHW).keywords == {}
    assert ReLU(inplace=True).lower(NCHW).keywords == {"inplace": True}
    assert GELU(approximate="tanh").lower(NCHW).keywords == {"approximate": "tanh"}
    assert Softmax(dim=1).lower(NCHW).keywords == {"dim": 1}
    assert LeakyReLU(negative_slope=0.01).lower(NCHW).keywords == {}


@pytest.mark.parametrize(
    ("op", "name"),
    [
        (LeakyReLU(negative_slope=-0.5, inplace=True), "negative_slope"),
        (ELU(alpha=-0.5, inplace=True), "alpha"),
        (CELU(alpha=-0.5, inplace=True), "alpha"),
    ],
)
def test_no_negative_slope_in_place(op: LeakyReLU | ELU | CELU, name: str) -> None:
    with pytest.raises(OpError) as caught:
        op.infer(NCHW)
    assert caught.value.message == f"`{name}` (=-0.5) must not be negative with `inplace: true`"
    assert caught.value.argument == name


def test_hardtanh_says_both_ends() -> None:
    with pytest.raises(OpError) as caught:
        Hardtanh(min_val=2, max_val=1).infer(NCHW)
    assert caught.value.message == "`max_val` (=1.0) must be greater than `min_val` (=2.0)"


def test_prelu_wants_the_channels() -> None:
    assert PReLU(num_parameters=3).weights(NCHW) == {"weight": Weight((3,))}
    with pytest.raises(OpError) as caught:
        PReLU(num_parameters=5).infer(NCHW)
    assert caught.value.message == (
        "`num_parameters` must be 1 or the number of channels of [2, 3, 8, 8]: 5 and 3"
    )


def test_prelu_on_free_channels() -> None:
    """The weight is fixed, so the channels must be."""
    with pytest.raises(OpError):
        PReLU(num_parameters=3).infer(Inputs((2, symbol("C", 3))))


def test_softmax_needs_its_dimension() -> None:
    with pytest.raises(OpError) as caught:
        Softmax(dim=2).infer(Inputs((2, 3)))
    assert caught.value.message == "`dim` (=2) must be a dimension of [2, 3], from -2 to 1"
