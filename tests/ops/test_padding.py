"""Padding: the least sizes that it needs."""

import pytest

from netspec.ops.base import Call, Inputs, OpError
from netspec.ops.padding import Pad
from netspec.shape import Symbol, least_size, symbol

N, W = symbol("N"), symbol("W", 32)


@pytest.mark.parametrize(
    ("mode", "pad", "least"),
    [
        ("constant", (2, 3), None),
        ("constant", (-2, -3), 5),
        ("constant", (-4, 9), 4),
        ("reflect", (2, 3), 4),
        ("reflect", (-2, -3), 6),
        ("replicate", (9, 9), 1),
        ("replicate", (-2, -3), 6),
        ("circular", (2, 3), 3),
        ("circular", (-2, 3), 5),
    ],
)
def test_least_size(mode: str, pad: tuple[int, int], least: int | None) -> None:
    inputs = Inputs((N, 3, W))
    op = Pad.model_validate({"pad": pad, "mode": mode})
    assert op.infer(inputs) == ((N, 3, W + sum(pad)),)
    requirements = [each.size for each in inputs.requirements]
    assert least_size(requirements, Symbol("W", 32)) == (least or 1)


def test_last_dimension_first() -> None:
    assert Pad(pad=(1, 2, 0, 3)).infer(Inputs((N, 3, 10, W))) == ((N, 3, 13, W + 3),)


def test_lower() -> None:
    call = Pad(pad=(1, 2), mode="reflect").lower(Inputs((2, 3, 4)))
    assert call == Call("torch.nn.functional.pad", {"pad": (1, 2), "mode": "reflect"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pad": (1, 2, 3)}, "`pad` (=[1, 2, 3]) must have two numbers for each dimension"),
        (
            {"pad": (1,) * 8},
            "`pad` (=[1, 1, 1, 1, 1, 1, 1, 1]) has more pairs than the input has dimensions (=3)",
        ),
        (
            {"pad": (5, 0), "mode": "reflect"},
            "`pad` (5 and 0) of dimension 2 (=5) must be less than the size in `mode: reflect`",
        ),
        (
            {"pad": (6, 0), "mode": "circular"},
            "`pad` (6 and 0) of dimension 2 (=5) wraps around more than once",
        ),
        ({"pad": (-3, -3)}, "`pad` (-3 and -3) of dimension 2 (=5) crops more than there is"),
        (
            {"pad": (-3, -2), "mode": "replicate"},
            "`pad` (-3 and -2) of dimension 2 (=5) leaves nothing",
        ),
        (
            {"pad": (1, 1), "mode": "reflect", "value": 2},
            "`value` (=2.0) goes with `mode: constant`, not `reflect`",
        ),
    ],
)
def test_messages(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(OpError) as caught:
        Pad.model_validate(arguments).infer(Inputs((2, 3, 5)))
    assert caught.value.message == message
