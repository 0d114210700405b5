"""What one elaboration carries along: the collector, the limits, the way to here, and what was
worked out before."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from netspec.diagnostics import Collector, Diagnostic, Frame, Span
from netspec.expression import Value
from netspec.graph.evaluate import Failed, FileContext
from netspec.graph.ir import INPUT, Leaf, Ref, Scope
from netspec.graph.wiring import Wiring
from netspec.limits import Limits
from netspec.ops.base import OpError
from netspec.shape import Shape
from netspec.syntax.node_document import BodyDoc
from netspec.syntax.schema import SpecDoc


class Halt(Exception):
    """A limit is reached: nothing more is elaborated."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A tensor on the way: where it comes from, and its shape (None: that failed).

    A tainted shape is one that follows from a mistake; what contradicts it is an echo and not
    reported. A training wire exists in training mode only.
    """

    ref: Ref
    shape: Shape | None
    tainted: bool = False
    training: bool = False
    name: str = ""


LOST = Wire(Ref(INPUT), None, tainted=True)
"""Stands for a tensor that cannot be had; why was said before."""


def entering(wires: tuple[Wire, ...], names: Iterable[str] = ()) -> tuple[Wire, ...]:
    """The same tensors as the inputs of an inner scope, under its own names where it has any."""
    own = tuple(names) or tuple(wire.name for wire in wires)
    return tuple(
        Wire(Ref(INPUT, index), wire.shape, wire.tainted, name=name)
        for index, (wire, name) in enumerate(zip(wires, own, strict=True))
    )


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a node.

    `body` is None where it failed; `outputs` is None where even their number is unknown. `nodes`,
    `elements` (of weights) and `checked` (declared shapes) count what it holds. `refused` tells
    that an op refused a `shape` that is its own argument: no word to go on with. `given` are the
    parameters that a block was called with.
    """

    body: Leaf | Scope | None
    outputs: tuple[Shape | None, ...] | None
    names: tuple[str, ...] = ()
    training: tuple[bool, ...] = ()
    title: str = ""
    tainted: bool = False
    nodes: int = 1
    elements: int = 0
    checked: int = 0
    refused: bool = False
    given: Mapping[str, Value] = field(default_factory=dict)


BROKEN = Built(None, None, tainted=True)
REFUSED = Built(None, None, tainted=True, refused=True)


_HELP = {
    "argument-value": "write another value",
    "invalid-size": "make the window smaller, or read a larger tensor",
    "not-divisible": "change one of the two numbers",
    "shape-mismatch": "change the layers that it reads until the sizes are equal",
    "too-large": "make it smaller, or raise the limit in Python",
    "wrong-rank": "add or drop dimensions first, with `reshape` or `flatten`",
}
"""What to do where an op does not say it."""


def known_shapes(shapes: tuple[Shape | None, ...] | None) -> tuple[Shape, ...]:
    """Shapes that are all known by now."""
    return tuple(shape if shape is not None else () for shape in shapes or ())


@dataclass(slots=True)
class Counts:
    """What a scope holds, itself among the nodes; as in `Built`."""

    nodes: int = 1
    elements: int = 0
    checked: int = 0

    def add(self, built: Built, *, owns: bool = True) -> None:
        """What became of one of its nodes, which owns its weights or shares another's."""
        self.nodes += built.nodes
        self.elements += built.elements if owns else 0
        self.checked += built.checked


@dataclass(slots=True)
class Session:
    """One elaboration.

    Where a declared shape is `contradicted`, `trust` says which of the two goes on. `doubtful` are
    dims that are declared wrong: shapes that depend on them are tainted. `deepest` is how deep
    calls have nested, `seen` what the blocks of a file see of it.
    """

    collector: Collector
    limits: Limits
    trust: Literal["declared", "computed"] = "declared"
    nodes: int = 0
    contradicted: bool = False
    doubtful: set[str] = field(default_factory=set)
    trail: list[Frame] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    blocks: dict[object, Built] = field(default_factory=dict)
    leaves: dict[object, Built] = field(default_factory=dict)
    wirings: dict[BodyDoc, Wiring | None] = field(default_factory=dict)
    contexts: dict[tuple[SpecDoc, Value], FileContext] = field(default_factory=dict)
    seen: dict[FileContext, object] = field(default_factory=dict)
    deepest: int = 0
    before_walk: int = 0

    @property
    def is_quiet(self) -> bool:
        """Had the walk nothing to say, and stayed so shallow that a block could be called from a
        place as deep?"""
        shallow = 2 * self.deepest <= self.limits.nesting
        return shallow and len(self.collector) == self.before_walk

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        """Collect an error, with the way that led to it."""
        self._add(Diagnostic(code, message, span, help, tuple(notes)))

    def warn(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        """Collect a warning, with the way that led to it."""
        self._add(Diagnostic(code, message, span, help, severity="warning"))

    def report_failed(self, failed: Failed) -> None:
        """Collect what an evaluation raised."""
        if failed.diagnostic:
            self._add(failed.diagnostic)

    def report_op(self, error: OpError, what: str, span: Span, notes: Iterable[str] = ()) -> None:
        """Collect what an op raised."""
        help = error.help or _HELP.get(error.code, "change the arguments or the inputs")
        self.report(error.code, f"`{what}`: {error.message}", span, help, notes)

    def _add(self, diagnostic: Diagnostic) -> None:
        instance = ".".join(self.path)
        self.collector.add(
            replace(diagnostic, frames=tuple(reversed(self.trail)), instance=instance)
        )

    def spend(self, count: int, span: Span) -> None:
        """Count nodes. Raises Halt where there are too many."""
        self.nodes += count
        if self.nodes > self.limits.nodes:
            self.report(
                "too-many-nodes",
                f"the network has more than {self.limits.nodes:,} nodes",
                span,
                "repeat fewer times, or raise `Limits.nodes` in Python",
            )
            raise Halt

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Within the module `name`."""
        self.path.append(name)
        try:
            yield
        finally:
            self.path.pop()

    @contextmanager
    def called(self, text: str, span: Span) -> Iterator[None]:
        """Within what was called at `span`. Raises Halt where calls nest too deep."""
        self.trail.append(Frame(text, span))
        self.deepest = max(self.deepest, len(self.trail))
        try:
            if len(self.trail) > self.limits.nesting:
                self.report(
                    "nesting-too-deep",
                    f"blocks are nested more than {self.limits.nesting} levels deep",
                    span,
                    "call fewer blocks from blocks",
                )
                raise Halt
            yield
        finally:
            self.trail.pop()
