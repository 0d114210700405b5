"""Parameters: from what is given and the defaults to values of the declared types."""

from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Collector, Span, nearest
from netspec.expression import UNKNOWN, Value, describe
from netspec.graph.evaluate import Failed, NodeValue, Scope, evaluate, failed, node_value
from netspec.ops.registry import find_op
from netspec.syntax.merge import is_param_declaration
from netspec.syntax.node_document import NODE_KEYS
from netspec.syntax.schema import ParamDoc, ParamType
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree


def words_of(doc: ParamDoc) -> tuple[str, ...]:
    """The literal texts of a parameter with text `choices`."""
    return tuple(choice.value for choice in doc.choices if isinstance(choice.value, str))


Given = AnyMapping[str, tuple[Value, Span]]
"""What a caller gives for parameters, with the places."""


def missing(docs: AnyMapping[str, ParamDoc], given: Given) -> list[str]:
    """The parameters that have no default and are not given."""
    return [doc.name for doc in docs.values() if doc.default is None and doc.name not in given]


def evaluate_argument(doc: ParamDoc, tree: Tree, scope: Scope) -> Value:
    """What a caller gives for a parameter, evaluated in the caller's scope. Raises Failed."""
    if isinstance(tree, Mapping):
        if is_param_declaration(tree):
            raise failed(
                "wrong-type",
                f"`{doc.name}` is given a mapping that is no node",
                tree.span,
                "write `{op: …}` for a node, or a value",
            )
        return node_value(tree, scope, doc.name)
    try:
        return evaluate(tree, scope, words_of(doc))
    except Failed as error:
        found = error.diagnostic
        wanted = doc.type or _inferred(doc)
        wants_node = wanted == "node" or (wanted is None and _names_node(tree, scope))
        if not wants_node or found is None or found.code != "unknown-name":
            raise
        help = f"write `{{op: {tree.text}}}`" if isinstance(tree, Scalar) else "write `{op: …}`"
        raise failed(found.code, found.message, found.span, help) from None


def _names_node(tree: Tree, scope: Scope) -> bool:
    """Is it the bare name of an op or block?"""
    spec = scope.file.spec
    return isinstance(tree, Scalar) and (
        tree.text in spec.blocks or tree.text in spec.include or find_op(tree.text) is not None
    )


def default_value(doc: ParamDoc, scope: Scope) -> Value:
    """The default in the scope of the parameters before it. Raises Failed."""
    assert doc.default is not None
    if isinstance(doc.default, Mapping):
        if is_param_declaration(doc.default):
            raise failed(
                "wrong-type",
                f"the default of `{doc.name}` is a mapping that is no node",
                doc.default.span,
                "write `{op: …}` for a node",
            )
        value: Value = node_value(doc.default, scope, doc.name)
    else:
        value = evaluate(doc.default, scope, words_of(doc))
    check(doc, value, doc.default.span, scope)
    return value


def bind(
    docs: AnyMapping[str, ParamDoc], given: Given, scope: Scope
) -> tuple[dict[str, Value], list[Failed]]:
    """Values of all parameters: what is given, else the default; and what went wrong.

    `scope` holds what defaults and bounds see beside earlier parameters. A parameter that fails, or
    is `missing`, is UNKNOWN.
    """
    values: dict[str, Value] = {}
    faults: list[Failed] = []
    names = dict(scope.names)
    for doc in docs.values():
        inner = Scope(scope.file, names)
        value: Value = UNKNOWN
        try:
            if len(faults) >= Collector.MOST:
                pass  # more are not reported
            elif doc.name in given:
                argument, span = given[doc.name]
                check(doc, argument, span, inner)
                value = argument
            elif doc.default is not None:
                value = default_value(doc, inner)
        except Failed as fault:
            faults.append(_explain_order(fault, doc, docs))
        values[doc.name] = names[doc.name] = value
    return values, faults


def _explain_order(fault: Failed, doc: ParamDoc, docs: AnyMapping[str, ParamDoc]) -> Failed:
    """An unknown name in a default that is a later parameter: say that order matters."""
    found = fault.diagnostic
    if found is None or found.code != "unknown-name" or not isinstance(doc.default, Scalar):
        return fault
    later = list(docs)[list(docs).index(doc.name) :]
    for name in later:
        if f"`{name}`" in found.message:
            return failed(
                "unknown-name",
                f"the default of `{doc.name}` reads `{name}`, which is not declared before it",
                found.span,
                "write parameters after those that they read; a circle has no value",
            )
    return fault


_INFERRED = ("in_channels", "in_features", "num_features", "embed_dim")
"""Arguments of torch that a spec leaves out."""


def unknown_argument(name: str, known: AnyMapping[str, object], what: str, span: Span) -> Failed:
    """The error for an argument that `what` does not have."""
    close = nearest(name, known) or next((other for other in known if other.startswith(name)), None)
    key = nearest(name, NODE_KEYS)
    names = ", ".join(f"`{other}`" for other in known)
    if name in _INFERRED:
        help = "delete it: it follows from the input's shape"
    elif close:
        help = f"did you mean `{close}`?"
    elif key:
        help = f"did you mean the key `{key}`" + (f", or one of {names}?" if names else "?")
    else:
        help = f"the arguments are {names}" if names else "it takes no arguments"
    return failed("unknown-argument", f"{what} has no argument `{name[:80]}`", span, help)


def check(doc: ParamDoc, value: Value, span: Span, scope: Scope) -> None:
    """Type, choices and bounds. Raises Failed."""
    if value is UNKNOWN:
        return
    wanted = doc.type or _inferred(doc)
    # As torch's sizes are a number or a list, an inferred number does not rule out a list of them.
    spread = doc.type is None and wanted in ("integer", "number") and isinstance(value, tuple)
    parts = value if spread and isinstance(value, tuple) else (value,)
    if wanted and not all(_fits(part, wanted) for part in parts):
        help = f"give {_ARTICLES[wanted]}"
        if doc.type is None and isinstance(value, float):
            help += f"; for fractions, write the default of `{doc.name}` as one, `0.0`"
        raise failed(
            "parameter-type",
            f"the parameter `{doc.name}` must be {_ARTICLES[wanted]}, not {describe(value)}",
            span,
            help,
        )
    if doc.choices and value not in [choice.value for choice in doc.choices]:
        choices = ", ".join(choice.text for choice in doc.choices)
        raise failed(
            "parameter-range",
            f"the parameter `{doc.name}` must be one of {choices}, not {describe(value)}",
            span,
            "give one of them",
        )
    for bound, name, sign in ((doc.min, "min", 1), (doc.max, "max", -1)):
        if bound is None:
            continue
        limit = evaluate(bound, scope)
        if not isinstance(limit, int | float) or not isinstance(value, int | float):
            raise failed(
                "parameter-type",
                f"`{name}` of the parameter `{doc.name}` is for numbers",
                bound.span,
                "delete it",
            )
        if (value - limit) * sign < 0:
            least = "at least" if sign > 0 else "at most"
            raise failed(
                "parameter-range",
                f"the parameter `{doc.name}` must be {least} {describe(limit)},"
                f" not {describe(value)}",
                span,
                f"give {least} {describe(limit)}",
            )


_ARTICLES: dict[ParamType, str] = {
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "text": "text",
    "node": "a node, `{op: …}`",
}


def _inferred(doc: ParamDoc) -> ParamType | None:
    """The type of a literal default; an expression says nothing."""
    default = doc.default
    if isinstance(default, Mapping):
        return "node"
    if isinstance(default, Sequence):
        return "list"
    if not isinstance(default, Scalar):
        return None
    if isinstance(default.value, bool):
        return "boolean"
    if isinstance(default.value, int):
        return "integer"
    if isinstance(default.value, float):
        return "number"
    return "text" if default.value in words_of(doc) else None


def _fits(value: Value, wanted: ParamType) -> bool:
    if wanted == "node":
        return isinstance(value, NodeValue)
    if wanted == "boolean":
        return isinstance(value, bool)
    if wanted == "list":
        return isinstance(value, tuple)
    if wanted == "text":
        return isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return wanted == "number" or float(value).is_integer()
