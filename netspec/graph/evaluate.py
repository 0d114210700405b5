"""From a written value to a value: literals, words, expressions, lists and nodes."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field

from netspec.diagnostics import Collector, Diagnostic, Span, nearest
from netspec.expression import (
    ANY_NAME,
    ExpressionError,
    UnknownValue,
    Value,
    describe,
    parse,
    whole,
)
from netspec.graph.usage import names_in
from netspec.shape import Dim, Size
from netspec.syntax.node import read_node
from netspec.syntax.node_document import NodeDoc
from netspec.syntax.scalar import is_number_or_boolean
from netspec.syntax.schema import SpecDoc
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

UNDERSCORE = "_"


class Failed(Exception):
    """A value cannot be had. `diagnostic` says why; None where that was said before."""

    def __init__(self, diagnostic: Diagnostic | None) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


def failed(code: str, message: str, span: Span, help: str | None = None) -> Failed:
    """The exception for one mistake."""
    return Failed(Diagnostic(code, message, span, help))


@dataclass(frozen=True, slots=True, eq=False)
class FileContext:
    """What all scopes of one spec see: its blocks and includes, its dims, and its parameters.

    `node_values` holds the nodes that are values here, by their text and what they read.
    """

    spec: SpecDoc
    dims: AnyMapping[str, Value]
    params: AnyMapping[str, Value]
    node_values: dict[object, "NodeValue"] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What expressions see: names with their values, and the file that they stand in."""

    file: FileContext
    names: AnyMapping[str, Value]

    def with_names(self, more: AnyMapping[str, Value]) -> "Scope":
        return Scope(self.file, {**self.names, **more})


@dataclass(frozen=True, slots=True, eq=False)
class NodeValue:
    """A node as the value of a parameter, with the scope in which its arguments are evaluated.

    The same text with the same values of what it reads is one object: see `node_value`.
    """

    doc: NodeDoc
    scope: Scope = field(repr=False)


def exact(value: Value) -> object:
    """The value with its type: 1, 1.0 and true are equal in Python, and not as arguments."""
    return tuple(map(exact, value)) if isinstance(value, tuple) else (type(value), value)


def evaluate(tree: Tree, scope: Scope, words: tuple[str, ...] = ()) -> Value:
    """The value of a literal, one of the `words`, an expression, or a list of such.

    Raises Failed.
    """
    if isinstance(tree, Scalar):
        return _scalar(tree, scope, words)
    if isinstance(tree, Sequence):
        return tuple(_item(item, scope, words) for item in tree.items)
    raise failed(
        "wrong-type",
        "a value is expected here, not a mapping",
        tree.span,
        "write a number, a list or an expression",
    )


def _item(tree: Tree, scope: Scope, words: tuple[str, ...]) -> Value:
    """A value in a list, which holds no nodes and no text but the `words`."""
    help = "write `true` or `false` in its place, and choose with `when` between two nodes"
    if isinstance(tree, Mapping):
        raise failed("wrong-type", "a list holds values, and this is a mapping", tree.span, help)
    try:
        return evaluate(tree, scope, words)
    except Failed as error:
        found = error.diagnostic
        is_word = isinstance(tree, Scalar) and not words and tree.text.isidentifier()
        if not is_word or found is None or found.help != ANY_NAME:
            raise
        message = f"{found.message}, and a list holds no text"
        raise failed(found.code, message, found.span, help) from None


def _scalar(tree: Scalar, scope: Scope, words: tuple[str, ...]) -> Value:
    if not isinstance(tree.value, str):
        if tree.value is None:
            raise failed(
                "wrong-type", "a value is missing", tree.span, "write one, or delete the key"
            )
        return tree.value
    if tree.value in words:
        return tree.value
    if tree.quoted and is_number_or_boolean(tree.value):
        raise failed(
            "quoted-value",
            f'"{tree.value}" is text, not a number or boolean',
            tree.span,
            f"write {tree.value} without quotes" if tree.value else "write a value",
        )
    try:
        return parse(tree.value).evaluate(scope.names)
    except UnknownValue:
        raise Failed(None) from None
    except ExpressionError as error:
        raise expression_failed(error, tree, scope, words) from None


def expression_failed(
    error: ExpressionError, tree: Scalar, scope: Scope, words: tuple[str, ...]
) -> Failed:
    """The error with the place inside of the scalar."""
    # A value in a dict has no columns; a quoted one begins after its quote.
    span = tree.span.inside(error.start + tree.quoted, error.end + tree.quoted)
    help = error.help
    if words and error.code in ("unknown-name", "expression-syntax"):
        close = nearest(str(tree.value), words)
        help = f"did you mean `{close}`?" if close else f"the words are {', '.join(words)}"
    return Failed(Diagnostic(error.code, error.message, span, help))


def evaluate_size(tree: Tree, scope: Scope) -> Size:
    """A size: a whole number of at least 0, or a size that depends on free dims. Raises Failed."""
    value = evaluate(tree, scope)
    try:
        size = whole(value)
    except ExpressionError as error:
        raise failed(error.code, error.message, tree.span, error.help) from None
    if not isinstance(size, Dim) and size < 0:
        raise failed(
            "invalid-size",
            f"a size must be at least 0, not {size}",
            tree.span,
            "write `_` for a size that follows from the others" if size == -1 else "mend it",
        )
    return size


def evaluate_shape(tree: Tree, scope: Scope) -> tuple[Size | str, ...]:
    """A shape: a list of sizes, `_` for one that is not said. Raises Failed."""
    if not isinstance(tree, Sequence):
        raise failed(
            "wrong-type", "a shape is a list of sizes", tree.span, "write `[N, 64, 56, 56]`"
        )
    return tuple(
        UNDERSCORE
        if isinstance(item, Scalar) and item.value == UNDERSCORE
        else evaluate_size(item, scope)
        for item in tree.items
    )


def evaluate_condition(tree: Tree, scope: Scope, key: str = "when") -> bool:
    """A condition: true or false. Raises Failed."""
    value = evaluate(tree, scope)
    if not isinstance(value, bool):
        raise failed(
            "wrong-type",
            f"`{key}` must be true or false, not {describe(value)}",
            tree.span,
            "compare it: `stride != 1`",
        )
    return value


def evaluate_count(tree: Tree, scope: Scope) -> int:
    """A number of copies. Raises Failed."""
    value = evaluate(tree, scope)
    try:
        count = whole(value)
    except ExpressionError as error:
        raise failed(error.code, f"`repeat`: {error.message}", tree.span, error.help) from None
    if isinstance(count, Dim):
        raise failed(
            "free-dim",
            f"`repeat` may not depend on a free dim, and {count} does",
            tree.span,
            "repeat a fixed number of times",
        )
    if count < 0:
        raise failed(
            "invalid-repeat",
            f"`repeat` must be at least 0, not {count}",
            tree.span,
            "0 leaves the node out",
        )
    return count


def node_value(tree: Mapping, scope: Scope, name: str) -> NodeValue:
    """A mapping with `op`, `chain` or `nodes` as a value. Raises Failed."""
    # Only what it reads: the names of a scope may still grow, and hold this very value.
    reads = sorted({*names_in(tree)} & scope.names.keys())
    seen = {read: scope.names[read] for read in reads}
    # One object for equal ones: to compare nodes that hold nodes takes exponential time.
    key = (tree, tuple((read, exact(value)) for read, value in seen.items()))
    known = scope.file.node_values.get(key)
    if known is None:
        doc = _read_value(tree, name)
        known = scope.file.node_values[key] = NodeValue(doc, Scope(scope.file, seen))
    return known


def _read_value(tree: Mapping, name: str) -> NodeDoc:
    own = Collector()
    doc = read_node(name, tree.span, tree, own)
    for found in own:
        raise Failed(found)
    for key in tree:
        if key in (
            "from",
            "when",
            "repeat",
            "first",
            "label",
            "splice",
            "at",
            "share",
            "before",
            "after",
        ):
            raise failed(
                "misplaced-key",
                f"a node as a value takes no `{key}`",
                tree.key_span(key),
                "write it on the node that uses the parameter",
            )
    return doc
