"""What an op is tried on: arguments and input shapes, fixed or free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from netspec.expression import describe
from netspec.ops.base import Call
from netspec.shape import Dim, Shape, Symbol, at, format_shape, symbol, symbols

Entry = int | str | Dim
NOMINAL = {"N": 2, "L": 7, "D": 6, "H": 9, "W": 10}
"""Nominal sizes of the dims that a case names without giving a size."""


@dataclass(frozen=True, slots=True)
class Case:
    """One op on inputs of given shapes.

    Entries of `inputs` are ints, `Dim`s, or names of free dims, `("N", 3, "H", "W")`, whose nominal
    size is in `dims` or `NOMINAL`. Where no input names a dim, the check frees the batch and every
    dimension from the second on; equal sizes at one place of several inputs become one dim.
    Arguments may hold `Dim`s too.

    - `fails`: torch refuses this, and so must the op
    - `stricter`: the op refuses it, torch does not; `because` says why
    - `symbolic`: False where the case only makes sense for these numbers
    - `call`: what torch is asked where the op cannot be lowered (invalid cases only)

    Raises ValueError where `fails` and `stricter` go together, or `because` stands alone.
    """

    arguments: Mapping[str, object]
    inputs: Sequence[tuple[Entry, ...]]
    dims: Mapping[str, int | Symbol] = field(default_factory=dict)
    fails: bool = False
    stricter: bool = False
    because: str = ""
    symbolic: bool = True
    call: Call | None = None

    def __post_init__(self) -> None:
        if self.fails and self.stricter:
            raise ValueError("a case `fails` in torch, or the op is `stricter` than torch")
        if bool(self.because) != self.stricter:
            raise ValueError("a case that is `stricter` says why with `because`, and no other does")

    def __str__(self) -> str:
        """`kernel_size=3, stride=2 on [N, 3, H, W]`"""
        arguments = ", ".join(f"{key}={_show(value)}" for key, value in self.arguments.items())
        shapes = ", ".join(map(format_shape, self.declared()))
        return " on ".join(filter(None, (arguments, shapes))) or "no arguments"

    def dim(self, name: str) -> Dim:
        """The free dim of this name."""
        size = self.dims.get(name, NOMINAL.get(name, 8))
        if isinstance(size, Symbol):
            return symbol(size.name, size.nominal, size.multiple_of)
        return symbol(name, size)

    @property
    def refused(self) -> bool:
        """Must the op refuse it?"""
        return self.fails or self.stricter

    @property
    def names_dims(self) -> bool:
        return any(not isinstance(size, int) for shape in self.inputs for size in shape)

    def declared(self) -> tuple[Shape, ...]:
        """The shapes as written."""
        return tuple(
            tuple(self.dim(size) if isinstance(size, str) else size for size in shape)
            for shape in self.inputs
        )

    def freed(self) -> tuple[Shape, ...]:
        """The shapes on free dims: as written where dims are named, else with all sizes freed."""
        if self.names_dims:
            return self.declared()
        known: dict[tuple[int, int], Dim] = {}
        return tuple(
            tuple(_freed(position, cast(int, size), known) for position, size in enumerate(shape))
            for shape in self.inputs
        )


def _freed(position: int, size: int, known: dict[tuple[int, int], Dim]) -> int | Dim:
    if position == 1 or size == 0:
        return size
    name = "N" if position == 0 else f"S{position}"
    taken = sum(1 for place, _ in known if place == position)
    return known.setdefault((position, size), symbol(f"{name}{taken or ''}", size))


def _show(value: object) -> str:
    return value if isinstance(value, str) else describe(value)


def shapes_at(shapes: Sequence[Shape], sizes: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    """The shapes with every dim at its size, or its nominal size."""
    return tuple(tuple(at(size, sizes) for size in shape) for shape in shapes)


def dims_of(shapes: Sequence[Shape]) -> tuple[Symbol, ...]:
    """The free dims, in alphabetical order."""
    found = {each for shape in shapes for each in symbols(shape)}
    return tuple(sorted(found, key=lambda each: each.name))
