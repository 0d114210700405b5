"""What is known of the uses of a class: sizes of their inputs, and parameters of their block."""

import ast
from collections.abc import Collection, Iterator, Sequence

from netspec.backends.source.arithmetic import Value, name
from netspec.backends.source.hints import Hints, plain_params
from netspec.backends.source.model import REQUIRED
from netspec.backends.source.naming import unused, variable
from netspec.backends.source.solver import Variable
from netspec.graph.ir import Scope
from netspec.syntax.tree import Scalar, Tree

Names = dict[tuple[str, ...], ast.expr]
"""What expressions of the spec may name: a parameter, or an input and its attribute."""


def known_of(
    scopes: Sequence[Scope], hints: Hints, taken: Collection[str]
) -> tuple[list[Variable], Names]:
    """The variables of some uses, whose names are not `taken`, and what the spec calls them."""
    variables: list[Variable] = []
    names: Names = {}
    taken = set(taken)

    def add(key: tuple[str, ...], wish: str, values: Sequence[Value], default: object) -> None:
        safe = unused(variable(wish), taken)
        taken.add(safe)
        variables.append(_variable(safe, values, default))
        names[key] = name(safe)

    for index, text in enumerate(scopes[0].input_names):
        prefix = "in" if len(scopes[0].input_names) == 1 else text
        shapes = [scope.inputs[index] for scope in scopes]
        for attribute, word, place in _attributes({len(shape) for shape in shapes}):
            sizes = [shape[place] for shape in shapes]
            if all(isinstance(size, int) for size in sizes):
                add((text, attribute), f"{prefix}_{word}", sizes, REQUIRED)
    tables = [plain_params(scope) for scope in scopes]
    for key, doc in hints.params(scopes[0]).items():
        if all(key in table for table in tables):
            add((key,), key, [table[key] for table in tables], _default(doc.default))
    return variables, names


def _default(tree: Tree | None) -> object:
    if isinstance(tree, Scalar) and not isinstance(tree.value, str):
        return tree.value
    return REQUIRED


def _variable(name: str, values: Sequence[Value], default: object) -> Variable:
    """Of a number that is a fraction somewhere, 1 is the fraction 1.0, too."""
    if float not in map(type, (*values, default)):
        return Variable(name, tuple(values), default)
    *found, default = (float(each) if type(each) is int else each for each in (*values, default))
    return Variable(name, tuple(found), default)


def _attributes(ranks: Collection[int]) -> Iterator[tuple[str, str, int]]:
    """What may be known of an input: an attribute of the spec, a word of torch, a dimension."""
    if min(ranks) < 2 or len(ranks) > 1:
        return
    (rank,) = ranks
    yield "channels", "channels" if rank > 2 else "features", 1
    if rank == 3:
        yield "width", "features", 2
    if rank > 3:
        yield "height", "height", rank - 2
        yield "width", "width", rank - 1
