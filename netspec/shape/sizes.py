"""Plain questions about sizes and shapes, which are ints where they are known."""

from collections.abc import Iterable, Mapping

from netspec.shape.dim import Dim, Shape, Size
from netspec.shape.polynomial import Symbol


def nominal(size: Size) -> int:
    """The value where every free size is nominal."""
    return size.nominal if isinstance(size, Dim) else size


def at(size: Size, sizes: Mapping[str, int]) -> int:
    """The value at these sizes, by name; a symbol that is not among them is nominal.

    Raises:
        ValueError: a size is not a positive multiple of its symbol's `multiple_of`.
    """
    return size.at(sizes) if isinstance(size, Dim) else size


def symbols(size_or_shape: Size | Iterable[Size]) -> frozenset[Symbol]:
    """The free sizes that a size or a shape depends on."""
    if isinstance(size_or_shape, int):
        return frozenset()
    if isinstance(size_or_shape, Dim):
        return size_or_shape.symbols
    return frozenset[Symbol]().union(*map(symbols, size_or_shape))


def ceil_div(a: Size, b: int) -> Size:
    """`ceil(a / b)` for a positive integer `b`."""
    return (a + (b - 1)) // b


def product(sizes: Iterable[Size]) -> Size:
    total: Size = 1
    for size in sizes:
        total = total * size
    return total


def is_shape_symbolic(shape: Shape) -> bool:
    """Whether a size in it depends on a free size."""
    return any(isinstance(size, Dim) for size in shape)


def format_shape(shape: Shape) -> str:
    """`[N, 64, floor((H + 3)/7), 56]`."""
    return f"[{', '.join(map(str, shape))}]"
