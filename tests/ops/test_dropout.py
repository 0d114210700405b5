"""Dropout: the module of each rank."""

import pytest
import torch

from netspec.backends.torch.once import execute
from netspec.ops.base import Inputs, OpError
from netspec.ops.dropout import Dropout, Dropout2d, StochasticDepth


@pytest.mark.parametrize("rank", [3, 4, 5])
def test_dropout2d_goes_by_rank(rank: int) -> None:
    call = Dropout2d(p=0.2).lower(Inputs((2, 3, 4, 5, 6)[:rank]))
    assert call.target == f"torch.nn.Dropout{rank - 2}d"
    assert call.keywords == {"p": 0.2}


@pytest.mark.parametrize("shape", [(8, 16, 5), (8, 16, 5, 5), (8, 16, 5, 5, 5)])
def test_dropout2d_drops_whole_channels(shape: tuple[int, ...]) -> None:
    call = Dropout2d().lower(Inputs(shape))
    (output,) = execute(call, [torch.ones(shape)], training=True)
    channels = output.flatten(2)
    assert set(output.unique().tolist()) == {0.0, 2.0}
    assert channels.eq(channels[:, :, :1]).all()


def test_dropout_drops_single_elements() -> None:
    """The check above can fail."""
    call = Dropout().lower(Inputs((8, 16, 5, 5)))
    (output,) = execute(call, [torch.ones(8, 16, 5, 5)], training=True)
    channels = output.flatten(2)
    assert not channels.eq(channels[:, :, :1]).all()


def test_dropout2d_refuses_rank_2() -> None:
    with pytest.raises(OpError) as caught:
        Dropout2d().infer(Inputs((2, 3)))
    assert caught.value.code == "wrong-rank"


def test_stochastic_depth_draws_once_for_each_row() -> None:
    call = StochasticDepth(p=0.5, mode="row").lower(Inputs((64, 3, 4)))
    (output,) = execute(call, [torch.ones(64, 3, 4)], training=True)
    rows = output.flatten(1)
    assert rows.eq(rows[:, :1]).all()
    assert set(output.unique().tolist()) == {0.0, 2.0}


def test_stochastic_depth_draws_once_for_the_batch() -> None:
    call = StochasticDepth(p=0.5, mode="batch").lower(Inputs((64, 3, 4)))
    draws = [execute(call, [torch.ones(64, 3, 4)], training=True)[0] for _ in range(32)]
    assert all(len(draw.unique()) == 1 for draw in draws)
    assert {draw.max().item() for draw in draws} == {0.0, 2.0}


def test_a_single_number_has_no_batch() -> None:
    with pytest.raises(OpError):
        StochasticDepth(p=0.5, mode="row").infer(Inputs(()))
