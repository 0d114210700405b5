"""The arguments of a node: written, from `first` and from `defaults`, evaluated and checked."""

from collections.abc import Callable
from collections.abc import Mapping as AnyMapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from netspec.diagnostics import Span
from netspec.expression import Value, describe
from netspec.graph.declared import check_rank
from netspec.graph.evaluate import (
    Failed,
    Scope,
    evaluate,
    evaluate_shape,
    failed,
)
from netspec.graph.parameters import Given, evaluate_argument, missing, unknown_argument
from netspec.graph.session import Session
from netspec.ops.arguments import arguments_of, words
from netspec.ops.base import Op
from netspec.syntax.fields import Named
from netspec.syntax.node_document import NodeDoc
from netspec.syntax.schema import ParamDoc
from netspec.syntax.tree import Mapping, Scalar, Tree

Written = dict[str, tuple[Scalar, Tree]]


def written(doc: NodeDoc, first: bool) -> Written:
    """The arguments as written, those of `first` over the others for the first copy."""
    if first and doc.keys.first is not None:
        return {**doc.arguments, **doc.keys.first.entries}
    return doc.arguments


def defaults_of(name: str, scope: Scope) -> AnyMapping[str, tuple[Scalar, Tree]]:
    """What the file's `defaults` say about an op or block."""
    table = scope.file.spec.defaults.get(name)
    return table.entries if table else {}


def _in_order(name: str, given: Written, scope: Scope) -> list[tuple[str, Scalar, Tree, Scope]]:
    """All arguments, each with the scope in which it is evaluated: a default in the file's."""
    found = [(key, at, tree, scope) for key, (at, tree) in given.items()]
    defaults = defaults_of(name, scope)
    if defaults:
        outer = Scope(scope.file, {**scope.file.dims, **scope.file.params})
        found += [(k, at, tree, outer) for k, (at, tree) in defaults.items() if k not in given]
    return found


def for_block(
    session: Session, docs: AnyMapping[str, ParamDoc], op: Named, given: Written, scope: Scope
) -> Given | None:
    """What the caller gives for the parameters of a block; None where something is wrong."""
    values: dict[str, tuple[Value, Span]] = {}
    good = True
    for key, at, tree, inner in _in_order(op.text, given, scope):
        try:
            if key not in docs:
                raise unknown_argument(key, docs, f"`{op}`", at.span)
            values[key] = evaluate_argument(docs[key], tree, inner), tree.span
        except Failed as error:
            session.report_failed(error)
            good = False
    if not good:
        return None  # a parameter that seems to be missing may be the one with the wrong name
    absent = missing(docs, values)
    if not absent:
        return values
    session.report(
        "missing-argument",
        f"`{op}` needs {listed(absent)}, which {'has' if len(absent) == 1 else 'have'} no default",
        op.span,
        "write " + ", ".join(f"`{name}: …`" for name in absent),
    )
    return None


def for_op(
    session: Session, op: type[Op], doc: NodeDoc, given: Written, scope: Scope
) -> dict[str, Value] | None:
    """Values of an op's arguments, with `shape` where it takes it; None where one is wrong."""
    values: dict[str, Value] = {}
    good = True
    own = arguments_of(op)
    known = {key: None for key in own if key != "shape"}
    for key, at, tree, inner in _in_order(op.name, given, scope):
        try:
            if key not in known:
                raise unknown_argument(key, known, f"`{op.name}`", at.span)
            values[key] = evaluate(_plain(tree, key), inner, words(op, key))
        except Failed as error:
            session.report_failed(error)
            good = False
    if "shape" in own and doc.keys.shape is not None:
        try:
            shape = evaluate_shape(doc.keys.shape, scope)
            check_rank(shape, doc.keys.shape.span, session.limits)
            values["shape"] = shape
        except Failed as error:
            session.report_failed(error)
            good = False
    return values if good else None


def _plain(tree: Tree, key: str) -> Tree:
    if isinstance(tree, Mapping):
        raise failed("wrong-type", f"`{key}` is a value, not a mapping", tree.span, "write a value")
    return tree


def listed(names: list[str]) -> str:
    """`a`, `b` and `c`"""
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}" if most else last


def place_of(argument: str | None, op: Named, given: Written, scope: Scope) -> Span:
    """Where an argument is written, in the node or in `defaults`; else where the op is."""
    for table in (given, defaults_of(op.text, scope)):
        if argument is not None and argument in table:
            return table[argument][1].span
    return op.span


def construct(
    session: Session,
    op: type[Op],
    values: AnyMapping[str, Value],
    place: Callable[[str | None], Span],
) -> Op | None:
    """The op with its arguments; None where one has a wrong value, and the collector says which."""
    try:
        return op.model_validate(values)
    except ValidationError as error:
        reported: set[str] = set()
        entries = error.errors(include_url=False, include_input=False)
        lacking = [str(entry["loc"][0]) for entry in entries if entry["type"] == "missing"]
        if lacking:
            help = "write " + ", ".join(f"`{key}: …`" for key in lacking)
            message = f"`{op.name}` needs {listed(lacking)}"
            session.report("missing-argument", message, place(None), help)
        for entry in sorted(entries, key=lambda entry: entry["type"] not in _TELLING):
            key = str(entry["loc"][0]) if entry["loc"] else ""
            if entry["type"] != "missing" and key not in reported:
                reported.add(key)
                _report_value(session, op, key, entry, values, place(key))
        return None


def _report_value(
    session: Session,
    op: type[Op],
    key: str,
    entry: ErrorDetails,
    values: AnyMapping[str, Value],
    place: Span,
) -> None:
    known = words(op, key) if key in arguments_of(op) else ()
    code = entry["type"] if entry["type"] in _TELLING else "argument-value"
    message = entry["msg"]
    help = str(entry.get("ctx", {}).get("help") or "")
    if entry["type"] == "literal_error":
        message = f"must be one of {', '.join(known)}, not {describe(values[key])}"
    if known and not isinstance(values[key], int | float):
        help = f"the words are {', '.join(known)}"
    elif not help:
        wanted = message.removeprefix("must be ").partition(", not ")[0]
        help = f"write {wanted}" if message.startswith("must be ") else "write another value"
    session.report(code, f"`{key}` of `{op.name}` {message}", place, help)


_TELLING = ("argument-value", "free-dim")
