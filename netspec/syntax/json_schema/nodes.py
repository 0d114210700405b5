"""Schemas of nodes: in a scope, in a chain, as a value, and as a change of an inherited one."""

from collections.abc import Iterable, Mapping

from netspec.ops.base import Op
from netspec.ops.manual import example, remarks, summary
from netspec.syntax.json_schema import keys
from netspec.syntax.json_schema.arguments import argument_names, arguments_of
from netspec.syntax.json_schema.values import (
    Schema,
    any_key,
    by_type,
    either,
    only_if,
    ref,
    removable,
)
from netspec.syntax.node_document import FORMS, NODE_KEYS, NOT_IN_CHAIN, NOT_WITH_SHARE

ONE_OUTPUT: Schema = {"output": {"properties": {"outputs": False}}}
"""Among `dependencies`: who has `output` has no `outputs`."""

_PLACES = ("before", "after")
_IN_VALUE = {"op", "chain", "nodes", "shape", "doc"}
_ANY_NODE_KEY: Schema = {f"^({'|'.join(sorted(NODE_KEYS))})$": {}}


def definitions(ops: Mapping[str, type[Op]]) -> dict[str, Schema]:
    """Nodes in all their forms."""
    return {
        "node": {"allOf": [ref("any_form")], **_properties((*_PLACES, "splice"))},
        "member": {"allOf": [ref("any_form")], **_properties(NOT_IN_CHAIN)},
        "node_value": {"allOf": [ref("long_form")], **_properties(NODE_KEYS - _IN_VALUE)},
        "changed_node": _changed_node(),
        "any_form": {
            **either({"type": ["array", "object"]}, ref("op")),
            **by_type({"object": ref("long_form"), "array": keys.CHAIN}, {}),
        },
        "long_form": _long_form(),
        "op": _op_names(ops),
        "call": _call(ops),
        **{_arguments(op): arguments_of(op) for op in ops.values()},
    }


def refuse(*names: str) -> dict[str, object]:
    """Properties that may not be there."""
    return dict.fromkeys(names, False)


def _arguments(op: type[Op]) -> str:
    return f"{op.name}_arguments"


def _properties(refused: Iterable[str]) -> Schema:
    return {"properties": {**keys.NODE, **refuse(*sorted(refused))}}


def _changed_node() -> Schema:
    """Where a spec extends another: a new node, a replacement, a change of one, or `~`."""
    change = {
        key: schema if key in FORMS else removable(schema) for key, schema in keys.NODE.items()
    }
    return {
        "if": {"type": "object", "not": any_key(*FORMS)},
        "then": {"properties": {**change, **refuse(*_PLACES, "splice")}},
        "else": {**by_type({"null": {}}, ref("any_form")), **_properties(("splice",))},
    }


def _long_form() -> Schema:
    """A mapping with one of the four forms, and the keys that go with it."""
    subgraph = _form("nodes", "first", **keys.SCOPE)
    forms = {
        "op": ref("call"),
        "chain": _form("chain", "first"),
        "nodes": {**subgraph, "dependencies": {"label": ["repeat"], **ONE_OUTPUT}},
        "share": _form("share", *NOT_WITH_SHARE),
    }
    schema: Schema = {"required": ["op"]}
    for key, form in reversed(forms.items()):
        schema = {"if": {"required": [key]}, "then": form, "else": schema}
    return {"type": "object", **schema}


def _form(form: str, *refused: str, **more: Schema) -> Schema:
    others = (other for other in FORMS if other != form)
    return {
        "properties": {**more, **refuse(*others, *refused)},
        "patternProperties": _ANY_NODE_KEY,
        "additionalProperties": False,
        "dependencies": {"label": ["repeat"]},
    }


def _op_names(ops: Mapping[str, type[Op]]) -> Schema:
    """Any name, as it may be a block's; those of the ops are offered, each with its page."""
    offered = (
        {"const": name, "description": summary(op), "markdownDescription": _page(op)}
        for name, op in ops.items()
    )
    return {
        "type": "string",
        "pattern": "^[A-Za-z][A-Za-z0-9_.-]*$",
        **either({}, *offered),
    }


def _page(op: type[Op]) -> str:
    parts = (f"{summary(op)}.", remarks(op), f"```yaml\n{example(op)}\n```")
    return "\n\n".join(part for part in parts if part)


def _call(ops: Mapping[str, type[Op]]) -> Schema:
    """A mapping with `op`: the arguments of an op are known, those of a block are not."""
    return {
        "propertyNames": ref("key"),
        "properties": refuse("chain", "nodes", "share"),
        "patternProperties": _ANY_NODE_KEY,
        "additionalProperties": by_type({"null": ref("value"), "object": ref("node_value")}, {}),
        "dependencies": {"first": ["repeat"], "label": ["repeat"]},
        "allOf": [_if_op(op) for op in ops.values()],
    }


def _if_op(op: type[Op]) -> Schema:
    arguments = _arguments(op)
    then: Schema = {
        "description": summary(op),
        "properties": {
            **{name: ref(f"{arguments}/properties/{name}") for name in argument_names(op)},
            "first": ref(arguments),
        },
        "patternProperties": _ANY_NODE_KEY,
        "additionalProperties": False,
    }
    if "shape" in op.model_fields:  # torch's argument, and no `defaults` can give it
        then["required"] = ["shape"]
    return only_if("op", op.name, then)
