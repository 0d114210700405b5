"""The group of verbs, each imported when it is called, and what every verb does about errors."""

import importlib
import sys
from io import TextIOWrapper

import click

from netspec.cli.printing import status_of, write_errors
from netspec.diagnostics import NetspecError
from netspec.diagnostics.excerpt import escape

USAGE = 2
INTERRUPTED = 130

_VERBS = {
    "build": "Check, compile and run a spec once; print its layers.",
    "check": "Check specs without torch.",
    "resolve": "Print a spec as one file, after extends, parameters and defaults.",
    "list": "List the specs that come with netspec.",
    "ops": "List the ops, or show one.",
    "explain": "Explain an error code.",
}


class Verbs(click.Group):
    """A group that knows what its verbs are for, and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _VERBS:
            return None
        command = importlib.import_module(f"netspec.cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="torch-netspec", prog_name="netspec")
def cli() -> None:
    """Neural networks as YAML: checked for every size, compiled to ordinary torch modules.

    SPEC is a file, the name of a spec of the zoo, or `-` for standard input.
    """


def main() -> None:
    """The command `netspec`. Exit status: 0 fine, 1 the spec has errors, 2 usage."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Do what the arguments say; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return cli.main(arguments, prog_name="netspec", standalone_mode=False) or 0
    except NetspecError as error:
        write_errors(error)
        return status_of(error.diagnostics)
    except click.ClickException as error:
        error.show()
        return USAGE
    except OSError as error:
        name = escape(str(error.filename or "cannot read"))
        click.echo(f"Error: {name}: {error.strerror}", err=True)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
