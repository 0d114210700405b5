"""Trees to values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from netspec.diagnostics import nearest
from netspec.expression.bounds import checked
from netspec.expression.errors import ANY_NAME, UNKNOWN, ExpressionError, UnknownValue, clip
from netspec.expression.functions import call
from netspec.expression.operators import binary, compare, truth, unary
from netspec.expression.syntax import (
    Attribute,
    Binary,
    Call,
    Compare,
    Constant,
    If,
    Index,
    ListOf,
    Logic,
    Name,
    Node,
    Slice,
    Unary,
)
from netspec.expression.values import (
    ATTRIBUTES,
    InputShape,
    Quotient,
    Value,
    describe,
    free_dim,
    kind,
    settle,
    whole,
)
from netspec.shape import Dim

T = TypeVar("T")

_BOOLEANS = {
    "yes": "true",
    "true": "true",
    "false": "false",
    "on": "true",
    "no": "false",
    "off": "false",
}
_PLAIN = (int, float, str, tuple, Dim, Quotient)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation of an expression in a scope."""

    text: str
    references: Sequence[Name | Attribute]
    scope: Mapping[str, Value]

    def root(self, node: Node) -> Value:
        """The value of the whole expression; a bare name may pass on any value but an input."""
        if not isinstance(node, Name):
            return self.settled(node)
        value = self.look_up(node)
        if isinstance(value, InputShape):
            raise self.no_value(node, value)
        return self.placed(node, settle, value)

    def settled(self, node: Node) -> Value:
        value = self.value(node)
        return self.placed(node, settle, value) if isinstance(value, Quotient) else value

    def value(self, node: Node) -> Value:
        """The node's value; a division of a free size may be a Quotient still."""
        match node:
            case Constant():
                return node.value
            case Name():
                value = self.look_up(node)
                if isinstance(value, _PLAIN):
                    return value
                raise self.no_value(node, value)
            case Attribute():
                return self.attribute(node)
            case Binary():
                return self.arithmetic(node)
            case Unary():
                return self.unary(node)
            case Compare():
                return self.comparison(node)
            case Logic():
                return self.logic(node)
            case If():
                condition = self.settled(node.condition)
                if self.placed(node.condition, truth, condition, "the condition"):
                    return self.settled(node.value)
                return self.settled(node.otherwise)
            case ListOf():
                return self.placed(node, checked, tuple(map(self.settled, node.items)))
            case Index():
                return self.index(node)
            case Slice():
                return self.slice(node)
        assert isinstance(node, Call)
        read = self.value if node.function in ("floor", "ceil") else self.settled
        return self.placed(node, call, node.function, [read(a) for a in node.arguments])

    def look_up(self, node: Name | Attribute) -> Value:
        if node.name not in self.scope:
            raise self.unknown_name(node)
        value = self.scope[node.name]
        if value is UNKNOWN:
            raise UnknownValue(node.name)
        return self.placed(node, checked, value)

    def attribute(self, node: Attribute) -> Value:
        value = self.look_up(node)
        if isinstance(value, InputShape):
            return self.placed(node, value.attribute, node.attribute)
        message = f"`{node.name}` is {kind(value)}, and only an input has attributes"
        help = f"write `{node.name}`" if node.attribute != "shape" else "name an input"
        raise ExpressionError("expression-type", message, help, node.start, node.end)

    def arithmetic(self, node: Binary) -> Value:
        """Walks down the left operands and folds upward, as deep as a chain is long."""
        chain = [node]
        while isinstance(chain[-1].left, Binary):
            chain.append(chain[-1].left)
        value = self.value(chain[-1].left)
        left = chain[-1].left
        for step in reversed(chain):
            if isinstance(value, Quotient):
                value = self.placed(left, settle, value)
            right = self.settled(step.right)
            blamed = step.right if step.operator in ("/", "//", "%") and right == 0 else step
            value = self.placed(step, binary, step.operator, value, right, show=blamed)
            left = step
        return value

    def unary(self, node: Unary) -> Value:
        operand = self.settled(node.operand)
        if node.operator == "not":
            return not self.placed(node.operand, truth, operand, "the operand of `not`")
        return self.placed(node, unary, node.operator, operand)

    def comparison(self, node: Compare) -> bool:
        left = self.settled(node.first)
        for link in node.links:
            right = self.settled(link.operand)
            if not self.placed(link, compare, link.operator, left, right):
                return False
            left = right
        return True

    def logic(self, node: Logic) -> bool:
        stop = node.operator == "or"
        role = f"an operand of `{node.operator}`"
        for operand in node.operands:
            if self.placed(operand, truth, self.settled(operand), role) is stop:
                return stop
        return not stop

    def sequence(self, node: Index | Slice) -> tuple[Value, ...]:
        value = self.settled(node.sequence)
        if isinstance(value, tuple):
            return value
        message = f"{kind(value)} has no items; only lists and `.shape` have"
        raise self.fault(node, ExpressionError("expression-type", message, "name a list"))

    def index(self, node: Index) -> Value:
        items, index = self.sequence(node), self.integer(node.index)
        if -len(items) <= index < len(items):
            return self.placed(node, checked, items[index])
        message = f"index {index} of a list of {len(items)}"
        help = (
            f"write an index from 0 to {len(items) - 1}"
            if items
            else "check the length with `len(…)`"
        )
        raise self.fault(node, ExpressionError("expression-value", message, help))

    def slice(self, node: Slice) -> Value:
        items = self.sequence(node)
        first, last, step = (None if b is None else self.integer(b) for b in node.bounds)
        if step == 0:
            error = ExpressionError(
                "expression-value", "a slice by steps of 0", "write another step"
            )
            raise self.fault(node, error)
        return items[first:last:step]

    def integer(self, node: Node) -> int:
        value = self.placed(node, whole, self.settled(node))
        if isinstance(value, Dim):
            raise self.fault(node, free_dim(value, "an index is a number of one value"))
        return value

    def placed(
        self, node: Node, function: Callable[..., T], *arguments: object, show: Node | None = None
    ) -> T:
        """The function's value; a fault gets the node's place, and `show`'s names and values."""
        try:
            return function(*arguments)
        except ExpressionError as error:
            raise self.fault(node, error, show) from None

    def fault(
        self, node: Node, error: ExpressionError, show: Node | None = None
    ) -> ExpressionError:
        source = clip(self.text[node.start : node.end])
        values = "" if isinstance(node, Name | Attribute) else self.values(show or node)
        message = f"`{source}`: {error.message}{values}"
        return ExpressionError(error.code, message, error.help, node.start, node.end)

    def values(self, node: Node) -> str:
        """The names under the node with their values: " (`d` = 0)"."""
        shown: dict[str, str] = {}
        for reference in self.references:
            if node.start <= reference.start and reference.end <= node.end:
                name = self.text[reference.start : reference.end]
                value = self.scope.get(reference.name)
                if isinstance(reference, Attribute) and isinstance(value, InputShape):
                    name, value = f"{reference.name}.shape", value.shape
                if isinstance(value, int | float | str | tuple):
                    shown[name] = f"`{name}` = {clip(describe(value))}"
        return f" ({', '.join(shown.values())})" if shown else ""

    def no_value(self, node: Name, value: Value) -> ExpressionError:
        message = f"`{node.name}` is {kind(value)}, which is no value to calculate with"
        help = "pass a node on by its bare name, or put `when` on nodes"
        if isinstance(value, InputShape):
            help = "write " + ", ".join(f"`{node.name}.{a}`" for a in ATTRIBUTES[:-1])
            help += f" or `{node.name}.shape[i]`"
        return ExpressionError("expression-type", message, help, node.start, node.end)

    def inputs(self) -> list[str]:
        return [name for name, value in self.scope.items() if isinstance(value, InputShape)]

    def unknown_name(self, node: Name | Attribute) -> ExpressionError:
        name = node.name
        close = nearest(name, self.scope)
        if name in ("index", "count"):
            help = "use it in the arguments and `when` of a node with `repeat`"
        elif name.lower() in _BOOLEANS:
            help = f"write `{_BOOLEANS[name.lower()]}`"
        elif isinstance(node, Attribute) and (inputs := self.inputs()):
            help = "write " + " or ".join(f"`{each}.{node.attribute}`" for each in inputs)
            help += "; `x` is the input of a block" if name == "x" else ""
        elif close:
            help = f"write `{close}`"
        else:
            help = ANY_NAME
        message = f"unknown name `{clip(name)}`"
        return ExpressionError("unknown-name", message, help, node.start, node.start + len(name))
