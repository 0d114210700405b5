"""Arithmetic in generated code: trees of Python's `ast`, of which only a few kinds are used.

The text of a spec gets here as the tree of a parsed expression alone, and is printed anew.
"""

import ast
import operator
from collections.abc import Callable, Mapping

from netspec.expression import syntax

Value = object
"""A number, a boolean, text, None, or a tuple of such."""

_BINARY: Mapping[str, type[ast.operator]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "//": ast.FloorDiv,
    "/": ast.FloorDiv,  # where it gives a size it is exact; what does not fit is not used
    "%": ast.Mod,
}
_COMPARE: Mapping[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
_CALLS: Mapping[str, Callable[..., Value]] = {"max": max, "min": min}
_OPERATORS: Mapping[type[ast.AST], Callable[..., Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Not: operator.not_,
    ast.USub: operator.neg,
}


class Untranslatable(Exception):
    """An expression of a spec has no counterpart here."""


def literal(value: Value) -> ast.expr:
    """The tree of a value."""
    if isinstance(value, tuple):
        return ast.Tuple([literal(item) for item in value], ast.Load())
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    assert value is None or isinstance(value, str | int | float)
    return ast.Constant(value)


def name(text: str) -> ast.Name:
    """The tree of a variable."""
    return ast.Name(text, ast.Load())


def binary(left: ast.expr, sign: str, right: ast.expr) -> ast.expr:
    """`left sign right`"""
    return ast.BinOp(left, _BINARY[sign](), right)


def names_in(tree: ast.expr) -> set[str]:
    """The variables that an expression reads."""
    functions = {id(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
    found = (each for each in ast.walk(tree) if isinstance(each, ast.Name))
    return {each.id for each in found if id(each) not in functions}


def evaluate(tree: ast.expr, values: Mapping[str, Value]) -> Value:
    """The value of an expression; raises LookupError, TypeError or ArithmeticError."""
    match tree:
        case ast.Constant(value):
            return value
        case ast.Tuple(items):
            return tuple(evaluate(item, values) for item in items)
        case ast.Name(text):
            return values[text]
        case ast.UnaryOp(sign, operand):
            return _OPERATORS[type(sign)](evaluate(operand, values))
        case ast.BinOp(left, sign, right):
            return _OPERATORS[type(sign)](evaluate(left, values), evaluate(right, values))
        case ast.Compare(left, [sign], [right]):
            return _OPERATORS[type(sign)](evaluate(left, values), evaluate(right, values))
        case ast.BoolOp(ast.And(), operands):
            return all(evaluate(operand, values) for operand in operands)
        case ast.BoolOp(ast.Or(), operands):
            return any(evaluate(operand, values) for operand in operands)
        case ast.IfExp(condition, chosen, other):
            return evaluate(chosen if evaluate(condition, values) else other, values)
        case ast.Subscript(ast.expr() as sequence, ast.expr() as index):
            found, place = evaluate(sequence, values), evaluate(index, values)
            if isinstance(found, tuple) and isinstance(place, int):
                return found[place]
        case ast.Call(ast.Name(function), arguments):
            return _CALLS[function](*(evaluate(each, values) for each in arguments))
    raise TypeError(f"{ast.dump(tree)} is not evaluated")


def translate(node: syntax.Node, known: Mapping[tuple[str, ...], ast.expr]) -> ast.expr:
    """A spec's expression. `known` says what stands for a name, or an input and its attribute.

    Raises Untranslatable.
    """

    def inner(part: syntax.Node) -> ast.expr:
        return translate(part, known)

    match node:
        case syntax.Constant(_, _, value):
            return literal(value)
        case syntax.Name(_, _, text) if (text,) in known:
            return known[text,]
        case syntax.Attribute(_, _, text, attribute) if (text, attribute) in known:
            return known[text, attribute]
        case syntax.Unary(_, _, "-", operand):
            return ast.UnaryOp(ast.USub(), inner(operand))
        case syntax.Unary(_, _, "not", operand):
            return ast.UnaryOp(ast.Not(), inner(operand))
        case syntax.Binary(_, _, sign, left, right) if sign in _BINARY:
            return binary(inner(left), sign, inner(right))
        case syntax.Compare(_, _, first, (link,)):
            return ast.Compare(inner(first), [_COMPARE[link.operator]()], [inner(link.operand)])
        case syntax.Logic(_, _, word, operands):
            both = ast.And() if word == "and" else ast.Or()
            return ast.BoolOp(both, [inner(operand) for operand in operands])
        case syntax.If(_, _, chosen, condition, other):
            return ast.IfExp(inner(condition), inner(chosen), inner(other))
        case syntax.ListOf(_, _, items):
            return ast.Tuple([inner(item) for item in items], ast.Load())
        case syntax.Index(_, _, sequence, index):
            return ast.Subscript(inner(sequence), inner(index), ast.Load())
        case syntax.Call(_, _, function, arguments) if function in _CALLS and len(arguments) > 1:
            return ast.Call(name(function), [inner(each) for each in arguments], [])
    raise Untranslatable


def text_of(tree: ast.expr) -> str:
    """The expression as source, in the style of ruff."""
    return show(evaluate(tree, {})) if not names_in(tree) else ast.unparse(tree)


def show(value: Value) -> str:
    """A value as source, with double quotes."""
    if isinstance(value, tuple):
        items = ", ".join(map(show, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'float("{value}")'
    if isinstance(value, str):
        quoted = repr(value)
        body = quoted[1:-1]
        if quoted[0] == "'" and '"' not in body:
            return '"' + body.replace("\\'", "'") + '"'
        return quoted
    return repr(value)
