"""The mutants of a file: each is its source with one small fault, made by Cosmic Ray."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

# One or two replacements of each kind: all the pairs would say the same many times.
_BINARY = {
    "Add": ["Sub"], "Sub": ["Add"], "Mul": ["FloorDiv", "Add"], "Div": ["Mul"],
    "FloorDiv": ["Mul", "Mod"], "Mod": ["FloorDiv", "Mul"], "Pow": ["Mul"],
    "BitOr": ["BitAnd"], "BitAnd": ["BitOr"],
}  # fmt: skip
_COMPARISON = {
    "Eq": ["NotEq"], "NotEq": ["Eq"], "Is": ["IsNot"], "IsNot": ["Is"],
    "Lt": ["LtE", "GtE"], "LtE": ["Lt", "Gt"], "Gt": ["GtE", "LtE"],
    "GtE": ["Gt", "Lt"],
}  # fmt: skip
_UNARY = ["USub_UAdd", "Delete_USub", "Delete_Not"]
_OTHERS = [
    "AddNot", "ExceptionReplacer", "NumberReplacer", "RemoveDecorator", "ReplaceAndWithOr",
    "ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue", "ReplaceTrueWithFalse", "ZeroIterationForLoop",
]  # fmt: skip
OPERATORS = (
    *(f"ReplaceBinaryOperator_{old}_{new}" for old, news in _BINARY.items() for new in news),
    *(f"ReplaceComparisonOperator_{a}_{b}" for a, bs in _COMPARISON.items() for b in bs),
    *(f"ReplaceUnaryOperator_{change}" for change in _UNARY),
    *_OTHERS,
)


@dataclass(frozen=True)
class Mutant:
    """`number` counts what one operator does to a file."""

    operator: str
    number: int
    source: str
    line: int
    change: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.operator} {self.number}"

    def __str__(self) -> str:
        return f"line {self.line}, {self.name}\n" + "\n".join(f"    {row}" for row in self.change)


def mutants_of(source: str) -> Iterator[Mutant]:
    """Each program that one change of `source` makes, once."""
    seen = {_meaning(source)}
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        for number in range(_count(source, operator)):
            mutated = mutate_code(source, operator, number)
            assert mutated is not None
            meaning = _meaning(mutated)
            if meaning not in seen:
                seen.add(meaning)
                yield _mutant(name, number, source, mutated)


def _count(source: str, operator: Operator) -> int:
    nodes = ast_nodes(get_ast(source))
    return sum(1 for node in nodes for _ in operator.mutation_positions(node))


def _mutant(operator: str, number: int, source: str, mutated: str) -> Mutant:
    rows = [row for row in ndiff(source.splitlines(), mutated.splitlines()) if row[0] != "?"]
    line = next(i for i, row in enumerate(rows, 1) if row[0] in "+-")
    change = tuple(row[0] + row[1:].strip() for row in rows if row[0] in "+-")
    return Mutant(operator, number, mutated, line, change)


class _Bare(ast.NodeTransformer):
    """Strikes out what no result depends on: annotations, `slots=` and `strict=`."""

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        return None if node.arg in ("slots", "strict") else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)


def _meaning(source: str) -> str:
    try:
        return ast.dump(_Bare().visit(ast.parse(source)))
    except SyntaxError:  # an import of it fails, so it is killed
        return source
