"""The page of the command line, from the commands themselves."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from netspec.cli.main import cli
from netspec_reference.markdown import code, fenced, plain, table

_STATUS = """\
Exit status: 0 fine; 1 the spec has errors, also where a path in `extends` or `include` leads
nowhere; 2 the command line has, or a file that it names cannot be opened or written; 130
interrupted. Errors go to standard error, for `check` to standard output; colors are for terminals
only, and `NO_COLOR` turns them off."""


def command_page() -> str:
    """All verbs, with their arguments and options."""
    context = click.Context(cli, info_name="netspec")
    parts = ["# Commands", plain(cleandoc(cli.help or "")), _STATUS]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        parts.append("\n\n".join(_section(command, click.Context(command, context, name))))
    return "\n\n".join(parts) + "\n"


def _section(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## `netspec {command.name}`"
    yield plain(cleandoc(command.help or "").replace("\b\n", ""))
    yield fenced(
        "text", f"netspec {command.name} {' '.join(command.collect_usage_pieces(context))}"
    )
    rows = [_row(each) for each in command.params if isinstance(each, click.Option)]
    if rows:
        yield table(["option", "value", "default", ""], rows)


def _row(option: click.Option) -> tuple[str, str, str, str]:
    names = ", ".join(code(name) for name in option.opts)
    default = option.default if isinstance(option.default, str | int) and not option.is_flag else ""
    return names, _value(option), code(str(default)), plain(option.help or "")


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return ", ".join(code(str(choice)) for choice in option.type.choices)
    if isinstance(option.type, click.IntRange):
        return f"integer, at least {option.type.min}"
    return code(option.metavar) if option.metavar else option.type.name
