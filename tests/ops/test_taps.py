"""Which positions of an input an op reads, by itself; fields of networks are tested with gradients
in tests/analysis/test_receptive_field.py."""

from fractions import Fraction

import pytest

from netspec.ops.base import Inputs, Op
from netspec.ops.registry import find_op, op_names
from netspec.ops.taps import MOST_PHASES, Taps, all_but, grid, resize, same_order, same_place
from netspec.ops.windows import Window
from netspec.shape import symbol
from tests.ops.reference import op_class, valid_cases

H = symbol("H", 8)
HERE = (range(1),)


@pytest.mark.parametrize(
    ("shape", "output", "reads"),
    [
        ((2, 3, 4), (2, 12), {0: Taps(0)}),
        ((2, 12), (2, 3, 4), {0: Taps(0)}),
        ((2, 3, H), (6, H), {2: Taps(1)}),
        ((2, 3, 4), (2, 3, 4), {0: Taps(0), 1: Taps(1), 2: Taps(2)}),
        ((5, 2, 3, H), (5, 3, 2, H), {0: Taps(0), 3: Taps(3)}),
        ((4, 4), (4, 2, 2, 4), {0: Taps(0), 1: Taps(3)}),
        ((2, 2), (4,), {}),
        ((2, 2), (2, 2, 1), {0: Taps(0), 1: Taps(1)}),
    ],
)
def test_a_reshape_leaves_the_ends(shape, output, reads) -> None:
    assert same_order(shape, output) == reads


def test_broadcasting_reads_the_only_position() -> None:
    assert same_place((8, 1), (2, 8, 5)) == {0: Taps(1), 1: Taps(2, 0)}
    assert same_place((1,), (1,)) == {0: Taps(0)}


def test_all_but_one() -> None:
    assert all_but(-1, (2, 3, 4)) == {0: Taps(0), 1: Taps(1)}


def test_a_window_and_its_transpose_are_each_other() -> None:
    """Position o reads i if and only if, transposed, i reads o."""
    for window in (Window(3, 2, 2, 1), Window(2, 3, 0, 1), Window(3, 2, 4, 3), Window(4, 4, 0, 2)):
        there = _pairs(window.taps(2), 40)
        back = {(i, o) for o, i in _pairs(window.transposed_taps(2), 160) if 0 <= i < 40}
        assert {(o, i) for o, i in there if 0 <= i < 160} == back


def _pairs(taps: Taps, positions: int) -> set[tuple[int, int]]:
    period = len(taps.phases)
    return {
        (place, taps.step * (place // period) + each)
        for place in range(positions)
        for each in taps.phases[place % period]
    }


def test_cells_of_a_grid_share_borders() -> None:
    assert grid(10, 4, 2) == Taps(2, 5, (range(3), range(2, 5)))
    assert grid(8, 2, 2) == Taps(2, 4, (range(4),))


def test_what_hardly_repeats_is_read_whole() -> None:
    assert grid(MOST_PHASES + 2, MOST_PHASES + 1, 2) is None
    assert resize(Fraction(1, MOST_PHASES + 1), Fraction(0), range(1), 2) is None


def test_an_op_without_a_rule_reads_everything() -> None:
    inputs = Inputs((1, 2, 3))
    assert Op().reads(inputs, ((1, 2, 3),), 0) == {}
    relu = find_op("relu")
    assert relu is not None
    assert relu().reads(inputs, ((1, 2, 3),), 0) == {dim: Taps(dim) for dim in range(3)}


@pytest.mark.parametrize("name", [name for name in op_names() if op_class(name)])
def test_every_rule_names_dimensions_that_there_are(name: str) -> None:
    for case in valid_cases(name):
        shapes = case.declared()
        op = op_class(name).model_validate(dict(case.arguments))
        inputs = Inputs(*shapes)
        outputs = op.infer(inputs)
        for index, shape in enumerate(shapes):
            reads = op.reads(inputs, outputs, index)
            assert set(reads) <= set(range(len(shape)))
            targets = [taps.dim for taps in reads.values() if taps]
            assert len({*targets}) == len(targets)
            assert set(targets) <= set(range(len(outputs[0])))
