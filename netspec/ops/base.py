"""What an op is: a pydantic model of its arguments with four rules.

`infer` gives the output shapes, `weights` what it owns, `macs` what it costs, and `lower` what
torch is to construct or call, as data. All four see the input shapes, whose sizes are ints or
`Dim`s alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import lcm
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from netspec.ops.taps import Reads, same_place
from netspec.shape import (
    Differ,
    Dim,
    Equal,
    Shape,
    Size,
    Verdict,
    compare,
    divisible,
    format_shape,
    nominal,
)

Family = Literal[
    "convolution", "normalization", "activation", "pooling", "merging", "reshaping", "other"
]


_IN_PLACE = frozenset({"elementwise", "channel_affine", "eval_identity"})


class OpError(Exception):
    """An op cannot be applied. `argument` names the argument at fault, where one is."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        help: str | None = None,
        argument: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.argument = argument


@dataclass(frozen=True, slots=True)
class Weight:
    """A tensor that an op owns: a parameter, or a buffer that is saved with the parameters."""

    shape: tuple[int, ...]
    kind: Literal["parameter", "buffer"] = "parameter"
    dtype: Literal["float", "int64"] = "float"


@dataclass(frozen=True, slots=True)
class Input:
    """In the arguments of a `Call`: the tensor that the node reads at this position."""

    index: int


@dataclass(frozen=True, slots=True)
class AllInputs:
    """In the arguments of a `Call`: the list of all tensors that the node reads."""


@dataclass(frozen=True, slots=True)
class Call:
    """What torch is to construct or call.

    `target` is dotted: a class, `torch.nn.Conv2d`, is constructed once with `keywords` and called
    with the tensors at `arguments` and the keywords `forward`; a function, `torch.cat`, or a method
    `torch.Tensor.flatten`, is called each time with `arguments` and `keywords`. The target
    `torch.nn.Parameter` registers a tensor of the shape in `keywords`. A value may be a
    number, text, a tuple of values, an `Input`, `AllInputs`, or a `Dim`, which is worked out at run
    time from the sizes of the tensors. `item` picks one element of the result.
    """

    target: str
    keywords: Mapping[str, object] = field(default_factory=dict)
    arguments: tuple[object, ...] = (Input(0),)
    forward: Mapping[str, object] = field(default_factory=dict)
    item: int | None = None

    @property
    def is_module(self) -> bool:
        """Does it construct a module? By torch's naming: a capitalized name that is no method."""
        parent, _, name = self.target.rpartition(".")
        return name[0].isupper() and name != "Parameter" and not parent[:1].isupper()


@dataclass(frozen=True, slots=True)
class Requirement:
    """`size` must be at least 0 at every admissible size of the free dims; `message` says why."""

    size: Dim
    message: str


def multiples_to_declare(*verdicts: Verdict) -> str:
    """What to write under `dims` to make the sizes equal; empty where that does not help, or asks
    it of the batch `N`, which takes no `multiple_of`."""
    found: dict[str, int] = {}
    for verdict in verdicts:
        multiples = verdict.multiple_of if isinstance(verdict, Differ) else None
        for name, multiple in multiples or ():
            found[name] = lcm(found.get(name, 1), multiple)
    if "N" in found:
        return ""
    return " and ".join(f"`{name}: {{multiple_of: {n}}}`" for name, n in found.items())


class Inputs:
    """The shapes that a node reads, and what must hold for them.

    The checks raise `OpError` where they fail; on a size that depends on a free dim, `require`
    records what must hold from some least size on.
    """

    __slots__ = ("requirements", "shapes")

    def __init__(self, *shapes: Shape) -> None:
        self.shapes = shapes
        self.requirements: list[Requirement] = []

    def __getitem__(self, index: int) -> Shape:
        return self.shapes[index]

    def __len__(self) -> int:
        return len(self.shapes)

    def __iter__(self) -> Iterator[Shape]:
        return iter(self.shapes)

    def require(
        self,
        size: Size,
        at_least: int,
        message: str,
        *,
        help: str | None = None,
        argument: str | None = None,
    ) -> None:
        """Fail with `invalid-size` unless `size >= at_least` (for a `Dim`, at its nominal size)."""
        if nominal(size) < at_least:
            raise OpError("invalid-size", message, help=help, argument=argument)
        if isinstance(size, Dim):
            rest = size - at_least
            if isinstance(rest, Dim):
                self.requirements.append(Requirement(rest, message))

    def require_equal(
        self,
        left: Size,
        right: Size,
        message: str,
        *,
        help: str | None = None,
        also: Iterable[tuple[Size, Size]] = (),
    ) -> None:
        """Fail with `shape-mismatch` unless the two sizes are equal for every admissible size.

        The pairs in `also` are to be equal too, so that the help names what all of them want.
        """
        verdict = compare(left, right)
        if isinstance(verdict, Equal):
            return
        if not isinstance(verdict, Differ):
            raise OpError(
                "cannot-prove",
                f"{message}: cannot prove that {left} = {right} ({verdict.classes:,} cases)",
                help="declare `multiple_of` for the dim, or fix its size",
            )
        if not verdict.sizes:
            raise OpError(
                "shape-mismatch", f"{message}: {verdict.left} and {verdict.right}", help=help
            )
        where = ", ".join(f"{name}={size}" for name, size in verdict.sizes)
        wanted = multiples_to_declare(verdict)
        if wanted:
            wanted = multiples_to_declare(verdict, *(compare(*pair) for pair in also)) or wanted
            help = f"declare {wanted} under `dims` if the sizes are always such multiples"
        raise OpError(
            "shape-mismatch",
            f"{message}: {left} and {right} differ at {where}: {verdict.left} and {verdict.right}",
            help=help,
        )

    def require_divisible(
        self, size: Size, divisor: int, message: str, *, argument: str | None = None
    ) -> None:
        """Fail with `not-divisible` unless `divisor` divides `size` for every admissible size."""
        verdict = divisible(size, divisor)
        if isinstance(verdict, Equal):
            return
        if isinstance(verdict, Differ) and verdict.sizes:
            where = ", ".join(f"{name}={size}" for name, size in verdict.sizes)
            message = f"{message}; at {where} it is {verdict.left}"
        raise OpError("not-divisible", message, argument=argument)

    def fixed(self, size: Size, what: str) -> int:
        """`size` as a number; fail with `free-dim` where it depends on a free dim."""
        if isinstance(size, Dim):
            names = " and ".join(sorted(f"`{symbol.name}`" for symbol in size.symbols))
            dims = "dim" if len(size.symbols) == 1 else "dims"
            raise OpError(
                "free-dim",
                f"{what} (={size}) may not depend on the free {dims} {names}",
                help=f"pool or reshape to a fixed size first, or fix the {dims}",
            )
        return size

    def rank(self, *allowed: int, index: int = 0) -> int:
        """The rank of one input; fail with `wrong-rank` unless it is one of `allowed`."""
        rank = len(self.shapes[index])
        if rank not in allowed:
            wanted = " or ".join(str(number) for number in allowed)
            raise OpError(
                "wrong-rank",
                f"reads a tensor of rank {wanted}, not {format_shape(self.shapes[index])}",
            )
        return rank


class Op(BaseModel):
    """Base of all ops. A subclass is the op: its fields the arguments, its docstring the manual.

    Class attributes: `name` as written in a spec; `family`, for lists and pictures; `sign`, one
    character that stands for it in pictures, or none; `arity`, the least and the greatest number
    of inputs (None = no limit); `traits`, what passes may know:

    - `channel_affine`: multiplies and shifts each channel, in evaluation
    - `linear_map`: linear in its first input
    - `eval_identity`: does nothing in evaluation
    - `elementwise`: each output element depends on the input elements at its place alone
    - `view`: the output shares the memory of the input
    - `saves_output`: torch keeps the output for the backward pass, so nothing may overwrite it
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    name: ClassVar[str]
    family: ClassVar[Family] = "other"
    sign: ClassVar[str] = ""
    arity: ClassVar[tuple[int, int | None]] = (1, 1)
    traits: ClassVar[frozenset[str]] = frozenset()

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        """Output shapes. Raises `OpError` where torch would refuse the inputs."""
        raise NotImplementedError

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        """Parameters and buffers by their names inside of the module."""
        return {}

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        """Multiply-accumulates of convolutions and matrix products: half of what torch's
        `FlopCounterMode` counts in evaluation."""
        return 0

    def lower(self, inputs: Inputs) -> Call:
        """What torch is to construct or call."""
        raise NotImplementedError

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        """From which positions of input `index` a position of the outputs is computed, in
        evaluation: what receptive fields are worked out from. By default, its own place where the
        traits say so, else all of the input."""
        if self.traits & _IN_PLACE:
            return same_place(inputs[index], outputs[0])
        return {}

    def advice(self) -> str | None:
        """A warning about arguments that are valid and probably not what was meant."""
        return None

    def shorthand(self, inputs: Inputs) -> str:
        """What it is in the field's shorthand, for tables and pictures: `conv 3×3 /2`."""
        return self.name

    def explain(self, inputs: Inputs, dimension: int) -> str | None:
        """How size `dimension` of the output came about: `floor((56 + 2*1 - 3) / 2) + 1`."""
        return None
