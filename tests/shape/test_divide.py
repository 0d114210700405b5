import pytest

from netspec.shape import Size, exact_divide, substitute, symbol

H, W = symbol("H", 224), symbol("W", 224)
G = symbol("G", 224, multiple_of=32)


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        (12, 4, 3),
        (12, 5, None),
        (12, 0, None),
        (12, -4, -3),
        (H, -1, -H),
        (H // 2, H - 224, None),
        (0, H, 0),
        (12, H, None),
        (6 * H, 3, 2 * H),
        (H, 2, None),
        (H, 0, None),
        (-6 * H, -3, 2 * H),
        (G, 32, G // 32),
        (G * W, 16 * W, G // 16),
        (H * (H + 1), 2, H * (H + 1) // 2),
        (H * H - W * W, H - W, H + W),
        (H * W + 1, W, None),
        (6 * H * (W // 2), 4 * (W // 2), None),
        (6 * H * (W // 2), 3 * (W // 2), 2 * H),
        (3 * H - 3 * (H // 2), (H + 1) // 2, 3),
        (H // 2, W // 2, None),
    ],
)
def test_exact_divide(a: Size, b: Size, quotient: Size | None) -> None:
    assert exact_divide(a, b) == quotient


def test_substitute() -> None:
    assert substitute(7, {"H": 1}) == 7
    assert substitute(H * W + 1, {"H": 3, "W": H}) == 3 * H + 1
    assert substitute(H * W + 1, {"H": W, "W": H}) == H * W + 1
    assert substitute((H + 1) // 2, {"H": (W + 1) // 2}) == (W + 3) // 4
    assert substitute(H // 2, {"H": 7}) == 3
    assert substitute(G // 64, {"G": 2 * G}) == G // 32
    assert substitute(H, {"W": 1}) == H


@pytest.mark.parametrize("replacement", [100, H, G + 1])
def test_replacement_must_be_a_multiple(replacement: Size) -> None:
    with pytest.raises(ValueError, match=r"`G` \(=.*\) must be a multiple of 32"):
        substitute(G // 2, {"G": replacement})
