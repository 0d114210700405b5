"""Schemas of what stands behind a key: expressions, names, references, shapes."""

import keyword
from collections.abc import Iterable, Mapping

from netspec.expression import RESERVED
from netspec.expression.lexer import MAX_TEXT
from netspec.syntax.identifiers import MODULE_ATTRIBUTES

Schema = dict[str, object]

_DECIMAL = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_NUMBER = rf"0x[0-9a-fA-F]+|0o[0-7]+|{_DECIMAL}"
_CONSTANT = r"true|True|TRUE|false|False|FALSE|null|Null|NULL|~|"
_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_SEGMENTS = rf"{_SEGMENT}(?:\.{_SEGMENT})*"


def ref(name: str) -> Schema:
    """The definition of this name."""
    return {"$ref": f"#/definitions/{name}"}


def either(*schemas: Mapping[str, object]) -> Schema:
    """What fits one of them."""
    return {"anyOf": list(schemas)}


def by_type(schemas: Mapping[str, Schema], others: Schema) -> Schema:
    """A schema for each type, so that an error is told of the one that was meant."""
    for name, schema in reversed(list(schemas.items())):
        others = {"if": {"type": name}, "then": schema, "else": others}
    return others


def described(text: str, schema: Schema) -> Schema:
    """The schema with a text for hover. A `$ref` takes no neighbors, so it is wrapped."""
    return {"description": text, **({"allOf": [schema]} if "$ref" in schema else schema)}


def removable(schema: Schema) -> Schema:
    """The schema, or `~`, which removes the key where a spec extends another."""
    either_of = {key: value for key, value in schema.items() if key != "description"}
    description = {key: value for key, value in schema.items() if key == "description"}
    return {**description, **either(either_of, {"type": "null"})}


def record(properties: Mapping[str, Schema], **more: object) -> Schema:
    """A mapping with these keys and no others."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}


def table(values: Schema, names: str = "name", **more: object) -> Schema:
    """A mapping from names to values."""
    return {
        "type": "object",
        "propertyNames": ref(names),
        "additionalProperties": values,
        **more,
    }


def any_key(*names: str) -> Schema:
    """What has one of these keys."""
    return either(*({"required": [name]} for name in names))


def only_if(key: str, value: object, then: Schema) -> Schema:
    """Where the key has this value, what must hold then."""
    return {"if": {"required": [key], "properties": {key: {"const": value}}}, "then": then}


def or_expression(schema: Schema) -> Schema:
    """A literal of this schema, or an expression."""
    return either(schema, ref("expression"))


def definitions() -> dict[str, Schema]:
    """The schemas that others refer to by name."""
    return {
        "expression": {
            "type": "string",
            "maxLength": MAX_TEXT,
            "pattern": f"^(?!(?:{_NUMBER}|{_CONSTANT})$)",
            "patternErrorMessage": "Write numbers and booleans without quotes.",
        },
        "value": {"type": ["number", "boolean", "string", "array"]},
        "condition": or_expression({"type": "boolean"}),
        "count": or_expression({"type": "integer", "minimum": 0}),
        "sizes": {"type": "array", "items": ref("count")},
        "shape": {"type": "array", "items": either(ref("count"), ref("sizes"))},
        "key": {
            "pattern": "^[A-Za-z][A-Za-z0-9_]*$",
            "patternErrorMessage": "A key is a name, with a space after its colon.",
        },
        "name": _name(()),
        "declared_name": _name(RESERVED),
        "node_name": _name(MODULE_ATTRIBUTES),
        "reference": {
            "type": "string",
            "pattern": r"^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?$",
            "patternErrorMessage": "Write `node`, `node.1` or `node.output`.",
        },
        "references": either(
            ref("reference"), {"type": "array", "items": ref("reference"), "minItems": 1}
        ),
        "place": {"type": ["string", "number"], "pattern": f"^{_SEGMENTS}$"},
        "label": {"type": ["string", "number"], "pattern": f"^{_SEGMENTS}(?<=[0-9])$"},
    }


def _name(taken: Iterable[str]) -> Schema:
    return {
        "type": "string",
        "pattern": "^[A-Za-z][A-Za-z0-9_]*$",
        "patternErrorMessage": "A name is a letter, then letters, digits and `_`.",
        "maxLength": 100,
        "not": {"enum": sorted({*keyword.kwlist, *taken})},
    }
