"""`netspec ops`"""

import sys
from collections.abc import Iterable
from textwrap import fill, indent

import click
from click.shell_completion import CompletionItem

from netspec.cli.options import import_ops, ops_option
from netspec.cli.printing import columns, width
from netspec.diagnostics import nearest
from netspec.diagnostics.excerpt import escape
from netspec.ops.base import Op
from netspec.ops.manual import Argument, arguments, example, remarks, summary
from netspec.ops.registry import find_op, op_fault, op_names

WIDTH = 100


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    ops = ((name, find_op(name)) for name in op_names() if name.startswith(incomplete))
    return [CompletionItem(name, help=summary(op)) for name, op in ops if op]


@click.command(name="ops")
@click.argument("name", required=False, shell_complete=_complete)
@ops_option
def command(name: str | None, modules: tuple[str, ...]) -> None:
    """Show what the op NAME computes, its arguments and an example; without one, list all ops."""
    import_ops(modules)
    if name is None:
        click.echo("\n\n".join(_families()))
        return
    op = find_op(name)
    fault = op_fault(name)
    if fault and op is None:
        raise click.UsageError(f"the op {escape(fault)}")
    if op is None:
        close = nearest(name, op_names())
        hint = f"did you mean `{close}`?" if close else "`netspec ops` lists them"
        raise click.UsageError(f"there is no op `{name}`; {hint}")
    click.echo("\n\n".join(_page(op)))


def _families() -> Iterable[str]:
    """Family by family, the ops with their summaries; last what cannot be used, and why."""
    families: dict[str, list[tuple[str, str]]] = {}
    names = list(op_names())
    for name in names:
        op = find_op(name)
        if op is not None:
            families.setdefault(op.family, []).append((name, summary(op)))
    widest = max(map(len, names))
    for family, ops in sorted(families.items()):
        rows = [(f"  {name:<{widest}}", text) for name, text in ops]
        yield "\n".join([family, *columns(rows, width(sys.maxsize))])
    faults = [escape(fault) for fault in map(op_fault, names) if fault]
    if faults:
        wide = width(WIDTH)
        lines = (
            fill(fault, wide, initial_indent="  ", subsequent_indent="    ") for fault in faults
        )
        yield "\n".join(["not usable", *lines])


def _page(op: type[Op]) -> Iterable[str]:
    yield op.name
    yield fill(summary(op), width(WIDTH))
    if op.model_fields:
        yield "\n".join(["Arguments:", *map(_argument, arguments(op))])
    if remarks(op):
        yield remarks(op)
    yield "Example:\n\n" + indent(example(op), "    ")


def _argument(argument: Argument) -> str:
    """`  stride = 1: integer | list of integers`, and below it what it does."""
    default = f" = {argument.default}" if argument.default else ""
    text = fill(argument.text, width(WIDTH), initial_indent=" " * 6, subsequent_indent=" " * 6)
    return f"  {argument.name}{default}: {argument.kind}\n{text}"
