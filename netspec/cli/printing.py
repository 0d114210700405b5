"""Where output goes, in which colours, and with which exit status."""

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TextIO

import click

from netspec.diagnostics import Diagnostic, NetspecError
from netspec.diagnostics.excerpt import escape
from netspec.diagnostics.render import render_text

_NARROWEST = 20
"""Columns that a text is given however narrow the terminal is."""

USAGE = 2
"""Exit status where the command line is wrong, or names what cannot be read or written."""


def wants_color(stream: TextIO) -> bool:
    """Only a terminal gets colour, and none where NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width(limit: int) -> int:
    """Columns to fill: the terminal's, at most `limit`; `limit` where output is piped."""
    return min(limit, shutil.get_terminal_size().columns) if sys.stdout.isatty() else limit


def failed(error: OSError) -> click.ClickException:
    """What is said of a file that the command line names; only standard output has no name."""
    name = error.filename or "standard output"
    return click.ClickException(f"{escape(str(name))}: {error.strerror}")


def write_errors(error: NetspecError) -> None:
    """The errors as text, on standard error."""
    write_diagnostics(error.diagnostics)


def write_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Diagnostics as text, on standard error; nothing where there are none."""
    found = tuple(diagnostics)
    if found:
        click.echo(render_text(found, color=wants_color(sys.stderr)), err=True, color=True)


def status_of(diagnostics: Iterable[Diagnostic]) -> int:
    """0 fine, 1 the spec has errors, 2 the command line has: such a source is named by its flag."""
    sources = [found.span.source.name for found in diagnostics if found.severity == "error"]
    if any(source.startswith("--") for source in sources):
        return USAGE
    return 1 if sources else 0


def columns(rows: Sequence[Sequence[str]], wide: int) -> list[str]:
    """Cells below each other, with gaps of three; the last column wraps within `wide` columns."""
    widths = [max(map(len, column)) + 3 for column in zip(*rows, strict=True)][:-1]
    left = sum(widths)
    lines = []
    for *cells, last in rows:
        head = "".join(map(str.ljust, cells, widths))
        parts = wrap(last, max(wide - left, _NARROWEST)) or [""]
        lines += [head + parts[0], *(" " * left + part for part in parts[1:])]
    return [line.rstrip() for line in lines]
