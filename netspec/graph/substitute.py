"""Values put in the place of the names that stand for them."""

from collections.abc import Container
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace

from netspec.diagnostics import Span
from netspec.expression import (
    Expression,
    ExpressionError,
    UnknownValue,
    Value,
    describe,
    parse,
)
from netspec.expression.syntax import Name
from netspec.graph.budget import Budget
from netspec.graph.evaluate import NodeValue
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree


@dataclass(frozen=True, slots=True)
class Substitution:
    """What names stand for. `nodes` holds the text of node values, by identity.

    A name whose value cannot be written in its place goes to `kept`, and stays. What is put in is
    spent from the `budget`.
    """

    values: AnyMapping[str, Value]
    budget: Budget
    nodes: dict[int, Tree] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def without(self, names: Container[str]) -> "Substitution":
        """The same where these names stand for something else."""
        rest = {name: value for name, value in self.values.items() if name not in names}
        return replace(self, values=rest)

    def __call__(self, tree: Tree, words: tuple[str, ...] = (), *, whole: bool = False) -> Tree:
        """A literal, word, expression or list with values in the place of names.

        An expression over these names alone becomes its value; with `whole`, a float that is whole
        becomes an integer. In any other the values are put in where the names stand.
        """
        if isinstance(tree, Sequence):
            items = (self._put(item, words, whole, inside=True) for item in tree.items)
            return Sequence(tuple(items), tree.span)
        return self._put(tree, words, whole, inside=False)

    def _put(self, tree: Tree, words: tuple[str, ...], whole: bool, *, inside: bool) -> Tree:
        if isinstance(tree, Sequence):
            return self(tree, words, whole=whole)
        if isinstance(tree, Mapping) or not isinstance(tree.value, str) or tree.value in words:
            return tree
        try:
            expression = parse(tree.value)
        except ExpressionError:  # in a node that is absent
            return tree
        if not expression.names & self.values.keys():
            return tree
        if expression.names <= self.values.keys():
            try:
                value = expression.evaluate(self.values)
            except (ExpressionError, UnknownValue):  # in a node that is absent
                return self._mixed(tree, expression)
            found = self._literal(value, tree.span, words, whole, inside)
            if found is not None:
                self.budget.spend(found)
                return found
        return self._mixed(tree, expression)

    def _literal(
        self, value: Value, span: Span, words: tuple[str, ...], whole: bool, inside: bool
    ) -> Tree | None:
        """The value as it is written; None for a text that would be read as an expression, and for
        a node in a list."""
        if isinstance(value, NodeValue):
            return None if inside else self.nodes.get(id(value))
        if isinstance(value, tuple):
            items = [self._literal(item, span, words, whole, True) for item in value]
            known = tuple(item for item in items if item is not None)
            return Sequence(known, span) if len(known) == len(items) else None
        if isinstance(value, str):
            return Scalar(value, span, value) if value in words else None
        if not isinstance(value, int | float):
            return None
        if whole and isinstance(value, float) and value.is_integer():
            value = int(value)
        return Scalar(value, span, describe(value))

    def _mixed(self, tree: Scalar, expression: Expression) -> Scalar:
        """The text with the values at the places of the names."""
        text = expression.text
        names = [r for r in expression.references if isinstance(r, Name) and r.name in self.values]
        for name in sorted(names, key=lambda name: name.start, reverse=True):
            before, after = text[: name.start], text[name.end :]
            spelled = _spelled(self.values[name.name], before, after)
            longer = f"{before}{spelled}{after}"
            if spelled is not None and _parses(longer):
                text = longer
            else:
                self.kept.add(name.name)
        return Scalar(text, tree.span, text)


def _spelled(value: Value, before: str, after: str) -> str | None:
    """The value inside of an expression, in parentheses where its sign would not be its own."""
    if isinstance(value, str) and "'" in value and '"' in value:
        return None
    if not isinstance(value, bool | int | float | str | tuple):
        return None
    text = describe(value)
    alone = before.rstrip()[-1:] in ("", "(", "[", ",", ":") and not after.lstrip().startswith("**")
    return f"({text})" if text.startswith("-") and not alone else text


def _parses(text: str) -> bool:
    try:
        parse(text)
    except ExpressionError:  # too long, too deep, or a text that cannot be quoted
        return False
    return True
