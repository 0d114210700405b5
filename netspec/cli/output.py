"""Files that a verb writes: whole or not at all, and never over another one unasked."""

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

Option = Callable[[Callable[..., int | None]], Callable[..., int | None]]


def output_options(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command -o/--output and --force."""
    force = click.option("--force", is_flag=True, help="Write over a file that exists.")
    output = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Write to this file in place of standard output.",
    )
    return output(force(command))


def refuse_early(path: Path | None, force: bool) -> None:
    """Say what is wrong with an output file before the work is done. Raises a usage error."""
    if path is None:
        return
    if path.is_dir():
        raise click.UsageError(f"`{path}` is a folder: name a file in it")
    if path.exists() and not path.is_file():
        raise click.UsageError(
            f"`{path}` is no regular file: name another, or redirect what is printed"
        )
    if path.is_symlink():
        raise click.UsageError(f"`{path}` is a symbolic link: name the file itself")
    if not path.parent.is_dir():
        raise click.UsageError(f"there is no folder `{path.parent}`: make it first")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise click.UsageError(f"nothing can be written in `{path.parent}`: name another folder")
    if path.exists() and not force:
        raise click.UsageError(f"`{path}` exists: write over it with --force")


def write(text: str, path: Path | None, force: bool) -> None:
    """Write to the file, or print where there is none. Raises a usage error."""
    if path is None:
        click.echo(text)
        return
    write_bytes(f"{text}\n".encode(), path, force)


def write_bytes(content: bytes, path: Path, force: bool) -> None:
    """Write to the file. Raises a usage error."""
    refuse_early(path, force)
    try:
        _replace(content, path, force)
    except FileExistsError as error:
        raise click.UsageError(f"`{path}` exists: write over it with --force") from error
    except OSError as error:
        raise click.UsageError(
            f"`{path}` cannot be written: {error.strerror}; make room, or name another place"
        ) from error


def _replace(content: bytes, path: Path, force: bool) -> None:
    """Write beside `path`, then take its place in one step: no reader ever sees half a file."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=".netspec-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        if not force:
            _claim(name, path)
        os.replace(name, path)
    finally:
        with suppress(FileNotFoundError):  # it took the place of `path`
            os.unlink(name)


def _claim(name: str, path: Path) -> None:
    """Make `path` the file that is called `name`. Raises FileExistsError where it exists by now,
    which a rename would not."""
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        path.touch(exist_ok=False)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
