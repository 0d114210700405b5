"""The page of an op: its docstring, with the types and defaults of its arguments."""

import re
from dataclasses import dataclass
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from netspec.expression import describe
from netspec.ops.base import Op
from netspec.shape import Dim

_ARGUMENT = re.compile(r"^- (\w+(?:, \w+)*): (.*(?:\n  .*)*)\n?", re.M)
_KINDS = {bool: "boolean", int: "integer", float: "number", str: "text", Dim: "size"}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as a reader wants it: `default` is empty where it is required."""

    name: str
    kind: str
    default: str
    text: str


def summary(op: type[Op]) -> str:
    """The first sentence of the docstring, without its full stop."""
    first = cleandoc(op.__doc__ or "").split("\n\n")[0]
    return " ".join(first.split()).removesuffix(".")


def arguments(op: type[Op]) -> list[Argument]:
    """The arguments in the order of the class, each with its line of the docstring."""
    texts = {
        name: " ".join(text.split())
        for names, text in _ARGUMENT.findall(cleandoc(op.__doc__ or ""))
        for name in names.split(", ")
    }
    return [
        Argument(
            name,
            _kind(field.annotation),
            _default(field.is_required(), field.default),
            texts.get(name, ""),
        )
        for name, field in op.model_fields.items()
    ]


def remarks(op: type[Op]) -> str:
    """What the docstring says beside its first sentence, the arguments and the example."""
    body, _, _ = cleandoc(op.__doc__ or "").partition("\nExample:\n")
    _, _, rest = body.partition("\n\n")
    return re.sub(r"\n{3,}", "\n\n", _ARGUMENT.sub("", rest)).strip()


def example(op: type[Op]) -> str:
    """The spec under `Example:` in the docstring."""
    _, _, text = cleandoc(op.__doc__ or "").partition("\nExample:\n")
    return cleandoc(text)


def _default(required: bool, default: object) -> str:
    if required:
        return ""
    if default is None:
        return "~"
    return default if isinstance(default, str) else describe(default)


def _kind(annotation: object) -> str:
    """`integer | list of integers`, `zeros | reflect`"""
    return " | ".join(dict.fromkeys(_kinds(annotation)))


def _kinds(annotation: object) -> list[str]:
    if isinstance(annotation, type) and annotation in _KINDS:
        return [_KINDS[annotation]]
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kinds(parts[0])
    if origin is Literal:
        return [part if isinstance(part, str) else describe(part) for part in parts]
    if origin in (Union, UnionType):
        kinds = [kind for part in parts if part is not NoneType for kind in _kinds(part)]
        return [kind for kind in kinds if kind != "integer" or "size" not in kinds]
    if origin is tuple:
        kinds = [kind for part in parts if part is not Ellipsis for kind in _kinds(part)]
        return ["list of " + " and ".join(f"{kind}s" for kind in dict.fromkeys(kinds))]
    return ["value"]
