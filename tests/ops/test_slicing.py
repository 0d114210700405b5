"""Positions and parts of free sizes."""

import pytest

from netspec.ops.base import Inputs, OpError
from netspec.ops.slicing import Chunk, Select
from netspec.shape import symbol

N, H, QUARTERS = symbol("N"), symbol("H", 32), symbol("H", 32, 4)


def test_select_drops_the_dimension() -> None:
    assert Select(dim=1, index=0).infer(Inputs((N, 17, 8))) == ((N, 8),)


@pytest.mark.parametrize(("index", "least"), [(0, 1), (3, 4), (-1, 1), (-4, 4)])
def test_select_requires_the_position(index: int, least: int) -> None:
    inputs = Inputs((N, 3, H))
    Select(dim=2, index=index).infer(inputs)
    (requirement,) = inputs.requirements
    assert requirement.size.at({"H": least}) == 0
    assert requirement.message == f"`index` (={index}) must be in dimension 2 (=H)"


def test_chunk_has_an_output_for_each_part() -> None:
    assert Chunk(chunks=2).infer(Inputs((N, 8, H))) == ((N, 4, H),) * 2
    assert Chunk(chunks=4, dim=2).infer(Inputs((N, 8, QUARTERS))) == ((N, 8, QUARTERS // 4),) * 4


def test_chunk_divides_at_all_sizes() -> None:
    with pytest.raises(OpError) as caught:
        Chunk(chunks=2, dim=2).infer(Inputs((N, 8, H)))
    assert caught.value.message == (
        "`chunks` (=2) must divide dimension 2 of [N, 8, H]; at H=33 it is 33"
    )


def test_chunk_is_bounded_before_anything_is_counted() -> None:
    with pytest.raises(OpError) as caught:
        Chunk(chunks=2**30).infer(Inputs((N, 2**30)))
    assert caught.value.message == "`chunks` (=1073741824) must be at most 1024"
