"""The arithmetic of specs: parsed by hand, bounded, and without any way to reach Python.

`parse(text).evaluate(scope)` gives a value or raises ExpressionError with the place of the fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from netspec.expression.errors import ANY_NAME, UNKNOWN, ExpressionError, UnknownValue
from netspec.expression.evaluate import Evaluation
from netspec.expression.functions import FUNCTIONS, RESERVED
from netspec.expression.parser import Parser
from netspec.expression.syntax import Attribute, Name, Node
from netspec.expression.values import InputShape, Quotient, Value, describe, settle, whole

__all__ = [
    "ANY_NAME",
    "FUNCTIONS",
    "RESERVED",
    "UNKNOWN",
    "Expression",
    "ExpressionError",
    "InputShape",
    "Quotient",
    "UnknownValue",
    "Value",
    "describe",
    "parse",
    "settle",
    "whole",
]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; `names` are the names that it reads from its scope."""

    text: str
    names: frozenset[str] = field(compare=False)
    root: Node = field(repr=False, compare=False)
    references: tuple[Name | Attribute, ...] = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, Value]) -> Value:
        """
        The value in a scope of numbers, booleans, text, tuples, Dims, InputShapes and nodes.

        Raises ExpressionError, or UnknownValue if it touches `UNKNOWN`.
        """
        return Evaluation(self.text, self.references, scope).root(self.root)


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """
    The expression that the text spells, of at most 256 characters and 16 levels of nesting.

    Raises ExpressionError: `expression-syntax`, `expression-limit`, or `expression-value` for a
    number that no double holds.
    """
    parser = Parser(text)
    root = parser.parse()
    references = tuple(parser.references)
    return Expression(text, frozenset(r.name for r in references), root, references)
