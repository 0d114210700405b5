"""A spec as a function of its inputs: the network itself, and an instance of an included spec."""

from collections.abc import Mapping as AnyMapping
from dataclasses import replace

from netspec.diagnostics import Span
from netspec.expression import Value
from netspec.graph.declared import check_declared
from netspec.graph.evaluate import (
    Failed,
    FileContext,
    evaluate_condition,
    evaluate_shape,
    evaluate_size,
)
from netspec.graph.evaluate import (
    Scope as Names,
)
from netspec.graph.initialization import read_rules
from netspec.graph.ir import Kind, Scope
from netspec.graph.names import input_names
from netspec.graph.parameters import bind
from netspec.graph.session import BROKEN, Built, Session, Wire
from netspec.graph.walk import Walk
from netspec.ops.base import Requirement
from netspec.shape import Differ, Dim, Equal, Size, compare, divisible, format_shape, nominal
from netspec.syntax.schema import DimDoc, SpecDoc
from netspec.syntax.tree import Scalar

Wires = tuple[Wire, ...]


def network(walk: Walk, file: FileContext, wires: Wires, kind: Kind) -> Built:
    """The body of a spec with its outputs and rules of initialization."""
    session, spec = walk.session, file.spec
    dropped = frozenset(_dropped(session, file))
    training = frozenset(o.name for o in spec.outputs.values() if o.training)
    names = Names(file, {**file.dims, **file.params, **input_names(list(spec.inputs), wires)})
    built = walk.body(spec.body, names, wires, spec.name, kind, training, dropped)
    built = _check_outputs(session, file, built, dropped)
    if isinstance(built.body, Scope):
        rules = read_rules(session, spec, names)
        built = replace(built, body=replace(built.body, init=rules))
    return built


def _dropped(session: Session, file: FileContext) -> list[str]:
    names = Names(file, {**file.dims, **file.params})
    found = []
    for output in file.spec.outputs.values():
        try:
            if output.when is not None and not evaluate_condition(output.when, names):
                found.append(output.name)
        except Failed as error:
            session.report_failed(error)
    return found


def _check_outputs(
    session: Session, file: FileContext, built: Built, dropped: frozenset[str]
) -> Built:
    names = Names(file, {**file.dims, **file.params})
    kept = [output for output in file.spec.outputs.values() if output.name not in dropped]
    shapes = list(built.outputs or ())
    held = 0
    for index, output in enumerate(kept):
        if output.shape is None or index >= len(shapes):
            continue
        shape = shapes[index]
        known = (shape,)
        checked, _, count = check_declared(
            session, output.shape, names, known, built.tainted, f"outputs.{output.name}"
        )
        held += count
        shapes[index] = checked[0] if checked else shape
    return replace(
        built, outputs=tuple(shapes) if built.outputs else None, checked=built.checked + held
    )


def context_of(session: Session, spec: SpecDoc, caller: FileContext) -> FileContext:
    """What the blocks of an included spec see: its parameters at their defaults, the batch size."""
    known = session.contexts.get(id(spec))
    if known is None:
        dims = {"N": caller.dims["N"]}
        values, _ = bind(
            spec.params, {}, Names(FileContext(spec, dims, {}), {}), spec.name, spec.span
        )
        known = session.contexts[id(spec)] = FileContext(spec, dims, values)
    return known


def instantiate(
    walk: Walk, spec: SpecDoc, given: AnyMapping[str, Value], wires: Wires, span: Span
) -> Built:
    """An included spec applied: its dims stand for the sizes that are passed."""
    session = walk.session
    empty = Names(FileContext(spec, {}, {}), {})
    params, faults = bind(spec.params, given, empty, f"`{spec.name}`", span)
    for fault in faults:
        session.report_failed(fault)
    if any(wire.shape is None for wire in wires):
        return BROKEN
    dims = _bind_dims(session, spec, wires, span)
    if dims is None:
        return BROKEN
    file = FileContext(spec, dims, params)
    if not _inputs_fit(session, file, wires, span):
        return BROKEN
    requirements = _prove_dims(session, file, span)
    built = network(walk, file, wires, "block")
    if isinstance(built.body, Scope):
        built = replace(built, body=replace(built.body, requirements=requirements))
    return built


def _bind_dims(
    session: Session, spec: SpecDoc, wires: Wires, span: Span
) -> dict[str, Value] | None:
    """Each dim is the size at the place where its name stands alone in an input's shape."""
    dims: dict[str, Value] = {}
    for entry, wire in zip(spec.inputs.values(), wires, strict=True):
        for item, size in zip(entry.shape.items, wire.shape or (), strict=False):
            name = item.value if isinstance(item, Scalar) else None
            if isinstance(name, str) and (name in spec.dims or name == "N"):
                dims.setdefault(name, size)
    for dim in spec.dims.values():
        if dim.name not in dims:
            session.report(
                "unbound-dim",
                f"`{spec.name}` cannot be a block: its dim `{dim.name}` stands alone in no input",
                span,
                f"write `{dim.name}` as one size of an input of that spec",
            )
            return None
    return dims


def _inputs_fit(session: Session, file: FileContext, wires: Wires, span: Span) -> bool:
    names = Names(file, {**file.dims, **file.params})
    for entry, wire in zip(file.spec.inputs.values(), wires, strict=True):
        assert wire.shape is not None
        try:
            wanted = evaluate_shape(entry.shape, names)
        except Failed as error:
            session.report_failed(error)
            return False
        fits = len(wanted) == len(wire.shape) and all(
            isinstance(w, str) or isinstance(compare(w, size), Equal)
            for w, size in zip(wanted, wire.shape, strict=True)
        )
        if not fits:
            if not wire.tainted:
                shape = ", ".join(str(size) for size in wanted)
                session.report(
                    "shape-mismatch",
                    f"input `{entry.name}` of `{file.spec.name}` is [{shape}],"
                    f" and {format_shape(wire.shape)} is passed",
                    span,
                    "pass a tensor of that shape, or set the spec's parameters",
                )
            return False
    return True


def _prove_dims(session: Session, file: FileContext, span: Span) -> tuple[Requirement, ...]:
    """`multiple_of` and `min` of an included spec's dims, for the sizes that are passed."""
    names = Names(file, file.params)
    found: list[Requirement] = []
    for doc in file.spec.dims.values():
        size = file.dims[doc.name]
        assert isinstance(size, int | Dim)
        try:
            multiple = evaluate_size(doc.multiple_of, names) if doc.multiple_of else 1
            least = evaluate_size(doc.min, names) if doc.min else 1
        except Failed as error:
            session.report_failed(error)
            continue
        _prove_multiple(session, file.spec.name, doc, size, nominal(multiple), span)
        rest = size - least
        message = f"`{doc.name}` (={size}) of `{file.spec.name}` must be at least {least}"
        if nominal(rest) < 0:
            session.report("invalid-size", message, span, "pass a larger tensor")
        elif isinstance(rest, Dim):
            found.append(Requirement(rest, message))
    return tuple(found)


def _prove_multiple(
    session: Session, name: str, doc: DimDoc, size: Size, multiple: int, span: Span
) -> None:
    verdict = divisible(size, multiple) if multiple > 1 else Equal()
    if isinstance(verdict, Equal):
        return
    where = ""
    if isinstance(verdict, Differ) and verdict.sizes:
        where = "; at " + ", ".join(f"{n}={s}" for n, s in verdict.sizes) + f" it is {verdict.left}"
    session.report(
        "not-divisible",
        f"`{doc.name}` (={size}) of `{name}` must be a multiple of {multiple}{where}",
        span,
        "declare `multiple_of` for your own dim, or pass a fixed size",
    )
