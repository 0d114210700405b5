"""Which part of the image an element of a feature map is computed from.

The field of a tensor along one spatial dimension of the network's input is worked out exactly,
border and position aside: where an upsampling makes it differ from position to position, it is kept
for each phase. It is an interval: a hole in it, as dilation makes, counts as read. Several inputs
are taken to show the same image.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from math import gcd, lcm

from netspec.graph.ir import Leaf, Node, Scope
from netspec.ops.base import Inputs
from netspec.ops.taps import MOST_PHASES, Reads, Taps
from netspec.shape import Shape, nominal

Interval = tuple[int, int] | None
"""The first and the last position, before and behind the image, too; None: it reads nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """The field along a spatial dimension of an image of `size` pixels.

    Position `len(phases) * q + r` of the tensor's dimension `dim` is computed from the interval
    `phases[r]` of the image, moved by `step * q`; with `dim` None, every element from `phases[0]`.
    """

    size: int
    dim: int | None
    step: int
    phases: tuple[Interval, ...]

    @property
    def extent(self) -> int:
        """Pixels from the first to the last, at most; more than `size` where it hangs over."""
        return max((last - first + 1 for first, last in filter(None, self.phases)), default=0)

    @property
    def is_whole(self) -> bool:
        """Is every element computed from the whole image, whatever its position?"""
        return self.dim is None and _covers(self.phases[0], (0, self.size - 1))

    def at(self, position: int) -> Interval:
        """The field of one position."""
        turns, phase = divmod(position, len(self.phases))
        interval = self.phases[phase]
        return interval and (interval[0] + self.step * turns, interval[1] + self.step * turns)


Fields = tuple[Field | None, ...]
"""For each spatial dimension of the image; None, or empty, where nothing of the image is read."""


def first_fields(scope: Scope) -> list[Fields]:
    """The fields of the inputs: each element is itself."""
    axes = range(max((len(shape) - 2 for shape in scope.inputs), default=0))
    return [tuple(_pixel(shape, 2 + axis) for axis in axes) for shape in scope.inputs]


def _pixel(shape: Shape, dim: int) -> Field | None:
    return Field(nominal(shape[dim]), dim, 1, ((0, 0),)) if dim < len(shape) else None


def leaf_fields(leaf: Leaf, reads: tuple[Fields, ...], node: Node) -> tuple[Fields, ...]:
    """The fields of the outputs of an op."""
    inputs = Inputs(*leaf.inputs)
    moves = [leaf.op.reads(inputs, node.outputs, index) for index in range(len(reads))]
    sources = list(zip(reads, leaf.inputs, moves, strict=True))
    axes = range(max(map(len, reads), default=0))
    fields = tuple(
        _union(_read(known[axis], shape, move) for known, shape, move in sources if known)
        for axis in axes
    )
    return (fields,) * len(node.outputs)


def _read(field: Field | None, shape: Shape, move: Reads) -> Field | None:
    if field is None or field.dim is None:
        return field
    taps = move.get(field.dim)
    return _whole(field, nominal(shape[field.dim])) if taps is None else _compose(field, taps)


def _whole(field: Field, positions: int) -> Field:
    """All positions of the tensor are read."""
    edges = {*range(min(positions, len(field.phases)))}
    edges |= {positions - 1 - edge for edge in edges}
    return Field(field.size, None, 0, (_hull(map(field.at, edges)),))


@lru_cache(maxsize=4096)
def _compose(field: Field, taps: Taps) -> Field:
    """The field of an output that reads a tensor of this field."""
    inner, outer = len(field.phases), len(taps.phases)
    turns = inner // gcd(inner, taps.step)
    if turns * outer > MOST_PHASES:
        return _everything(field)
    phases = []
    for phase in range(turns * outer):
        start = taps.step * (phase // outer)
        reached = taps.phases[phase % outer]
        ends = reached if inner > 1 or len(reached) < 2 else (reached[0], reached[-1])
        phases.append(_hull(field.at(start + place) for place in ends))
    step = field.step * turns * taps.step // inner
    return Field(field.size, taps.dim, step, tuple(phases))


def _union(fields: Iterable[Field | None]) -> Field | None:
    """The field of what is computed from several tensors, each at the same place."""
    found = [*filter(None, fields)]
    return reduce(_join, found) if found else None


def _join(left: Field, right: Field) -> Field:
    if left == right or left.is_whole:
        return left
    if right.is_whole:
        return right
    inner, outer = len(left.phases), len(right.phases)
    period = lcm(inner, outer)
    is_parallel = left.dim == right.dim and left.step * outer == right.step * inner
    if not is_parallel or period > MOST_PHASES:
        return _everything(left, right)
    phases = tuple(_hull((left.at(phase), right.at(phase))) for phase in range(period))
    step = left.step * period // inner
    return Field(max(left.size, right.size), left.dim, step, phases)


def _everything(*fields: Field) -> Field:
    size = max(field.size for field in fields)
    return Field(size, None, 0, ((0, size - 1),))


def _hull(intervals: Iterable[Interval]) -> Interval:
    found = [*filter(None, intervals)]
    if not found:
        return None
    return min(first for first, _ in found), max(last for _, last in found)


def _covers(interval: Interval, wanted: tuple[int, int]) -> bool:
    return interval is not None and interval[0] <= wanted[0] and interval[1] >= wanted[1]
