"""Files that a verb writes: whole or not at all, and never over another one unasked."""

import os
import tempfile
from collections.abc import Callable
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
    if path.is_symlink():
        raise click.UsageError(f"`{path}` is a symbolic link: name the file itself")
    if path.is_dir():
        raise click.UsageError(f"`{path}` is a folder")
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
        raise click.UsageError(f"`{path}` cannot be written: {error.strerror}") from error


def _replace(content: bytes, path: Path, force: bool) -> None:
    """Write beside `path`, then take its place in one step: no reader ever sees half a file."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        if force:
            os.replace(name, path)
        else:
            os.link(name, path)  # unlike a rename, this fails where the file exists by now
            os.unlink(name)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
