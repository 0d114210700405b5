"""Pools in other steps give what torch's own give, whatever the size."""

import random
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch._dynamo.exc import UserError
from torch.nn import functional

from netspec.backends.torch import free_pools
from netspec.backends.torch.lowering import Lowering


def tensor(rank: int, low: int, seed: int) -> Tensor:
    sizes = random.Random(seed).choices(range(low, low + 9), k=rank)
    return torch.randn(2, 3, *sizes, generator=torch.Generator().manual_seed(seed)) - 1


def check(kind: str, rank: int, x: Tensor, *arguments: object) -> None:
    pool: Callable[..., Tensor] = getattr(functional, f"{kind}{rank}d")
    exact = getattr(free_pools, kind)
    torch.testing.assert_close(exact(pool, x, *arguments), pool(x, *arguments))


WINDOWS = [(2, 2, 0), (3, 2, 0), (3, 2, 1), (3, 3, 1), (2, 3, 1), (2, 3, 0), (1, 2, 0), (5, 3, 2)]


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("window", WINDOWS)
def test_windows_that_hang_over(rank: int, window: tuple[int, int, int]) -> None:
    for seed in range(6):
        x = tensor(rank, 5, seed)
        check("max_pool", rank, x, *window, 1, True)
        for counted in (True, False):
            check("avg_pool", rank, x, *window, True, counted)


def test_dilation_and_a_divisor_of_ones_own() -> None:
    for seed in range(6):
        x = tensor(2, 7, seed)
        check("max_pool", 2, x, 3, 2, 1, 2, True)
        for ceil_mode in (True, False):
            check("avg_pool", 2, x, 3, 2, 1, ceil_mode, False, 5)
            check("avg_pool", 2, x, (2, 3), (1, 2), (1, 0), ceil_mode, True, -2)
        check("max_pool", 2, x, (2, 3), (3, 2), (1, 0), 1, True)


@pytest.mark.parametrize("kind", ["adaptive_avg_pool", "adaptive_max_pool"])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("cells", [1, 2, 3, 7])
def test_cells(kind: str, rank: int, cells: int) -> None:
    for seed in range(4):
        check(kind, rank, tensor(rank, 1, seed), cells)


def test_a_wrong_step_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_pools, "_excess", lambda rank, *_: [0, 0] * rank)
    with pytest.raises(AssertionError):
        check("max_pool", 2, torch.randn(1, 1, 6, 6), 3, 2, 0, 1, True)


class Pools(nn.Module):
    def __init__(self, is_exact: bool) -> None:
        super().__init__()
        self.is_exact = is_exact
        pools = [nn.MaxPool2d(2, ceil_mode=True), nn.AvgPool2d(3, 2, 1, ceil_mode=True)]
        self.pools = nn.Sequential(*pools, nn.AdaptiveAvgPool2d((3, 1)))

    def forward(self, x: Tensor) -> Tensor:
        if not self.is_exact:
            return self.pools(x)
        with Lowering():
            return self.pools(x)


def test_a_trace_holds_for_other_sizes() -> None:
    free = ({2: torch.export.Dim("H", min=12), 3: torch.export.Dim("W", min=12)},)
    example = (torch.zeros(1, 2, 20, 24),)
    with pytest.raises((AssertionError, UserError)):
        torch.export.export(Pools(False), example, dynamic_shapes=free, strict=False)
    program = torch.export.export(Pools(True), example, dynamic_shapes=free, strict=False).module()
    for height, width in ((12, 13), (21, 33), (14, 40)):
        x = torch.randn(2, 2, height, width)[:1]
        torch.testing.assert_close(program(x), Pools(False)(x))


def test_fixed_sizes_are_left_alone() -> None:
    x = torch.randn(1, 2, 7, 7)
    assert torch.equal(Pools(True)(x), Pools(False)(x))
