"""What the declaration of an op must have, said where its class is written."""

import re
from collections.abc import Iterator
from keyword import iskeyword
from typing import Annotated, Literal, get_args, get_origin

from netspec.ops.base import Family, Op
from netspec.ops.manual import arguments, example, summary

TRAITS = frozenset(
    ["channel_affine", "linear_map", "eval_identity", "elementwise", "view", "saves_output"]
)
KEYS_OF_NODES = frozenset(
    [
        *("op", "chain", "nodes", "share", "from", "when", "repeat", "first", "label", "shape"),
        *("splice", "at", "before", "after", "doc"),
    ]
)
"""What a node has beside arguments: `syntax.node_document` declares them."""


def check_declaration(op: object) -> None:
    """Raises TypeError or ValueError with what is wrong first and the cure."""
    if not (isinstance(op, type) and issubclass(op, Op)):
        raise TypeError(f"`register_op` wants a subclass of `netspec.ops.Op`, not {op!r}")
    for check in (_name, _rules, _facts, _arguments, _docstring):
        for problem in check(op):
            raise problem


def _name(op: type[Op]) -> Iterator[Exception]:
    name = getattr(op, "name", None)
    title = op.__name__
    if name is None:
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title).lower()
        yield ValueError(f'`{title}` has no name: write `name = "{snake}"` in the class')
    elif not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", name):
        yield ValueError(f"`{title}`: `name` (={name!r}) must be a letter, then letters, digits, _")
    elif iskeyword(name) or name in KEYS_OF_NODES:
        what = "a keyword of Python" if iskeyword(name) else "a key of a node"
        yield ValueError(f"`{title}`: `name` (={name!r}) is {what}: choose another one")


def _rules(op: type[Op]) -> Iterator[Exception]:
    if op.infer is Op.infer:
        yield TypeError(f"`{op.name}` has no shapes: define `infer(self, inputs)`")
    if op.lower is Op.lower:
        yield TypeError(f"`{op.name}` has nothing to run: define `lower(self, inputs)`")


def _facts(op: type[Op]) -> Iterator[Exception]:
    families = get_args(Family)
    if op.family not in families:
        wanted = ", ".join(families)
        yield ValueError(f"`{op.name}`: `family` (={op.family!r}) must be one of {wanted}")
    traits: object = op.traits
    if not isinstance(traits, frozenset):
        yield TypeError(f"`{op.name}`: `traits` (={traits!r}) must be a frozenset of text")
    elif not traits <= TRAITS:
        wrong, known = (", ".join(sorted(map(str, each))) for each in (traits - TRAITS, TRAITS))
        yield ValueError(f"`{op.name}`: there is no trait {wrong}: the traits are {known}")
    if not _is_arity(op.arity):
        yield ValueError(
            f"`{op.name}`: `arity` (={op.arity!r}) must be the least and the greatest number of"
            " inputs, `(1, 1)`, or `(1, None)` without a limit"
        )


def _is_arity(arity: object) -> bool:
    match arity:
        case (int(least), None):
            return least >= 0
        case (int(least), int(most)):
            return 0 <= least <= most
    return False


def _arguments(op: type[Op]) -> Iterator[Exception]:
    for name, field in op.model_fields.items():
        if name in KEYS_OF_NODES and name != "shape":
            yield ValueError(f"`{op.name}`: an argument may not be named `{name}`, a key of a node")
        if not field.metadata and _is_bare(field.annotation):
            yield TypeError(
                f"`{op.name}`: `{name}` needs one of the types of arguments in `netspec.ops`, such"
                " as `Positive`, `Number` or `Boolean`, or a `Literal` of words"
            )


def _is_bare(annotation: object) -> bool:
    """Is part of it a type that says nothing of what a value in a spec may be?"""
    origin = get_origin(annotation)
    if origin in (Annotated, Literal) or annotation in (type(None), ...):
        return False
    parts = get_args(annotation)
    return any(map(_is_bare, parts)) if parts else True


def _docstring(op: type[Op]) -> Iterator[Exception]:
    if not summary(op) or summary(op) == "Example:":
        yield ValueError(f"`{op.name}` has no docstring: begin it with what the op computes")
        return
    if not example(op).startswith("netspec: 1"):
        yield ValueError(
            f"`{op.name}`: the docstring must end with a line `Example:`, an empty line, and a"
            " whole spec, indented, that begins with `netspec: 1`"
        )
    for argument in arguments(op):
        if not argument.text:
            line = f"- {argument.name}: …"
            yield ValueError(f"`{op.name}`: the docstring must describe each argument: `{line}`")
