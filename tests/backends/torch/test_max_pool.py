"""Max pools in two goes, against torch's."""

import copy
import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from netspec.backends.torch import max_pool
from netspec.backends.torch.max_pool import MaxPool

sizes = st.integers(1, 12)


@st.composite
def pools(draw: st.DrawFn) -> tuple[Tensor, MaxPool, Tensor]:
    """An image, a pool that torch accepts for it, and what torch makes of it."""
    height, width = draw(st.tuples(sizes, sizes))
    paddings = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    rooms = (height + 2 * paddings[0], width + 2 * paddings[1])
    around = zip(paddings, rooms, strict=True)
    tall, wide = (draw(st.integers(max(1, 2 * padding), room)) for padding, room in around)
    kernel = tall, wide
    stride = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    ceil_mode = draw(st.booleans())
    x = image(height, width, seed=draw(st.integers(0, 9)))
    y = functional.max_pool2d(x, kernel, stride, paddings, ceil_mode=ceil_mode)
    return x, MaxPool(kernel, stride, paddings, ceil_mode), y


def image(height: int, width: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(2, 3, height, width, generator=generator)
    return x.to(memory_format=torch.channels_last)


@given(pools())
def test_it_is_the_pool_of_torch(case: tuple[Tensor, MaxPool, Tensor]) -> None:
    x, pool, expected = case
    before = x.clone()
    y = pool(x)
    assert torch.equal(y, expected)
    assert torch.equal(x, before)
    assert y.data_ptr() != x.data_ptr()
    assert y.is_contiguous(memory_format=torch.channels_last)


COMMON = {
    "steps of 2": (3, 2, 0, False),
    "padded, steps of 2": (3, 2, 1, False),
    "padded, steps of 1": (3, 1, 1, False),
    "padded, ceil": (3, 1, 1, True),
    "ceil": (3, 2, 0, True),
    "no overlap": (2, 2, 0, False),
    "gaps between": (1, 3, 0, False),
    "nothing": (1, 1, 0, False),
}


@pytest.mark.parametrize("size", [7, 8, 9, 10])
@pytest.mark.parametrize("case", COMMON.values(), ids=COMMON)
def test_the_common_ones_do_without_torchs(
    case: tuple[int, int, int, bool], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel, stride, padding, ceil_mode = case
    x = image(size, size + 1)
    expected = functional.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil_mode)
    monkeypatch.delattr(functional, "max_pool2d")
    pool = MaxPool((kernel, kernel), (stride, stride), (padding, padding), ceil_mode)
    assert torch.equal(pool(x), expected)
    assert torch.equal(pool(x), expected)


def test_a_window_that_no_other_is_like_is_left_to_torch() -> None:
    """In an image of one row with two of padding, each k is outside of some window."""
    assert max_pool.taps(1, 4, 1, 2, False) == ()


def test_what_is_no_number_stays_none() -> None:
    x = image(6, 6)
    x[0, 1, 2, 3] = torch.nan
    y, expected = MaxPool((3, 3), (2, 2), (1, 1), False)(x), functional.max_pool2d(x, 3, 2, 1)
    assert y.isnan().any()
    assert torch.equal(y.isnan(), expected.isnan())
    assert torch.equal(y.nan_to_num(), expected.nan_to_num())


def test_several_sizes_one_after_the_other() -> None:
    pool = MaxPool((3, 3), (2, 2), (0, 0), False)
    for size in (9, 12, 9):
        x = image(size, size)
        assert torch.equal(pool(x), functional.max_pool2d(x, 3, 2))


def test_other_layouts_are_left_to_torch() -> None:
    x = image(8, 8).contiguous()
    pool = MaxPool((3, 3), (2, 2), (1, 1), False)
    y = pool(x)
    assert torch.equal(y, functional.max_pool2d(x, 3, 2, 1))
    assert y.is_contiguous()
    assert pool(x.to("meta")).shape == y.shape


def test_copies_pool_alike() -> None:
    x, pool = image(8, 8), MaxPool((3, 3), (2, 2), (1, 1), False)
    y = pool(x)
    for each in (copy.deepcopy(pool), pickle.loads(pickle.dumps(pool))):
        assert torch.equal(each(x), y)
    assert repr(pool) == "MaxPool(kernel=(3, 3), stride=(2, 2), padding=(1, 1), ceil_mode=False)"


def test_a_window_too_few_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The differential test can fail."""
    right = max_pool.taps
    monkeypatch.setattr(max_pool, "taps", lambda *each: right(*each)[:-1])
    with pytest.raises(AssertionError):
        test_it_is_the_pool_of_torch()
