"""Facts in the words of a table: `N×64×112×112`, `118.0 M`, `87.2 MB`, `every H ≥ 33`."""

from collections.abc import Iterable

from netspec.graph.ir import FreeDim, Graph
from netspec.shape import Shape


def shape_words(shape: Shape) -> str:
    """`N×64×112×112`; a size that is a sum, product or quotient stands in parentheses."""
    return "×".join(map(_size_words, map(str, shape))) or "scalar"


def _size_words(size: str) -> str:
    depth = 0
    for char in size:
        depth += (char == "(") - (char == ")")
        if depth == 0 and char in "+-*/%":
            return f"({size})"
    return size


def amount(number: int) -> str:
    """A number with its unit: `973`, `73.9 k`, `118.0 M`, `3.66 G`; nothing for 0."""
    if number == 0:
        return ""
    if number < 1000:
        return str(number)
    if number < 100_000:
        return f"{number / 1e3:.1f} k"
    if number < 1_000_000_000:
        return f"{number / 1e6:,.1f} M"
    return f"{number / 1e9:,.2f} G"


def operations(number: int, noun: str) -> str:
    """`4.09 GMACs`, `973 MACs`"""
    words = amount(number) or "0"
    return f"{words}{noun}" if " " in words else f"{words} {noun}"


def byte_words(number: int) -> str:
    """Bytes in decimal units, as disks and downloads are measured: `87.2 MB`."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number} bytes"


def plural(number: int, noun: str) -> str:
    """`1 declared shape`, `1,024 declared shapes`"""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def domain(graph: Graph) -> str:
    """For which sizes a check holds: `for every H ≥ 33 and W ≥ 33`; empty if only N is free."""
    sizes = [_dim_words(dim) for dim in graph.dims if dim.symbol.name != "N"]
    if not sizes:
        return ""
    *first, last = sizes
    return f"for every {', '.join(first)} and {last}" if first else f"for every {last}"


def least_words(dims: Iterable[FreeDim]) -> str:
    """The least sizes, shorter where they are equal: `H, W ≥ 75 (299 in training)`; empty where
    there is none."""
    alike: dict[str, list[str]] = {}
    for dim in dims:
        alike.setdefault(bound_words(dim), []).append(dim.symbol.name)
    return ", ".join(f"{', '.join(names)} {bound}" for bound, names in alike.items())


def _dim_words(dim: FreeDim) -> str:
    return f"{dim.symbol.name} {bound_words(dim)}"


def bound_words(dim: FreeDim) -> str:
    """What sizes a dim takes: `≥ 32 in steps of 32`, `≥ 75 (299 in training)`."""
    multiple = dim.symbol.multiple_of
    steps = f" in steps of {multiple}" if multiple > 1 else ""
    training = f" ({dim.min_in_training} in training)" if dim.min_in_training > dim.min else ""
    return f"≥ {dim.min}{steps}{training}"
