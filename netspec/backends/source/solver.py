"""The arguments of a class: an expression for each value in which its uses differ.

Every expression is worked out for every use and compared with the value there before it is taken,
so a class reproduces all its uses or is not made.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netspec.backends.source.arithmetic import (
    Value,
    binary,
    evaluate,
    literal,
    name,
    names_in,
)
from netspec.backends.source.hints import is_plain
from netspec.backends.source.model import REQUIRED, Argument
from netspec.backends.source.naming import unused, variable
from netspec.backends.source.simplify import simplify


class Mismatch(Exception):
    """Uses differ in what no argument can say: they want classes of their own."""


class _Absent:
    """Stands for the value of a use that lacks the place."""


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Variable:
    """Something known of every use: a parameter of the block, or a size of an input."""

    name: str
    values: tuple[Value, ...]
    default: object = REQUIRED


class Solver:
    """Finds expressions over `variables`, one value per use each, and new arguments, whose
    names are not `taken`."""

    def __init__(
        self, uses: int, variables: Sequence[Variable], taken: Collection[str] = ()
    ) -> None:
        self._uses = uses
        self._taken = taken
        self._variables = list(variables)
        self._found: list[ast.expr] = []
        self._read: set[str] = set()

    def value(
        self,
        values: Sequence[object],
        wish: str,
        hints: Iterable[ast.expr] = (),
        *,
        is_implied: bool = False,
        is_size: bool = True,
    ) -> object:
        """The value, where all uses have the same; else an expression. Raises Mismatch.

        `wish` is the name of a new argument, if it comes to that. Where a hint says how the value
        would vary, or a place is not there in every use and its value `is_implied` by an input's
        size, the expression is taken though the value happens to be one.
        """
        present = [value for value in values if value is not ABSENT]
        if all(same(value, present[0]) for value in present):
            likely = [hint for hint in self._filled(hints) if names_in(hint)]
            if is_implied and len(present) < len(values):
                likely += reversed(self._found)
                likely += (name(each.name) for each in self._variables if _vary(each.values))
            fitting = (each for each in likely if self._fits(each, values))
            found = next(fitting, None)
            return present[0] if found is None else self._take(found)
        if not all(map(is_plain, present)):
            raise Mismatch
        for candidate in self._candidates(values, hints, is_size):
            if self._fits(candidate, values):
                return self._take(candidate)
        filled = tuple(present[0] if value is ABSENT else value for value in values)
        taken = {*self._taken, *(each.name for each in self._variables)}
        new = unused(variable(wish), taken)
        self._variables.append(Variable(new, filled))
        return self._take(name(new))

    def count(self, values: Sequence[object], wish: str, hints: Iterable[ast.expr] = ()) -> object:
        """How many copies there are, which no arithmetic on sizes tells. Raises Mismatch."""
        return self.value(values, wish, hints, is_size=False)

    def condition(
        self, present: Sequence[object], wish: str, hints: Iterable[ast.expr] = ()
    ) -> ast.expr:
        """An expression that is true for those uses where something is there. Raises Mismatch."""
        found = self.value(tuple(present), wish, hints)
        assert isinstance(found, ast.expr)
        return found

    def arguments(self) -> tuple[Argument, ...]:
        """What the constructor is to be given, what has a default last."""
        read = [each for each in self._variables if each.name in self._read]
        found = [
            Argument(each.name, annotation(each.values), each.default)
            if any(same(each.default, value) for value in each.values)
            else Argument(each.name, annotation(each.values), REQUIRED)
            for each in read
        ]
        return tuple(sorted(found, key=lambda each: each.default is not REQUIRED))

    def given(self, use: int) -> tuple[tuple[str, Value], ...]:
        """What one use gives for the arguments."""
        values = {each.name: each.values[use] for each in self._variables}
        return tuple((each.name, values[each.name]) for each in self.arguments())

    def _filled(self, hints: Iterable[ast.expr]) -> Iterator[ast.expr]:
        """Hints with the values of those variables that never vary."""
        constants = {
            each.name: each.values[0]
            for each in self._variables
            if all(same(value, each.values[0]) for value in each.values)
        }
        return (simplify(_with(hint, constants)) for hint in hints)

    def _candidates(
        self, values: Sequence[object], hints: Iterable[ast.expr], is_size: bool
    ) -> Iterator[ast.expr]:
        yield from self._filled(hints)
        yield from reversed(self._found)
        yield from (name(each.name) for each in self._variables)
        if is_size and all(type(value) in (int, _Absent) for value in values):
            yield from self._arithmetic(values)

    def _arithmetic(self, values: Sequence[object]) -> Iterator[ast.expr]:
        varying = [each for each in self._variables if _vary(each.values)]
        target = next(value for value in values if type(value) is int)
        assert isinstance(target, int)
        place = next(index for index, value in enumerate(values) if type(value) is int)
        for each in varying:
            value = each.values[place]
            assert isinstance(value, int)
            if value and target % value == 0 and target > 0:
                yield binary(literal(target // value), "*", name(each.name))
            if target and value % target == 0 and value > 0:
                yield binary(name(each.name), "//", literal(value // target))
            if len(set(values)) > 2:
                sign = "+" if target > value else "-"
                yield binary(name(each.name), sign, literal(abs(target - value)))
        for left in varying:
            for right in varying:
                for sign in ("+", "*", "//", "-"):
                    yield binary(name(left.name), sign, name(right.name))

    def _fits(self, candidate: ast.expr, values: Sequence[object]) -> bool:
        try:
            return all(
                value is ABSENT or same(evaluate(candidate, self._scope(use)), value)
                for use, value in enumerate(values)
            )
        except (LookupError, TypeError, ArithmeticError):
            return False

    def _scope(self, use: int) -> Mapping[str, Value]:
        return {each.name: each.values[use] for each in self._variables}

    def _take(self, found: ast.expr) -> ast.expr:
        self._read |= names_in(found)
        self._found.append(found)
        return found


def _with(tree: ast.expr, constants: Mapping[str, Value]) -> ast.expr:
    """The expression with values in place of those variables that never vary."""

    class Filler(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return literal(constants[node.id]) if node.id in constants else node

    filled = Filler().visit(simplify(tree))
    assert isinstance(filled, ast.expr)
    return filled


def _vary(values: Sequence[Value]) -> bool:
    return all(type(value) is int for value in values) and len(set(values)) > 1


def same(left: object, right: object) -> bool:
    """Are values equal, and of one type? 1, 1.0 and true are not the same argument."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def annotation(values: Iterable[Value]) -> str:
    """The type of an argument with these values."""
    return union(*map(_kind, values))


def union(*types: str) -> str:
    """One type for what has any of these."""
    kinds = {kind for each in types for kind in each.split(" | ")}
    if "float" in kinds:
        kinds.discard("int")  # an int is a float to a type checker
    return " | ".join(sorted(kinds, key=lambda kind: ("tuple" in kind, kind)))


def _kind(value: Value) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(map(_kind, value))}]"
    return type(value).__name__
