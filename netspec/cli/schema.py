"""`netspec schema`"""

import json
from pathlib import Path

import click

from netspec.cli.options import import_ops, ops_option
from netspec.cli.output import output_options, refuse_early, write
from netspec.graph.initialization import INITIALIZERS
from netspec.ops.registry import find_op, op_names
from netspec.syntax.json_schema.spec import spec_schema
from netspec.syntax.json_schema.values import Schema


@click.command(name="schema")
@ops_option
@output_options
def command(modules: tuple[str, ...], output: Path | None, force: bool) -> None:
    """Print the language as a JSON Schema, for editors: keys, ops, and the arguments of each op."""
    refuse_early(output, force)
    import_ops(modules)
    ops = {name: op for name in op_names() if (op := find_op(name))}
    write(as_text(spec_schema(ops, INITIALIZERS)), output, force)


def as_text(schema: Schema) -> str:
    """The schema as it stands in a file."""
    return json.dumps(schema, indent=1, ensure_ascii=False)
