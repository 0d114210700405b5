"""Normalizations: messages and advice."""

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from netspec.backends.torch.once import construct, run
from netspec.ops.base import Call, Inputs, Op, OpError
from netspec.ops.normalization import BatchNorm, GroupNorm, LayerNorm
from netspec.shape import Shape, symbol

N, H = symbol("N"), symbol("H", 16)


def failure(op: Op, shape: Shape) -> OpError:
    with pytest.raises(OpError) as caught:
        op.infer(Inputs(shape))
    return caught.value


class TestMomentum:
    def test_of_keras_is_warned_about(self) -> None:
        assert BatchNorm(momentum=0.99).advice() == (
            "`momentum` (=0.99) is the weight of the present batch, as in torch;"
            " 0.99 in Keras or TensorFlow is 0.01"
        )

    @pytest.mark.parametrize("momentum", [0, 0.01, 0.1, 0.5])
    def test_of_torch_is_not(self, momentum: float) -> None:
        assert BatchNorm(momentum=momentum).advice() is None

    def test_is_torchs(self) -> None:
        call = BatchNorm(momentum=0.25).lower(Inputs((N, 3, 4, 4)))
        module = construct(call)
        assert isinstance(module, nn.BatchNorm2d)
        x = torch.randn(8, 3, 4, 4)
        run(call, module.train(), [x])
        torch.testing.assert_close(module.running_mean, 0.25 * x.mean((0, 2, 3)))


@pytest.mark.parametrize("eps", [0, -1e-5])
def test_eps_of_batch_norm(eps: float) -> None:
    with pytest.raises(ValidationError, match="must be a number above 0, not"):
        BatchNorm(eps=eps)


def test_one_value_per_channel() -> None:
    """Torch refuses it in training alone, so a batch norm behind a global pool can be built."""
    BatchNorm().infer(Inputs((N, 8, 1, 1)))
    error = failure(BatchNorm(track_running_stats=False), (N, 8, 1, 1))
    assert error.message == "needs more than one value per channel, not [N, 8, 1, 1]"


def test_one_value_per_group() -> None:
    error = failure(GroupNorm(num_groups=4), (N, 4, 1, 1))
    assert error.message == "needs more than one value per group, not [N, 4, 1, 1]"


def test_groups() -> None:
    error = failure(GroupNorm(num_groups=3), (N, 4, H))
    assert error.argument == "num_groups"
    assert error.message == "`num_groups` (=3) must divide the input's channels (=4)"


def test_normalized_shape() -> None:
    error = failure(LayerNorm(normalized_shape=(4, 5)), (N, H, 5))
    assert error.message == (
        "`normalized_shape` (=[4, 5]) must be the last dimensions of the input [N, H, 5]"
    )


def test_normalized_shape_is_the_last_dimension() -> None:
    assert LayerNorm(eps=1e-6).lower(Inputs((N, H, 8))) == Call(
        "torch.nn.LayerNorm", {"normalized_shape": 8, "eps": 1e-6}
    )


def test_free_last_dimension() -> None:
    error = failure(LayerNorm(), (N, 8, H))
    assert error.code == "free-dim"
