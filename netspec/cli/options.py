"""Arguments that several verbs share."""

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from netspec import zoo
from netspec.cli import completers
from netspec.diagnostics.excerpt import escape
from netspec.limits import Limits
from netspec.pipeline import Text
from netspec.syntax.value import read_value

P = ParamSpec("P")
R = TypeVar("R")


spec_argument = partial(click.argument, shell_complete=completers.specs)

ops_option = click.option(
    "--ops", "modules", multiple=True, metavar="MODULE", help="Import ops of your own."
)

root_option = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that `extends` and `include` stay in; default: that of the spec.",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the flags say about how specs are to be read."""

    params: Mapping[str, object]
    dims: Mapping[str, object]
    root: Path | None


def settings(command: Callable[Concatenate[Settings, P], R]) -> Callable[..., R]:
    """Give a command --set, --dim, --root and --ops, as one first argument."""

    @click.option(
        "--set",
        "assigned",
        multiple=True,
        metavar="NAME=VALUE",
        shell_complete=completers.params,
        help="Set a parameter.",
    )
    @click.option(
        "--dim",
        "sized",
        multiple=True,
        metavar="NAME=SIZE",
        shell_complete=completers.dims,
        help="Fix a free size.",
    )
    @root_option
    @ops_option
    @wraps(command)
    def wrapped(
        assigned: tuple[str, ...],
        sized: tuple[str, ...],
        root: Path | None,
        modules: tuple[str, ...],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        import_ops(modules)
        params = named_values(assigned, "--set")
        dims = named_values(sized, "--dim")
        return command(Settings(params, dims, root), *args, **kwargs)

    return wrapped


def import_ops(modules: Iterable[str]) -> None:
    """Import modules that register ops, also from the current folder. Raises a usage error."""
    folder = str(Path.cwd())
    for module in modules:
        if folder not in sys.path:
            sys.path.insert(0, folder)
        try:
            importlib.import_module(module)
        except Exception as error:  # whatever the code of the module raises
            raise click.UsageError(f"--ops {escape(module)}: {_reason(error, module)}") from error


def _reason(error: Exception, module: str) -> str:
    """The error in a line, with the place in the module that raised it."""
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        if module.endswith(".py") or "/" in module:
            name = module.removesuffix(".py").strip("./").replace("/", ".")
            return f"a module is named without its file, `--ops {escape(name)}`"
        if module == error.name or module.startswith(f"{error.name}."):
            return f"there is no module `{escape(error.name)}` here or among what is installed"
    frames = traceback.extract_tb(error.__traceback__)
    ours = (str(Path(__file__).parents[1]), importlib.__file__, "<frozen")
    theirs = [f"{at.filename}:{at.lineno}" for at in frames if not at.filename.startswith(ours)]
    where = f" ({theirs[-1]})" if theirs else ""
    return escape(f"{type(error).__name__}: {error}{where}")


def open_spec(spec: str) -> str | Text:
    """What the pipeline is to read for the argument SPEC.

    Raises a usage error where there is neither such a file nor such a name in the zoo.
    """
    if spec == "-":
        return Text(_piped(Limits().file_bytes + 1), "<stdin>")
    path, shown = Path(spec), escape(spec)
    if path.is_dir():
        raise click.UsageError(f"`{shown}` is a folder, not a spec")
    if path.exists() and not path.is_file():
        raise click.UsageError(f"`{shown}` is no regular file: pipe it into `-`, standard input")
    if path.exists() and not os.access(path, os.R_OK):
        raise click.UsageError(f"`{shown}` cannot be read: permission denied")
    if not path.exists() and not zoo.find(spec):
        close = zoo.nearest_name(spec)
        hint = f"; did you mean `{close}`?" if close else ""
        raise click.UsageError(f"there is no file and no spec in the zoo named `{shown}`{hint}")
    return spec


def _piped(most: int) -> bytes:
    """At most so many bytes of standard input. Raises a usage error."""
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:  # a folder, or a terminal that is gone
        raise click.UsageError(f"standard input: {error.strerror}; name a file") from error


def named_values(assignments: tuple[str, ...], flag: str) -> dict[str, object]:
    """The values of a flag NAME=VALUE that may be repeated. Raises a usage error."""
    values: dict[str, object] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        if not sign:
            raise click.UsageError(f"{flag} wants NAME=VALUE, not `{assignment}`")
        if name in values:
            raise click.UsageError(f"{flag} gives `{name}` twice")
        values[name] = read_value(text, f"{flag} {name}")
    return values
