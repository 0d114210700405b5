"""What the expressions of a spec mean at given sizes, by Python's own grammar and exact fractions.

The grammar of the language is a part of Python's, so Python parses; nothing of netspec is asked.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

from torch import Tensor

WORDS = {"same", "valid", "zeros", "reflect", "replicate", "circular", "constant", "none", "tanh"}
WORDS |= {"nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear"}
WORDS |= {"row", "batch", "_"}
"""Named values of arguments; no name of a random spec is one of them."""

BINARY: dict[type[ast.operator], Callable[[object, object], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: Fraction(a) / Fraction(b),
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
COMPARED: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
CALLED: dict[str, Callable[..., object]] = {
    "min": min,
    "max": max,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "len": len,
}


def evaluate(value: object, names: Mapping[str, object]) -> object:
    """A number, a boolean, a word, a tuple of such, or what a name stands for."""
    if isinstance(value, list):
        return tuple(evaluate(item, names) for item in value)
    if not isinstance(value, str) or value in WORDS:
        return value
    return _plain(_visit(_parse(value), names))


@cache
def _parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return value


def _visit(node: ast.expr, names: Mapping[str, object]) -> object:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=("true" | "false") as word):
            return word == "true"
        case ast.Name(id=name):
            return names[name]
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return _attribute(names[name], attribute)
        case ast.Subscript(value=value, slice=index):
            return _visit(value, names)[_visit(index, names)]
        case ast.List(elts=items):
            return tuple(_visit(item, names) for item in items)
        case ast.UnaryOp(op=ast.USub(), operand=value):
            return -_visit(value, names)
        case ast.UnaryOp(op=ast.Not(), operand=value):
            return not _visit(value, names)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_visit(value, names) for value in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_visit(value, names) for value in values)
        case ast.BinOp(left=left, op=sign, right=right):
            return BINARY[type(sign)](_visit(left, names), _visit(right, names))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return COMPARED[type(sign)](_visit(left, names), _visit(right, names))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _visit(body if _visit(test, names) else other, names)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return CALLED[name](*(_visit(each, names) for each in arguments))
    raise ValueError(f"the oracle does not read {ast.dump(node)}")


def _attribute(tensor: object, name: str) -> object:
    assert isinstance(tensor, Tensor)
    shape = tuple(tensor.shape)
    return {
        "rank": lambda: len(shape),
        "shape": lambda: shape,
        "channels": lambda: shape[1],
        "height": lambda: shape[-2],
        "width": lambda: shape[-1],
    }[name]()
