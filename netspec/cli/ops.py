"""`netspec ops`"""

from collections.abc import Iterable
from textwrap import fill, indent

import click

from netspec.cli.options import import_ops, ops_option
from netspec.cli.printing import columns
from netspec.diagnostics import nearest
from netspec.ops.base import Op
from netspec.ops.manual import Argument, arguments, example, remarks, summary
from netspec.ops.registry import find_op, op_names

WIDTH = 100


@click.command(name="ops")
@click.argument("name", required=False)
@ops_option
def command(name: str | None, modules: tuple[str, ...]) -> None:
    """Show what the op NAME computes, its arguments and an example; without one, list all ops."""
    import_ops(modules)
    if name is None:
        click.echo("\n\n".join(_families()))
        return
    op = find_op(name)
    if op is None:
        close = nearest(name, op_names())
        hint = f"did you mean `{close}`?" if close else "`netspec ops` lists them"
        raise click.UsageError(f"there is no op `{name}`; {hint}")
    click.echo("\n\n".join(_page(op)))


def _families() -> Iterable[str]:
    families: dict[str, list[tuple[str, str]]] = {}
    for name in op_names():
        op = find_op(name)
        assert op is not None
        families.setdefault(op.family, []).append((name, summary(op)))
    widest = max(len(name) for name in op_names())
    for family, ops in sorted(families.items()):
        yield "\n".join([family, *columns([(f"  {name:<{widest}}", text) for name, text in ops])])


def _page(op: type[Op]) -> Iterable[str]:
    yield op.name
    yield fill(summary(op), WIDTH)
    if op.model_fields:
        yield "\n".join(["Arguments:", *map(_argument, arguments(op))])
    if remarks(op):
        yield remarks(op)
    yield "Example:\n\n" + indent(example(op), "    ")


def _argument(argument: Argument) -> str:
    """`  stride = 1: integer | list of integers`, and below it what it does."""
    default = f" = {argument.default}" if argument.default else ""
    text = fill(argument.text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return f"  {argument.name}{default}: {argument.kind}\n{text}"
