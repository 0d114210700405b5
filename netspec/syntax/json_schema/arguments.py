"""Schemas of the ops' arguments, from the models that also check them."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator, PlainValidator, WrapValidator

from netspec.ops import arguments as types
from netspec.ops.base import Op
from netspec.ops.manual import Argument, arguments
from netspec.shape import Dim
from netspec.syntax.json_schema.values import Schema, described, either, or_expression, record, ref
from netspec.syntax.node_document import NODE_KEYS

_SINGLE: dict[str, tuple[object, Schema]] = {
    "integer": (types.Integer, {"type": "integer"}),
    "positive": (types.Positive, {"type": "integer", "minimum": 1}),
    "non_negative": (types.NonNegative, {"type": "integer", "minimum": 0}),
    "number": (types.Number, {"type": "number"}),
    "probability": (types.Probability, {"type": "number", "minimum": 0, "maximum": 1}),
    "boolean": (types.Boolean, {"type": "boolean"}),
    "size": (types.AnySize, {"type": "integer", "minimum": 0}),
}
_SPREAD: dict[str, tuple[object, str]] = {
    "integers": (types.Integers, "integer"),
    "positives": (types.Positives, "positive"),
    "non_negatives": (types.NonNegatives, "non_negative"),
}
_NAMES = {get_args(kind)[1]: name for name, (kind, _) in (_SINGLE | _SPREAD).items()}
_PLAIN: dict[object, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Dim: {"type": "integer"},
}


def definitions() -> dict[str, Schema]:
    """The types of arguments: each a literal, or an expression."""
    single = {name: or_expression(schema) for name, (_, schema) in _SINGLE.items()}
    spread = {
        name: either(ref(item), {"type": "array", "items": ref(item)})
        for name, (_, item) in _SPREAD.items()
    }
    return single | spread


def arguments_of(op: type[Op]) -> Schema:
    """The mapping of an op's arguments: what `defaults` and `first` hold.

    None is required there, as another place may give it.
    """
    names = argument_names(op)
    return record({each.name: _argument(op, each) for each in arguments(op) if each.name in names})


def argument_names(op: type[Op]) -> list[str]:
    """The arguments that are no keys of a node; `shape` is one."""
    return [name for name in op.model_fields if name not in NODE_KEYS]


def _argument(op: type[Op], argument: Argument) -> Schema:
    field = op.model_fields[argument.name]
    needed = f"default {argument.default}" if argument.default else "required"
    text = f"{argument.text} ({argument.kind}; {needed})"
    schema = described(text.strip(), _value(field.annotation, field.metadata))
    if isinstance(field.default, bool | int | float | str):
        schema["default"] = field.default
    return schema


def _value(annotation: object, metadata: Sequence[object] = ()) -> Schema:
    """What a spec may write for an argument of this type."""
    for validator in metadata:
        if isinstance(validator, BeforeValidator) and validator in _NAMES:
            return ref(_NAMES[validator])
        if isinstance(validator, BeforeValidator | PlainValidator | WrapValidator):
            return ref("value")  # it may turn anything into what is wanted
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(parts[0], parts[1:])
    if origin is Literal:
        return or_expression({"enum": list(parts)})
    if origin in (Union, UnionType):
        schemas = [_value(part) for part in parts if part is not NoneType]
        return schemas[0] if len(schemas) == 1 else either(*schemas)
    if origin is tuple:
        items = [_value(part) for part in parts if part is not Ellipsis]
        return or_expression({"type": "array", "items": either(*items)})
    return or_expression(_PLAIN[annotation]) if annotation in _PLAIN else ref("value")
