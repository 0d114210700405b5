"""A spec as a function of its inputs: the network itself, and an instance of an included spec."""

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.graph.declared import check_declared
from netspec.graph.evaluate import (
    Failed,
    FileContext,
    evaluate_condition,
)
from netspec.graph.evaluate import (
    Scope as Names,
)
from netspec.graph.initialization import read_rules
from netspec.graph.ir import Kind, Scope
from netspec.graph.names import input_names
from netspec.graph.session import Built, Session, Wire

if TYPE_CHECKING:
    from netspec.graph.walk import Walk

Wires = tuple[Wire, ...]


def network(walk: "Walk", file: FileContext, wires: Wires, kind: Kind) -> Built:
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
    if found and len(found) == len(file.spec.outputs):
        last = file.spec.outputs[found[-1]].when
        assert last is not None
        session.report(
            "missing-key",
            "no output is left: the conditions of all are false",
            last.span,
            "keep one output without `when`",
        )
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
