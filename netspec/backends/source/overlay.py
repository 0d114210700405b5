"""Bodies laid one over the other: what is equal stays, what differs becomes an expression."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from netspec.backends.source.hints import Hints, Known
from netspec.backends.source.merge import Steps, merged
from netspec.backends.source.model import (
    Body,
    Child,
    Construct,
    Make,
    Run,
    Sequential,
    Step,
    Zeros,
)
from netspec.backends.source.runs import numbered
from netspec.backends.source.solver import ABSENT, Mismatch, Solver
from netspec.diagnostics import Span
from netspec.ops.base import AllInputs, Input

T = TypeVar("T")


class Overlay:
    """Makes the template of a class from the bodies of its uses. `known` is what expressions of the
    spec may name in it."""

    def __init__(self, solver: Solver, hints: Hints, known: Known) -> None:
        self._solver = solver
        self._hints = hints
        self._known = known

    def body(self, bodies: Sequence[Body]) -> Body:
        """One body that stands for all. Raises Mismatch."""
        first = bodies[0]
        for other in bodies:
            _require((other.inputs, other.training), (first.inputs, first.training))
            _require((other.sizes, other.symbols), (first.sizes, first.symbols))
        if first.line is not None:
            return replace(first, line=self._line([body.line for body in bodies], ""))
        if any(body.line is not None for body in bodies):
            raise Mismatch
        steps = Steps(bodies)
        children = self._children(bodies)
        # A module that is not always there is asked for by its name, any other line by a flag.
        laid = tuple(self._step(steps, node) for node in steps.order)
        outputs = tuple(
            steps.source([body.outputs[index] for body in bodies])
            for index in range(len(first.outputs))
        )
        return replace(first, children=children, steps=laid, outputs=outputs)

    def _children(self, bodies: Sequence[Body]) -> tuple[Child, ...]:
        tables = [{child.node: child for child in body.children} for body in bodies]
        found = []
        for node in merged([list(table) for table in tables]):
            uses = [table.get(node) for table in tables]
            child = next(use for use in uses if use)
            for use in uses:
                _require(use.at if use else child.at, child.at)
            make = self._construct([use.make if use else None for use in uses], child.span, node)
            condition = self._condition([use is not None for use in uses], child.span, node)
            found.append(replace(child, make=make, condition=condition))
        return tuple(found)

    def _step(self, steps: "Steps", node: str) -> Step:
        uses = [table.get(node) for table in steps.tables]
        step = next(use for use in uses if use)
        for use in filter(None, uses):
            _require(_form(use), _form(step))
        condition = self._condition([use is not None for use in uses], step.span, node)
        arguments = [use.arguments if use else ABSENT for use in uses]
        keywords = {key: None for use in uses if use for key, _ in use.keywords}
        tables = [dict(use.keywords) if use else None for use in uses]
        return replace(
            step,
            reads=steps.reads[node],
            arguments=self._tuple(arguments, step.span, f"{node}_"),
            keywords=tuple((key, self._field(tables, key, step.span, node)) for key in keywords),
            condition=condition,
        )

    def _condition(self, present: Sequence[object], span: Span, node: str) -> ast.expr | None:
        if all(present):
            return None
        hints = self._hints.condition(span, self._known)
        return self._solver.condition(present, f"has_{node}", hints)

    def _construct(self, makes: Sequence[Construct | None], span: Span, path: str) -> Construct:
        kind = next(make for make in makes if make is not None)
        if isinstance(kind, Make):
            return self._make([_of(Make, make) for make in makes], span, path)
        if isinstance(kind, Zeros):
            shapes = [make.shape if make else ABSENT for make in (_of(Zeros, m) for m in makes)]
            return Zeros(self._tuple(shapes, span, f"{path}_size"))
        return self._line([_of(Sequential, make) for make in makes], path)

    def _make(self, makes: Sequence[Make | None], span: Span, path: str) -> Make:
        first = next(make for make in makes if make is not None)
        order = list(first.defaults)
        given = {key: None for make in makes if make for key, _ in make.arguments}
        keys = sorted(given, key=lambda key: order.index(key) if key in order else -1)
        tables = []
        for make in makes:
            _require(make.target if make else first.target, first.target)
            tables.append({**make.defaults, **dict(make.arguments)} if make else None)
        arguments = []
        for key in keys:
            is_implied = key not in first.defaults
            value = self._field(tables, key, span, path, is_implied)
            if key not in first.defaults or value != first.defaults[key]:
                arguments.append((key, value))
        return Make(first.target, tuple(arguments), first.defaults)

    def _line(self, lines: Sequence[Sequential | None], path: str) -> Sequential:
        first = next(line for line in lines if line is not None)
        for line in lines:
            _require(line.names if line else first.names, first.names)
        tables = numbered([line.runs if line else () for line in lines])
        by_use = list(zip(tables, lines, strict=True))
        runs = []
        for number, key in enumerate(merged([list(table) for table in tables])):
            uses = [table.get(key) for table in tables]
            there = [ABSENT if line is None else key in table for table, line in by_use]
            runs.append(self._run(uses, there, f"{path}_{number}" if path else f"layer{number}"))
        if first.names is not None and any(
            run.condition or not isinstance(run.count, int) for run in runs
        ):
            raise Mismatch  # names are not worked out
        return Sequential(tuple(runs), first.names)

    def _run(self, uses: Sequence[Run | None], there: Sequence[object], path: str) -> Run:
        """`there` tells of each use that has the line whether it has the run."""
        run = next(use for use in uses if use is not None)
        make = self._construct([use.make if use else None for use in uses], run.key, path)
        steps = [dict(use.steps) if use else None for use in uses]
        keys = {key: None for table in steps for key in table or ()}
        for table in steps:
            _require(table.keys() if table else keys.keys(), keys.keys())
        moved = tuple(
            (key, self._solver.value([_entry(table, key) for table in steps], f"{path}_{key}_step"))
            for key in keys
        )
        counts: list[object] = [use.count if use else ABSENT for use in uses]
        hints = list(self._hints.count(run.key, self._known))
        condition = None
        if not hints and all(use is None or use.count == 1 for use in uses):
            condition = self._condition(there, run.key, path)
        else:  # so many copies, or none
            counts = [
                0 if is_there is False else count
                for count, is_there in zip(counts, there, strict=True)
            ]
        hints += [ast.BinOp(hint, ast.Sub(), ast.Constant(1)) for hint in hints]
        count = self._solver.count(counts, f"{path}_count", hints)
        return Run(run.key, make, count, moved, condition, run.is_spliced)

    def _field(
        self,
        tables: Sequence[Mapping[str, object] | None],
        key: str,
        span: Span,
        path: str,
        is_implied: bool = False,
    ) -> object:
        values = [_entry(table, key) for table in tables]
        return self._value(values, span, f"{path}_{key}", key, is_implied)

    def _value(
        self, values: Sequence[object], span: Span, wish: str, key: str, is_implied: bool = False
    ) -> object:
        present = [value for value in values if value is not ABSENT]
        if any(isinstance(value, tuple) for value in present) and any(map(_is_wired, present)):
            return self._tuple(values, span, wish)
        hints = list(self._hints.arguments(span, key, self._known))
        return self._solver.value(values, wish, hints, is_implied=is_implied and not hints)

    def _tuple(self, values: Sequence[object], span: Span, wish: str) -> tuple[object, ...]:
        """A tuple item by item: in it may stand tensors, and sizes worked out at run time."""
        tuples = [value for value in values if isinstance(value, tuple)]
        for value in values:
            if value is not ABSENT and not isinstance(value, tuple):
                raise Mismatch
            _require(len(value) if isinstance(value, tuple) else len(tuples[0]), len(tuples[0]))
        columns = [
            [value[index] if isinstance(value, tuple) else ABSENT for value in values]
            for index in range(len(tuples[0]))
        ]
        return tuple(
            self._value(column, span, f"{wish}{index}", "") for index, column in enumerate(columns)
        )


def _form(step: Step) -> tuple[object, ...]:
    """What no argument can change."""
    return (step.target, step.place, step.outputs, step.symbols, step.item, step.is_parameter)


def _entry(table: Mapping[str, object] | None, key: str) -> object:
    if table is None:
        return ABSENT
    if key not in table:
        raise Mismatch
    return table[key]


def _of(kind: type[T], make: Construct | None) -> T | None:
    if make is None or isinstance(make, kind):
        return make
    raise Mismatch


def _is_wired(value: object) -> bool:
    """Does a tuple hold what is no plain value?"""
    if isinstance(value, tuple):
        return any(map(_is_wired, value))
    return isinstance(value, Input | AllInputs) or not isinstance(value, int | float | str | None)


def _require(found: object, wanted: object) -> None:
    if found != wanted:
        raise Mismatch
