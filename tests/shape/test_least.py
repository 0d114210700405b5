import pytest

from netspec.shape import Size, Symbol, least_size, symbol

H, W = symbol("H", 224), symbol("W", 8)
G = symbol("G", 224, multiple_of=32)


@pytest.mark.parametrize(
    ("requirements", "least"),
    [
        ([], 1),
        ([H - 1], 1),
        ([H - 7, H - 11], 11),
        ([(H - 7) // 2], 7),
        ([H - W], 8),
        ([H * W - 100], 13),
        ([W - 8], 1),
        ([W - 9], None),
        ([5], 1),
        ([-1, H], None),
        ([10 - H], None),
        ([H % 32 - 31], None),
        ([H - 2 * (H % 32)], 32),
        ([H * H - 100 * H + 99], 99),
        ([(H - 3) * (H - 1000) * (H - 1_000_000)], 1_000_000),
        ([H * H * H - 30 * H * H + 299 * H - 968], 8),
        ([(H // 3) * (W // 16) - 1], None),
        ([H - 2 * (H // 2)], 1),
        ([H % 70_001], None),
        ([H // 70_001 - 3], 210_003),
        ([H % 32_768], 1),
        ([H % 32_769], None),
        ([2 - H], None),
        ([3 - H, H], None),
        ([H * (5 - H)], None),
        ([(H - 4) * (H - 4) * (H - 9)], 9),
        ([(4 - H) * (9 - H)], 9),
        ([(H - 5) * (H - 6)], 1),
        ([(H // 3 - 2) * (H // 3 - 4)], 12),
        ([H - 1_000_000_000], 1_000_000_000),
        ([H * H - 1_000_000_000_000_000_000], 1_000_000_000),
        ([H - 64, H * H - 90], 64),
    ],
)
def test_least_size(requirements: list[Size], least: int | None) -> None:
    assert least_size(requirements, Symbol("H", 224)) == least


def test_least_size_is_a_multiple() -> None:
    assert least_size([G - 33], Symbol("G", 224, 32)) == 64
    assert least_size([G // 32 - 3], Symbol("G", 224, 32)) == 96


def test_repeated_requirements() -> None:
    requirements = [(H + i % 7) // 2 - 20 for i in range(10_000)]
    assert least_size(requirements, Symbol("H", 224)) == 40
