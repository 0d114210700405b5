"""An included spec as a block: its dims stand for the sizes that are passed to it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.diagnostics import Span
from netspec.expression import UNKNOWN, Value
from netspec.graph.evaluate import Failed, FileContext, evaluate_shape, evaluate_size
from netspec.graph.evaluate import Scope as Names
from netspec.graph.ir import Scope
from netspec.graph.network import network
from netspec.graph.parameters import bind
from netspec.graph.session import BROKEN, Built, Session, Wire
from netspec.ops.base import Requirement
from netspec.shape import Differ, Dim, Equal, Shape, Size, compare, divisible, format_shape, nominal
from netspec.syntax.schema import DimDoc, InputDoc, SpecDoc
from netspec.syntax.tree import Scalar

if TYPE_CHECKING:
    from netspec.graph.walk import Walk

Wires = tuple[Wire, ...]


def context_of(session: Session, spec: SpecDoc, caller: FileContext) -> FileContext:
    """What the blocks of an included spec see: its parameters at their defaults, the batch size."""
    known = session.contexts.get((spec, caller.dims["N"]))
    if known is None:
        values: dict[str, Value] = {}
        known = FileContext(spec, {"N": caller.dims["N"]}, values)
        bound, _ = bind(spec.params, {}, Names(known, {}))
        # One without a default has no value here: `defaults` that read it say an unknown name.
        values.update((name, value) for name, value in bound.items() if value is not UNKNOWN)
        session.contexts[spec, caller.dims["N"]] = known
    return known


def instantiate(
    walk: "Walk", file: FileContext, dims: dict[str, Value], wires: Wires, span: Span
) -> Built:
    """The spec of `file`, whose parameters are bound, applied. `dims` are its dims, filled here."""
    session = walk.session
    if any(wire.shape is None for wire in wires):
        return BROKEN
    guard = _Guard(session, file, span, any(wire.tainted for wire in wires))
    inputs = [
        (entry, wire.shape)
        for entry, wire in zip(file.spec.inputs.values(), wires, strict=True)
        if wire.shape is not None
    ]
    try:
        dims.update(guard.bind_dims(inputs))
        requirements = guard.prove_dims()
        for entry, shape in inputs:
            guard.check_input(entry, shape)
    except _Refused:
        return BROKEN
    except Failed as error:
        session.report_failed(error)
        return BROKEN
    with session.called(f"called by `{'.'.join(session.path)}`", span):
        built = network(walk, file, wires, "block")
    if isinstance(built.body, Scope):
        built = replace(built, body=replace(built.body, requirements=requirements))
    return built


class _Refused(Exception):
    """The spec cannot be applied to these inputs; why was reported."""


class _Guard:
    """Holds what is passed to an included spec against what it declares."""

    def __init__(self, session: Session, file: FileContext, span: Span, tainted: bool) -> None:
        self.session = session
        self.file = file
        self.span = span
        self.tainted = tainted

    def _refuse(self, code: str, message: str, help: str) -> _Refused:
        if not self.tainted:
            self.session.report(code, message, self.span, help)
        return _Refused()

    def bind_dims(self, inputs: list[tuple[InputDoc, Shape]]) -> dict[str, Value]:
        """Each dim is the size at the place where its name stands alone in an input's shape."""
        spec = self.file.spec
        dims: dict[str, Value] = {}
        for entry, shape in inputs:
            if len(entry.shape.items) != len(shape):
                wanted = f"of rank {len(entry.shape.items)}"
                raise self._mismatch(entry, wanted, format_shape(shape))
            for item, size in zip(entry.shape.items, shape, strict=True):
                name = item.text if isinstance(item, Scalar) else ""
                if name in spec.dims or name == "N":
                    dims.setdefault(name, size)
        for dim in spec.dims.values():
            if dim.name not in dims:
                raise self._refuse(
                    "unbound-dim",
                    f"`{spec.name}` cannot be a block:"
                    f" its dim `{dim.name}` stands alone in no input",
                    f"write `{dim.name}` as one size of an input of that spec",
                )
        return dims

    def prove_dims(self) -> tuple[Requirement, ...]:
        """`multiple_of` and `min` of the dims, for the sizes that are passed."""
        names = Names(self.file, self.file.params)
        found: list[Requirement] = []
        for doc in self.file.spec.dims.values():
            size = self.file.dims[doc.name]
            assert isinstance(size, int | Dim)
            if doc.multiple_of:
                self._prove_multiple(doc, size, nominal(evaluate_size(doc.multiple_of, names)))
            if not doc.min:
                continue
            least = evaluate_size(doc.min, names)
            rest = size - least
            message = f"`{doc.name}` (={size}) of `{self.file.spec.name}` must be at least {least}"
            if nominal(rest) < 0:
                raise self._refuse("invalid-size", message, "pass a larger tensor")
            if isinstance(rest, Dim):
                found.append(Requirement(rest, message))
        return tuple(found)

    def _prove_multiple(self, doc: DimDoc, size: Size, multiple: int) -> None:
        verdict = divisible(size, multiple)
        if isinstance(verdict, Equal):
            return
        where = ""
        if isinstance(verdict, Differ) and verdict.sizes:
            at = ", ".join(f"{name}={value}" for name, value in verdict.sizes)
            where = f"; at {at} it is {verdict.left}"
        name = self.file.spec.name
        raise self._refuse(
            "not-divisible",
            f"`{doc.name}` (={size}) of `{name}` must be a multiple of {multiple}{where}",
            "declare `multiple_of` for your own dim, or pass a fixed size",
        )

    def check_input(self, entry: InputDoc, shape: Shape) -> None:
        """The shape that is passed must be the one declared, at every size."""
        names = Names(self.file, {**self.file.dims, **self.file.params})
        wanted = evaluate_shape(entry.shape, names)
        for declared, size in zip(wanted, shape, strict=True):
            verdict = Equal() if isinstance(declared, str) else compare(declared, size)
            if isinstance(verdict, Equal):
                continue
            where = ""
            if isinstance(verdict, Differ) and verdict.sizes:
                at = ", ".join(f"{name}={value}" for name, value in verdict.sizes)
                where = f"; at {at}: {verdict.left} and {verdict.right}"
            text = ", ".join(str(item) for item in wanted)
            raise self._mismatch(entry, f"[{text}]", format_shape(shape) + where)

    def _mismatch(self, entry: InputDoc, wanted: str, passed: str) -> _Refused:
        return self._refuse(
            "shape-mismatch",
            f"input `{entry.name}` of `{self.file.spec.name}` is {wanted}, and is passed {passed}",
            "pass a tensor of that shape, or set the spec's parameters",
        )
