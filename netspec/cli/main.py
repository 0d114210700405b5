"""The group of verbs, each imported when it is called, and what every verb does about errors."""

import gc
import importlib
import os
import sys
from io import TextIOWrapper

import click
from click.shell_completion import CompletionItem

from netspec.cli.printing import USAGE, status_of, unreadable, write_errors
from netspec.diagnostics import NetspecError

INTERRUPTED = 130

_VERBS = {
    "build": "Check, compile and run a spec once; print its layers.",
    "check": "Check specs without torch.",
    "params": "List what --set and --dim may say of a spec.",
    "summary": "Count parameters, operations and memory without torch.",
    "resolve": "Print a spec as one file, after extends, parameters and defaults.",
    "view": "Draw a spec: a page to look around in, SVG, PNG or Mermaid.",
    "diff": "Compare two specs: nodes, costs, and which weights still load.",
    "transfer": "Move the weights of one spec to another that differs.",
    "export": "Write a spec as PyTorch source, ONNX, a torch.export program or weights.",
    "list": "List the specs that come with netspec.",
    "ops": "List the ops, or show one.",
    "explain": "Explain an error code.",
    "schema": "Print the language as a JSON Schema, for editors.",
    "completion": "Print a script that completes in bash, zsh or fish.",
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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        verbs = _VERBS.items()
        return [CompletionItem(v, help=text) for v, text in verbs if v.startswith(incomplete)]

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
    gc.freeze()  # what is imported stays: to look through it for garbage takes longer than a check
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Do what the arguments say; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if "_NETSPEC_COMPLETE" in os.environ:  # a shell asks, by the script of `netspec completion`
        importlib.import_module("netspec.cli.completion")
    try:
        return cli.main(arguments, prog_name="netspec", standalone_mode=False) or 0
    except NetspecError as error:
        write_errors(error)
        return status_of(error.diagnostics)
    except click.ClickException as error:
        error.show()
        return USAGE
    except OSError as error:
        unreadable(error).show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
