"""The group of verbs, each imported when it is called, and what every verb does about errors."""

import gc
import importlib
import os
import signal
import sys
from io import TextIOWrapper
from threading import Event
from types import FrameType

import click
from click.shell_completion import CompletionItem

from netspec.cli.printing import USAGE, failed, status_of, write_errors
from netspec.diagnostics import NetspecError
from netspec.diagnostics.excerpt import escape

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
    """The command `netspec`. Exit status: 0 fine, 1 the spec has errors, 2 usage, 130 Ctrl-C."""
    pressed = Event()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        pressed.set()  # there are libraries that make an error of their own of what is raised
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # it may be ignored
        signal.signal(signal.SIGINT, interrupt)
    try:
        _open_streams()
        gc.freeze()  # what is imported stays, and takes longer to look through than a check
        status = run(sys.argv[1:])
    except BaseException:
        if pressed.is_set():
            os._exit(INTERRUPTED)  # Python would wait for a drawing to be done, at times forever
        raise
    if signal.getsignal(signal.SIGINT) is interrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own way out would print a traceback
    sys.exit(INTERRUPTED if status and pressed.is_set() else status)


def _open_streams() -> None:
    """What the caller closed holds nothing, and swallows what is printed: otherwise the next file
    that is opened would stand in its place. Whoever stops reading ends us, as any other tool."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115  (open to the end)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def run(arguments: list[str]) -> int:
    """Do what the arguments say; the exit status. Raises click.Abort where Ctrl-C is pressed."""
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
        _printable(error).show()
        return USAGE
    except OSError as error:
        failed(error).show()
        return USAGE


def _printable(error: click.ClickException) -> click.ClickException:
    """The error, or one that spells out what this one repeats: it may be the name of any file."""
    message = error.format_message()
    if all(line.isprintable() for line in message.split("\n")):
        return error
    if isinstance(error, click.UsageError):
        return click.UsageError(escape(message), error.ctx)
    return click.ClickException(escape(message))
