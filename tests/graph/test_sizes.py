"""Run-time sizes are those of the algebra, at all sizes."""

import random

import pytest
import torch
from torch import Tensor

from netspec.graph import sizes as sizes_module
from netspec.graph.sizes import SizeOf, SizesAtHand, as_dim, find_dims
from netspec.shape import Dim, Shape, Size, at, symbol

H, W, M = symbol("H", 16), symbol("W", 16), symbol("M", 32, 32)


def tensors(shapes: tuple[Shape, ...], where: dict[str, int]) -> list[Tensor]:
    return [torch.empty([at(size, where) for size in shape], device="meta") for shape in shapes]


def value(dim: Dim, shapes: tuple[Shape, ...], where: dict[str, int]) -> int:
    """The size worked out from tensors of these shapes, and from what else it needs."""
    at_hand = SizesAtHand(shapes)
    given = [as_dim(each).at(where) for each in at_hand.need([dim])]
    return at_hand.express(dim).value([*tensors(shapes, where), *given])


@pytest.mark.parametrize(
    ("dim", "shapes", "needed"),
    [
        (H, ((1, 3, H, W),), ()),
        (H * W, ((1, 3, H, W),), ()),
        (H * W, ((1, H),), ("W",)),
        (2 * H + 3, ((1, 2 * H),), ()),
        (H, ((1, 3 * H + 7),), ()),
        (H, ((1, 7 - H + W, W), (5 - 1 * H + 60,)), ()),
        ((H + 1) // 2, ((1, (H + 1) // 2),), ()),
        (9 * ((H + 1) // 2), ((1, (H + 1) // 2),), ()),
        (((H + 1) // 2) * W, ((1, 2 * ((H + 1) // 2) + 1),), ("W",)),
        ((H + 1) // 2, ((1, H // 2),), ("H",)),
        (M // 2, ((M,),), ()),
        (M // 32, ((M,),), ()),
        (3 * (M // 4), ((M // 2,),), ()),
        (M, ((M // 32,),), ()),
        (M // 3, ((M,),), ()),
        (M * H, (), ("H", "M")),
    ],
)
def test_examples(dim: Size, shapes: tuple[Shape, ...], needed: tuple[str, ...]) -> None:
    assert isinstance(dim, Dim)
    assert tuple(each.name for each in SizesAtHand(shapes).need([dim])) == needed
    for where in (
        {"H": 1, "W": 9, "M": 32},
        {"H": 6, "W": 2, "M": 96},
        {"H": 33, "W": 40, "M": 64},
    ):
        assert value(dim, shapes, where) == dim.at(where)


def test_an_equal_size_is_simply_read() -> None:
    dim = (H + 1) // 2
    assert SizesAtHand(((3, H), (W, dim))).express(dim) == SizeOf(1, 1)


def random_size(source: random.Random, depth: int) -> Size:
    if depth == 0:
        return source.choice([H, W, M])
    left, right = (random_size(source, depth - 1) for _ in range(2))
    match source.randrange(5):
        case 0:
            return left + right
        case 1:
            return left * source.randint(1, 4) + source.randint(0, 5)
        case 2:
            return (left + source.randint(0, 3)) // source.randint(1, 4)
        case 3:
            return left * right if depth < 3 else left
        case _:
            return left


def disagreements(count: int) -> int:
    source = random.Random(7)
    wrong = 0
    for _ in range(count):
        dim = random_size(source, 3)
        shapes = tuple(
            tuple(random_size(source, source.randrange(3)) for _ in range(3)) for _ in range(2)
        )
        where = {
            "H": source.randint(1, 50),
            "W": source.randint(1, 50),
            "M": 32 * source.randint(1, 3),
        }
        if isinstance(dim, Dim):
            wrong += value(dim, shapes, where) != dim.at(where)
    return wrong


def test_random_sizes_agree_with_the_algebra() -> None:
    assert disagreements(2000) == 0


@pytest.mark.parametrize("fault", ["remainder", "constant", "common divisor"])
def test_faults_are_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if fault == "common divisor":
        monkeypatch.setattr(sizes_module, "gcd", lambda *_: 1)
        monkeypatch.setattr(
            sizes_module.Quotient, "value", lambda self, values: self.size.value(values)
        )
    elif fault == "remainder":
        monkeypatch.setattr(
            sizes_module.Quotient,
            "value",
            lambda self, values: -(-self.size.value(values) // self.divisor),
        )
    else:
        original = sizes_module._sources_in
        monkeypatch.setattr(
            sizes_module,
            "_sources_in",
            lambda shapes: original([tuple(size + 1 for size in shape) for shape in shapes]),
        )
    assert disagreements(300)


def test_dims_in_arguments() -> None:
    assert list(find_dims((1, (H, "x"), {"size": (2, W)}))) == [H, W]
