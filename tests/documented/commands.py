"""The programs that pages call at a `$`, run inside of this process, which has torch loaded."""

import io
import os
import runpy
import shlex
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from unittest.mock import patch

from netspec.cli.main import run


@contextmanager
def captured() -> Iterator[io.StringIO]:
    """Everything printed, also warnings, of which only the message is the same everywhere."""
    stream = io.StringIO()

    def show(message: Warning | str, category: type[Warning], *place: object) -> None:
        stream.write(f"{category.__name__}: {message}\n")

    with redirect_stdout(stream), redirect_stderr(stream), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)  # as for any user
        warnings.showwarning = show
        yield stream


def command(line: str) -> str:
    """What one command prints in the current folder. Raises ValueError for a program unknown."""
    program, *arguments = shlex.split(line.replace("\\\n", " "))
    if program not in _PROGRAMS:
        raise ValueError(f"`{program}` is not among the programs that are run here")
    with captured() as stream:
        _PROGRAMS[program](arguments)
    return stream.getvalue()


def failure(error: BaseException) -> str:
    """The last lines of a traceback, which are the same everywhere."""
    return "".join(traceback.format_exception_only(error))


def _netspec(arguments: list[str]) -> None:
    with suppress(SystemExit):
        run(arguments)


def _python(arguments: list[str]) -> None:
    """`python FILE ARGUMENT...`"""
    if not arguments or not Path(arguments[0]).is_file():
        raise ValueError(f"`python {' '.join(arguments)}`: only files are run here")
    path = [os.getcwd(), *sys.path]
    with patch.object(sys, "argv", arguments), patch.object(sys, "path", path):
        try:
            runpy.run_path(arguments[0], run_name="__main__")
        except SystemExit as stop:
            if isinstance(stop.code, str):
                print(stop.code)
        except Exception as error:
            print(failure(error), end="")


def _cat(arguments: list[str]) -> None:
    for name in arguments:
        print(Path(name).read_text("utf-8"), end="")


def _ls(arguments: list[str]) -> None:
    for path in sorted(Path(*arguments).iterdir()):
        print(path.name)


_PROGRAMS: dict[str, Callable[[list[str]], None]] = {
    "netspec": _netspec,
    "python": _python,
    "cat": _cat,
    "ls": _ls,
}
