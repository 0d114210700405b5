"""Which positions of an input an output is computed from, dimension by dimension."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from netspec.shape import Shape

MOST_PHASES = 4096


@dataclass(frozen=True, slots=True)
class Taps:
    """How an output that moves along its dimension `dim` moves along a dimension of an input.

    Position `len(phases) * q + r` of the output is computed from `step * q + t` of the input, for
    each t of `phases[r]`. Positions outside of the input are padding.
    """

    dim: int
    step: int = 1
    phases: tuple[range, ...] = (range(1),)


Reads = Mapping[int, Taps | None]
"""Dimension of an input -> how the output moves along it; None, or not named: it is read whole."""


def same_place(shape: Shape, output: Shape) -> Reads:
    """Each position from that at its place; a dimension that broadcasting stretches, from its only
    one."""
    first = len(output) - len(shape)
    return {
        dim: Taps(first + dim, 0 if size == 1 and output[first + dim] != 1 else 1)
        for dim, size in enumerate(shape)
    }


def all_but(dim: int, shape: Shape) -> Reads:
    """Each position from that at its place in all dimensions but one, which is read whole."""
    rank = len(shape)
    return {other: Taps(other) for other in range(rank) if other != dim % rank}


def same_order(shape: Shape, output: Shape) -> Reads:
    """The same elements in another shape: what stands before and behind the sizes that differ keeps
    its place."""
    limit = min(len(shape), len(output))
    pairs = list(zip(shape, output, strict=False))
    first = next((dim for dim, (a, b) in enumerate(pairs) if a != b), limit)
    pairs = list(zip(reversed(shape), reversed(output), strict=False))
    last = next((back for back, (a, b) in enumerate(pairs) if a != b), limit)
    shift = len(output) - len(shape)
    behind = range(max(first, len(shape) - last), len(shape))
    return {dim: Taps(dim) for dim in range(first)} | {dim: Taps(dim + shift) for dim in behind}


def resize(ratio: Fraction, offset: Fraction, reach: range, dim: int) -> Taps | None:
    """Interpolation at `position * ratio + offset`, from there to the neighbors at `reach`; where
    this is the very place of an element, from that alone. None where nothing repeats."""
    if ratio.denominator > MOST_PHASES:
        return None
    phases = []
    for phase in range(ratio.denominator):
        place = phase * ratio + offset
        first = place.__floor__()
        between = reach if place != first else range(1)
        phases.append(range(first + between.start, first + between.stop))
    return Taps(dim, ratio.numerator, tuple(phases))


def grid(size: int, cells: int, dim: int) -> Taps | None:
    """The cells into which an adaptive pool cuts `size` positions."""
    ratio = Fraction(size, cells)
    if ratio.denominator > MOST_PHASES:
        return None
    bounds = ((phase * ratio, (phase + 1) * ratio) for phase in range(ratio.denominator))
    phases = tuple(range(start.__floor__(), end.__ceil__()) for start, end in bounds)
    return Taps(dim, ratio.numerator, phases)
