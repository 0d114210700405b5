"""How the elements of a view lie in the memory that it shares."""

from math import prod

from netspec.graph.ir import Leaf
from netspec.ops.base import Inputs
from netspec.shape import Shape, nominal

Sizes = tuple[int, ...]
Strides = tuple[int, ...]
"""For each dimension, by how many elements its neighbors are apart."""


def in_order(sizes: Sizes) -> Strides:
    """Of elements that lie one after the other."""
    return tuple(prod(sizes[dim + 1 :]) for dim in range(len(sizes)))


def view_strides(leaf: Leaf, outputs: tuple[Shape, ...], strides: Strides) -> Strides | None:
    """Of the outputs of a view; None where it has to be a copy. `strides` are those of its input.

    A dimension goes where the op says that it moves along; the others are cut in their order, or
    made anew of the same elements.
    """
    sizes, after = _nominal(leaf.inputs[0]), _nominal(outputs[0])
    moves = leaf.op.reads(Inputs(*leaf.inputs), outputs, 0)
    kept = {taps.dim: dim for dim, taps in moves.items() if taps}
    if len(kept) < len(sizes) and prod(sizes) == prod(after):
        return _regrouped(sizes, strides, after)
    cut = iter(dim for dim in range(len(sizes)) if dim not in kept.values())
    sources = [kept[place] if place in kept else next(cut, None) for place in range(len(after))]
    return tuple(
        0 if source is None or size > sizes[source] else strides[source]
        for source, size in zip(sources, after, strict=True)
    )


def _regrouped(sizes: Sizes, strides: Strides, after: Sizes) -> Strides | None:
    """Of the same elements in other sizes. Dimensions that are evenly spaced together are a run;
    each new dimension must be a part of one."""
    if not prod(sizes):
        return in_order(after)
    runs: list[tuple[int, int]] = []
    for size, stride in zip(sizes, strides, strict=True):
        if runs and runs[-1][1] == size * stride:
            runs[-1] = runs[-1][0] * size, stride
        elif size > 1:
            runs.append((size, stride))
    found = []
    count, step = runs.pop() if runs else (1, 1)
    for size in reversed(after):
        if size > 1 and count == 1:
            count, step = runs.pop()
        if count % size:
            return None
        found.append(step)
        count, step = count // size, step * size
    return tuple(reversed(found))


def _nominal(shape: Shape) -> Sizes:
    return tuple(map(nominal, shape))
