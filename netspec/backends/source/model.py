"""What generated code is made of.

A body comes in two states. Lowered from one scope, its values are numbers, booleans, text, None and
tuples of such. As the template of a class, a value that differs between the uses of the class is an
expression (`ast.expr`) over the arguments of its constructor.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TypeAlias

from netspec.diagnostics import Span
from netspec.shape import Symbol


@dataclass(frozen=True, slots=True)
class Make:
    """A module constructed: the class `target`, one of torch's or of the generated ones, called.

    `defaults` are the values of arguments that are not given.
    """

    target: str
    arguments: tuple[tuple[str, object], ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Zeros:
    """A bare parameter."""

    shape: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """`count` members of a Sequential, one after the other, that are made alike: argument `a` of
    copy i is that of `make` plus `i * steps[a]`. `condition`: only where it is true. One that
    `is_spliced` stands for all members of the list that `make` gives."""

    key: Span = field(compare=False)
    make: "Construct"
    count: object = 1
    steps: tuple[tuple[str, object], ...] = ()
    condition: ast.expr | None = None
    is_spliced: bool = False


@dataclass(frozen=True, slots=True)
class Sequential:
    """An nn.Sequential; `names` of its members where they are not 0, 1, …"""

    runs: tuple[Run, ...]
    names: tuple[str, ...] | None = None


Construct: TypeAlias = Make | Zeros | Sequential


@dataclass(frozen=True, slots=True)
class Child:
    """The module or parameter of the node `node`, at the place `at` in the module tree."""

    node: str
    at: tuple[str, ...]
    make: Construct
    span: Span = field(compare=False)
    condition: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A tensor of a body: output `output` of the node, or where that is "", this input."""

    node: str
    output: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One line of `forward`: a call, or the parameter at `place`.

    `target` is a function, or "" where the module at `place` is called; its arguments hold `Input`s
    that count `reads`, and sizes that are worked out at run time from these and from `symbols`.
    """

    node: str
    reads: tuple[Source, ...]
    target: str
    place: tuple[str, ...] | None
    arguments: tuple[object, ...]
    keywords: tuple[tuple[str, object], ...]
    outputs: int
    symbols: tuple[Symbol, ...]
    family: str
    span: Span = field(compare=False)
    item: int | None = None
    is_parameter: bool = False
    condition: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a class is made from. `sizes` are worked out first, by symbol; `symbols` are passed to
    `forward` after the tensors. A `line` is an nn.Sequential, without children and steps."""

    inputs: tuple[str, ...]
    children: tuple[Child, ...]
    steps: tuple[Step, ...]
    outputs: tuple[Source, ...]
    training: tuple[bool, ...]
    sizes: tuple[tuple[Symbol, object], ...] = ()
    symbols: tuple[Symbol, ...] = ()
    line: Sequential | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a constructor; REQUIRED as its default where it has none."""

    name: str
    annotation: str = field(compare=False)
    default: object


class _Required:
    """Stands for a default that is not there."""


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class Class:
    """A class to be written; one that `is_function`, a function that gives the list of modules of
    its `line`."""

    name: str
    doc: str
    arguments: tuple[Argument, ...]
    body: Body
    is_function: bool = False


def form(part: object) -> object:
    """Something that is equal for two parts that would be written alike."""
    if isinstance(part, ast.AST):
        return ast.dump(part)
    if isinstance(part, tuple):
        return tuple(map(form, part))
    if is_dataclass(part):
        compared = (each.name for each in fields(part) if each.compare)
        return (type(part), *(form(getattr(part, name)) for name in compared))
    return type(part), part
