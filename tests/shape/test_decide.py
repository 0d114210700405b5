import pytest

from netspec.shape import Differ, Equal, Size, Unproved, compare, divisible, symbol
from netspec.shape.decide import Nonzero

H, W = symbol("H", 224), symbol("W", 224)
G = symbol("G", 224, multiple_of=32)


def convolve(size: Size, kernel_size: int, stride: int, padding: int) -> Size:
    return (size + 2 * padding - kernel_size) // stride + 1


def chain(size: Size, layers: int) -> Size:
    for _ in range(layers):
        size = convolve(size, kernel_size=3, stride=2, padding=1)
    return size


def test_strided_branch_is_not_its_input() -> None:
    verdict = compare(convolve(H, 3, 2, 1), H)
    assert verdict == Differ((("H", 224),), 112, 224, None)


def test_stem_at_225_is_113() -> None:
    stem = convolve(H, kernel_size=7, stride=2, padding=3)
    assert compare(stem, H // 2) == Differ((("H", 225),), 113, 112, (("H", 2),))
    assert compare(stem, convolve(H, kernel_size=3, stride=2, padding=1)) == Equal()


def test_halved_and_doubled_is_not_the_same() -> None:
    assert compare(H // 2 * 2, H) == Differ((("H", 225),), 224, 225, (("H", 2),))
    assert compare(G // 2 * 2, G) == Equal()


def test_long_chains_are_decided() -> None:
    assert compare(chain(H, 7), (H + 127) // 128) == Equal()
    verdict = compare(chain(H, 7) * chain(W, 3), (H // 128) * chain(W, 3))
    assert verdict == Differ((("H", 224), ("W", 224)), 2 * 28, 1 * 28, (("H", 128),))


def test_equal_though_unlike() -> None:
    halves = (H // 2) * (W // 2) + ((H + 1) // 2) * (W // 2)
    assert halves != H * (W // 2)
    assert compare(halves, H * (W // 2)) == Equal()


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        (3, 3, Equal()),
        (3, 4, Differ((), 3, 4, None)),
        (H, 224, Differ((("H", 225),), 225, 224, None)),
        (H, H + 1, Differ((("H", 224),), 224, 225, None)),
        (H + W // 3, H + (W + 2) // 3, Differ((("H", 224), ("W", 224)), 298, 299, (("W", 3),))),
        (G // 64, (G + 32) // 64, Differ((("G", 224),), 3, 4, (("G", 64),))),
        (
            H // 2 + W // 3,
            (H + 1) // 2 + (W + 2) // 3,
            Differ((("H", 224), ("W", 224)), 186, 187, (("H", 2), ("W", 3))),
        ),
    ],
)
def test_verdict(a: Size, b: Size, verdict: object) -> None:
    assert compare(a, b) == verdict


def test_too_many_classes_are_not_proved() -> None:
    a = (H // 64 + (H + 32) // 64) * (W // 128)
    b = (H // 32) * (W // 128)
    assert compare(a, b) == Unproved(64 * 128)
    assert compare(a, b + 1) == Differ((("H", 224), ("W", 224)), 7, 8, None)


def test_4096_classes_are_proved() -> None:
    assert compare(H // 4096 + (H + 2048) // 4096 + W, H // 2048 + W) == Equal()
    assert compare(H // 4098 + (H + 2049) // 4098 + W, H // 2049 + W) == Unproved(4098)


def test_divisible() -> None:
    assert divisible(12, 4) == Equal()
    assert divisible(13, 4) == Differ((), 13, 1, None)
    assert divisible(G * 3, 96) == Equal()
    assert divisible(H * (H + 1), 2) == Equal()
    assert divisible(H, 32) == Differ((("H", 225),), 225, 1, (("H", 32),))
    assert divisible(H + 1, 2) == Differ((("H", 224),), 225, 1, None)
    with pytest.raises(ValueError, match="must be a positive integer"):
        divisible(H, 0)


def hidden(extra: Size) -> tuple[Size, Size]:
    """Two sizes with too many classes to decide, which are equal but for `extra`."""
    a = (H // 64 + (H + 32) // 64) * (W // 128)
    return a + extra, (H // 32) * (W // 128)


def test_how_far_counter_examples_are_looked_for() -> None:
    """At the nominal size and 511 units after it; each symbol alone first."""
    one = symbol("A")
    a, b = hidden(one // 512)
    verdict = compare(a, b)
    assert isinstance(verdict, Differ)
    assert verdict.sizes == (("A", 512), ("H", 224), ("W", 224))
    assert isinstance(compare(*hidden(one // 513)), Unproved)


def test_the_nearest_counter_example_is_told() -> None:
    a, b = hidden(symbol("A", 2) % 2)
    verdict = compare(a, b)
    assert isinstance(verdict, Differ)
    assert verdict.sizes == (("A", 3), ("H", 224), ("W", 224))
    a, b = hidden(symbol("A", 5) // 8 * (symbol("B", 5) // 8))
    verdict = compare(a, b)
    assert isinstance(verdict, Differ)
    assert verdict.sizes == (("A", 8), ("B", 8), ("H", 227), ("W", 227))


@pytest.mark.parametrize(
    ("verdict", "name"),
    [
        (Differ((), 1, 2, None), "left"),
        (Unproved(3), "classes"),
        (Nonzero({}, None), "sizes"),
    ],
)
def test_verdicts_cannot_be_changed(verdict: object, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(verdict, name, 9)


def test_equal_verdicts_are_equal() -> None:
    assert {Equal(), Equal(), Unproved(3), Unproved(3)} == {Equal(), Unproved(3)}


def test_the_example_with_the_fewest_sizes_that_are_not_nominal() -> None:
    both, one = (H % 2) * (W % 2), (W % 4) // 3
    assert compare(both + one, 0) == Differ((("H", 224), ("W", 227)), 1, 0, (("W", 2),))


def test_multiples_of_a_size_that_is_a_multiple() -> None:
    unit = symbol("G", 192, multiple_of=32) // 32
    verdict = compare((unit % 3) * (1 + unit % 2), 0)
    assert isinstance(verdict, Differ)
    assert verdict.multiple_of == (("G", 96),)


def test_multiples_beside_a_size_that_may_be_any() -> None:
    verdict = compare((H % 2) * W, 0)
    assert isinstance(verdict, Differ)
    assert verdict.multiple_of == (("H", 2),)
