"""Shorter expressions of the same value."""

import ast
from collections.abc import Mapping
from copy import deepcopy

from netspec.backends.source.arithmetic import evaluate, literal

_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


class _Simplifier(ast.NodeTransformer):
    """Works out what is constant, and drops what changes nothing."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        left, sign, right = node.left, node.op, node.right
        match left, sign, right:
            case ast.Constant(), _, ast.Constant():
                return _folded(node)
            case ast.BinOp(rest, ast.Mult(), ast.Constant(int(a))), ast.FloorDiv(), ast.Constant(
                int(b)
            ) if b and a % b == 0:
                return self.visit_BinOp(ast.BinOp(rest, ast.Mult(), ast.Constant(a // b)))
            case ast.BinOp(ast.Constant(int(a)), ast.Mult(), rest), ast.FloorDiv(), ast.Constant(
                int(b)
            ) if b and a % b == 0:
                return self.visit_BinOp(ast.BinOp(ast.Constant(a // b), ast.Mult(), rest))
            case _, ast.Mult() | ast.FloorDiv(), ast.Constant(1):
                return left
            case _, ast.Add() | ast.Sub(), ast.Constant(0):
                return left
            case ast.Constant(1), ast.Mult(), _:
                return right
            case ast.Constant(0), ast.Add(), _:
                return right
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Compare(ast.Constant() as left, [sign], [ast.Name() as right]):
                return ast.Compare(right, [_MIRRORED[type(sign)]()], [left])
        return _folded(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        return _folded(node) if isinstance(node.op, ast.Not) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        return _folded(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        decisive = isinstance(node.op, ast.Or)
        rest = [
            each
            for each in node.values
            if not (isinstance(each, ast.Constant) and bool(each.value) is not decisive)
        ]
        if any(isinstance(each, ast.Constant) for each in rest):
            return ast.Constant(decisive)
        if len(rest) > 1:
            return ast.BoolOp(node.op, rest)
        return rest[0] if rest else ast.Constant(not decisive)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node


def _folded(node: ast.expr) -> ast.expr:
    try:
        return literal(evaluate(node, {}))
    except (LookupError, TypeError, ArithmeticError):
        return node


def simplify(tree: ast.expr) -> ast.expr:
    """The same expression, shorter."""
    simple = _Simplifier().visit(deepcopy(tree))
    assert isinstance(simple, ast.expr)
    return simple
