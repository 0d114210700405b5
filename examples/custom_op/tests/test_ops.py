"""The ops do what their modules do, on all sizes that are tried."""

from pathlib import Path

import torch
from netspec_pooling import modules
from netspec_pooling.ops import BlurPool, GemPool

import netspec
from netspec.ops import Inputs
from netspec.testing import Case, check_op

SPEC = Path(__file__).parent.parent / "shift_invariant.yaml"


def test_gem_pool() -> None:
    check_op(
        GemPool,
        [
            Case({}, [("N", 3, "L")]),
            Case({}, [("N", 3, "H", "W")]),
            Case({"p": 1.0}, [("N", 3, "D", "H", "W")]),
            Case({"p": 4.5, "eps": 1e-4}, [(2, 5, 7, 6)]),
            Case({}, [(2, 3)], fails=True),
            Case({"p": 0.0}, [(2, 3, 4, 4)], fails=True),
            Case({"eps": -1.0}, [(2, 3, 4, 4)], fails=True),
            Case({}, [(2, 3, 0, 4)], stricter=True, because="the mean of nothing"),
        ],
    )


def test_blur_pool() -> None:
    check_op(
        BlurPool,
        [
            Case({}, [("N", 3, "H", "W")]),
            Case({"stride": 1}, [("N", 3, "H", "W")]),
            Case({"filter_size": 1, "stride": 3}, [("N", 3, "H", "W")]),
            Case({"filter_size": 4}, [("N", 2, "H", "W")]),
            Case({"filter_size": 7, "stride": 5}, [(2, 8, 16, 9)]),
            Case({}, [(2, 3, 8)], fails=True),
            Case({}, [(2, 0, 8, 8)], fails=True),
            Case({"filter_size": 5}, [(2, 3, 2, 8)], fails=True),
        ],
    )


def test_a_blur_reads_what_its_gradient_reaches() -> None:
    inputs = Inputs((1, 1, 16, 16))
    for filter_size, stride in [(1, 3), (3, 2), (4, 2), (7, 1)]:
        op = BlurPool(filter_size=filter_size, stride=stride)
        taps = op.reads(inputs, op.infer(inputs), 0)[2]
        image = torch.ones(1, 1, 16, 16, requires_grad=True)
        blurred = modules.BlurPool(1, filter_size, stride)(image)
        row = blurred.shape[2] // 2
        blurred[:, :, row].sum().backward()
        reached = image.grad.sum((0, 1, 3)).nonzero().flatten().tolist()
        assert reached == [row * taps.step + offset for offset in taps.phases[0]]


def test_the_spec_compiles() -> None:
    model = netspec.compile_spec(SPEC, seed=0)
    assert model.stage1[3].filt.shape == (32, 1, 3, 3)
    assert model.pool.p.item() == 3
