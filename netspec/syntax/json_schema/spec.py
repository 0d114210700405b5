"""The schema of a whole spec."""

from collections.abc import Mapping

from netspec.ops.base import Op
from netspec.syntax.json_schema import arguments, keys, nodes, values
from netspec.syntax.json_schema.arguments import argument_names
from netspec.syntax.json_schema.nodes import ONE_OUTPUT, refuse
from netspec.syntax.json_schema.values import (
    Schema,
    any_key,
    by_type,
    either,
    only_if,
    or_expression,
    record,
    ref,
    removable,
    table,
)

Ops = Mapping[str, type[Op]]
Initializers = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Those that `init` knows: name -> argument -> its words, none for a number."""


def spec_schema(ops: Ops, initializers: Initializers) -> Schema:
    """JSON Schema, draft 7, of a spec that may use these ops and initializers."""
    declared = {"required": ["inputs", "nodes", "outputs"], "properties": _declared(ops)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "netspec",
        "description": "A neural network.",
        **record(keys.TOP, required=["netspec"]),
        "if": {"required": ["extends"]},
        "then": {"properties": _changed(ops)},
        "else": declared,
        "definitions": {
            **values.definitions(),
            **arguments.definitions(),
            **nodes.definitions(ops),
            **_entries(),
            **_initialization(initializers),
        },
    }


def _declared(ops: Ops) -> dict[str, Schema]:
    """The sections of a spec that stands for itself."""
    of_op = {op: ref(f"{op}_arguments") for op in ops}
    of_block: Schema = {"type": "object"}
    return {
        "include": table({"type": "string"}),
        "params": table(ref("param"), "declared_name"),
        "dims": table(ref("dim"), "declared_name"),
        "inputs": table(ref("input"), "declared_name", minProperties=1),
        "defaults": {"type": "object", "properties": of_op, "additionalProperties": of_block},
        "blocks": table(ref("block")),
        "nodes": table(ref("node"), "node_name"),
        "outputs": table(ref("output"), minProperties=1),
    }


def _changed(ops: Ops) -> dict[str, Schema]:
    """The sections of a spec that extends another, where `~` removes an entry or one key of it."""
    of_block: Schema = {"type": ["object", "null"]}
    of_op = {
        name: {**record({argument: {} for argument in argument_names(op)}), **of_block}
        for name, op in ops.items()
    }
    return {
        "include": table({"type": ["string", "null"]}),
        "params": table(ref("changed_param"), "declared_name"),
        "dims": table(ref("changed_dim"), "declared_name"),
        "inputs": table(ref("changed_input"), "declared_name"),
        "defaults": {"type": "object", "properties": of_op, "additionalProperties": of_block},
        "blocks": table(ref("changed_block")),
        "nodes": table(ref("changed_node"), "node_name"),
        "outputs": table(ref("changed_output")),
    }


def _entries() -> dict[str, Schema]:
    """The entries of the sections: declared, and changed."""
    param = record(keys.PARAM, **only_if("type", "text", {"required": ["choices"]}))
    block = record(
        keys.block(ref("param"), ref("node")),
        **{"if": {"required": ["chain"]}},
        then={"properties": refuse("nodes", "output", "outputs")},
        **{"else": {"required": ["nodes"]}},
        dependencies=ONE_OUTPUT,
    )
    return {
        "param": _param(param),
        "dim": by_type({"object": record(keys.DIM, required=["nominal"])}, ref("count")),
        "input": by_type({"object": record(keys.INPUT, required=["shape"])}, ref("sizes")),
        "output": by_type({"object": record(keys.OUTPUT, required=["from"])}, ref("reference")),
        "block": block,
        "changed_param": _param(_change(keys.PARAM)),
        "changed_dim": _entry(keys.DIM, ref("count")),
        "changed_input": _entry(keys.INPUT, ref("sizes")),
        "changed_output": _entry(keys.OUTPUT, ref("reference")),
        "changed_block": by_type(
            {"null": {}}, _change(keys.block(ref("changed_param"), ref("changed_node")))
        ),
    }


def _param(declaration: Schema) -> Schema:
    node: Schema = {
        "if": any_key("op", "chain", "nodes"),
        "then": ref("node_value"),
        "else": declaration,
    }
    return by_type({"object": node, "null": {}}, ref("value"))


def _entry(properties: Mapping[str, Schema], short: Schema) -> Schema:
    return by_type({"object": _change(properties), "null": {}}, short)


def _change(properties: Mapping[str, Schema]) -> Schema:
    return record({key: removable(schema) for key, schema in properties.items()})


def _initialization(initializers: Initializers) -> dict[str, Schema]:
    """A rule of `init`, and what fills a tensor: a number, or one initializer."""
    named = {
        name: {**record(_words(known)), "type": ["object", "null"]}
        for name, known in initializers.items()
    }
    one = record(named, minProperties=1, maxProperties=1)
    return {
        "init_rule": {**record(keys.INIT, required=["fill"]), **any_key("match", "op")},
        "fill": either({"enum": list(initializers)}, ref("number"), one),
    }


def _words(known: Mapping[str, tuple[str, ...]]) -> dict[str, Schema]:
    return {
        argument: or_expression({"enum": list(words)}) if words else ref("number")
        for argument, words in known.items()
    }
