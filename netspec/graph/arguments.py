"""The arguments of a node: written, from `first` and from `defaults`, evaluated and checked."""

from collections.abc import Mapping as AnyMapping

from pydantic import ValidationError

from netspec.diagnostics import Span
from netspec.expression import Value
from netspec.graph.evaluate import (
    Failed,
    Scope,
    evaluate,
    evaluate_shape,
    failed,
)
from netspec.graph.parameters import evaluate_argument, unknown_argument
from netspec.graph.session import Session
from netspec.ops.arguments import words
from netspec.ops.base import Op
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
    outer = Scope(scope.file, {**scope.file.dims, **scope.file.params})
    for key, (at, tree) in defaults_of(name, scope).items():
        if key not in given:
            found.append((key, at, tree, outer))
    return found


def for_block(
    session: Session, docs: AnyMapping[str, ParamDoc], name: str, given: Written, scope: Scope
) -> dict[str, Value] | None:
    """Values of a block's parameters that the caller gives; None where one is wrong."""
    values: dict[str, Value] = {}
    good = True
    for key, at, tree, inner in _in_order(name, given, scope):
        try:
            if key not in docs:
                raise unknown_argument(key, docs, f"`{name}`", at.span)
            values[key] = evaluate_argument(docs[key], tree, inner)
        except Failed as error:
            session.report_failed(error)
            good = False
    return values if good else None


def for_op(
    session: Session, op: type[Op], doc: NodeDoc, given: Written, scope: Scope
) -> dict[str, Value] | None:
    """Values of an op's arguments, with `shape` where it takes it; None where one is wrong."""
    values: dict[str, Value] = {}
    good = True
    known = {key: None for key in op.model_fields if key != "shape"}
    for key, at, tree, inner in _in_order(op.name, given, scope):
        try:
            if key not in known:
                raise unknown_argument(key, known, f"`{op.name}`", at.span)
            values[key] = evaluate(_plain(tree, key), inner, words(op, key))
        except Failed as error:
            session.report_failed(error)
            good = False
    if "shape" in op.model_fields and doc.keys.shape is not None:
        try:
            values["shape"] = evaluate_shape(doc.keys.shape, scope)
        except Failed as error:
            session.report_failed(error)
            good = False
    return values if good else None


def _plain(tree: Tree, key: str) -> Tree:
    if isinstance(tree, Mapping):
        raise failed("wrong-type", f"`{key}` is a value, not a mapping", tree.span, "write a value")
    return tree


def construct(
    session: Session, op: type[Op], values: AnyMapping[str, Value], place: Span, given: Written
) -> Op | None:
    """The op with its arguments; None where one has a wrong value, and the collector says which."""
    try:
        return op.model_validate(values)
    except ValidationError as error:
        reported: set[str] = set()
        entries = error.errors(include_url=False, include_input=False)
        for entry in sorted(entries, key=lambda entry: entry["type"] not in _TELLING):
            key = str(entry["loc"][0]) if entry["loc"] else ""
            if key in reported:
                continue
            reported.add(key)
            span = given[key][1].span if key in given else place
            context = entry.get("ctx", {})
            help = str(context.get("help") or "") or None
            if entry["type"] == "missing":
                key_help = f"write `{key}: …`"
                session.report("missing-argument", f"`{op.name}` needs `{key}`", place, key_help)
                continue
            known = words(op, key) if key in op.model_fields else ()
            code = entry["type"] if entry["type"] in _TELLING else "argument-value"
            message = entry["msg"]
            if known:
                help = f"the words are {', '.join(known)}"
            if entry["type"] == "literal_error":
                from netspec.expression import describe

                message = f"must be one of {', '.join(known)}, not {describe(values[key])}"
            session.report(code, f"`{key}` of `{op.name}` {message}", span, help)
        return None


_TELLING = ("argument-value", "free-dim")
