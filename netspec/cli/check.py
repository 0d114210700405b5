"""`netspec check`"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from netspec import zoo
from netspec.analysis.summary import checked as checked_words
from netspec.analysis.words import plural
from netspec.cli.options import Settings, open_spec, settings, spec_argument
from netspec.cli.printing import USAGE, failed, status_of, wants_color
from netspec.cli.watch import rounds
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.diagnostics.excerpt import escape
from netspec.diagnostics.render import render_concise, render_github, render_json, render_text
from netspec.pipeline import check_spec, outline

_MACHINE = {"concise": render_concise, "json": render_json, "github": render_github}


@dataclass(frozen=True, slots=True)
class _Result:
    """What there is to say about one spec: of a good one a line, of none at all a `refusal`."""

    diagnostics: tuple[Diagnostic, ...] = ()
    line: str = ""
    refusal: click.ClickException | None = None


@click.command(name="check")
@spec_argument("specs", nargs=-1, required=True, metavar="SPEC...")
@settings
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *_MACHINE]),
    default="text",
    help="text, one line each, JSON, or annotations of GitHub.",
)
@click.option("--watch", is_flag=True, help="Check again at each save, until Ctrl-C.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(settings: Settings, specs: tuple[str, ...], form: str, watch: bool, quiet: bool) -> int:
    """Check SPECs without torch: names, arguments, and every shape at every size."""
    if not watch:
        return _print(_results(specs, settings), form, quiet)
    if "-" in specs:
        raise click.UsageError("standard input cannot be watched: name files")
    for spec in specs:
        open_spec(spec)
    with suppress(KeyboardInterrupt):
        _watch(specs, settings, form, quiet)
    return 0


def _watch(specs: tuple[str, ...], settings: Settings, form: str, quiet: bool) -> None:
    """A terminal shows the last check, drawn at once; elsewhere one follows the other."""
    for files in rounds(lambda: _files(specs, settings.root)):
        results = list(_results(specs, settings))
        click.clear()  # does nothing where output is piped
        _print(results, form, quiet)
        if sys.stdout.isatty():
            text = f"\n{datetime.now():%H:%M:%S}, watching {plural(files, 'file')}; Ctrl-C ends"
            click.secho(text, fg="bright_black", color=wants_color(sys.stdout))


def _files(specs: Iterable[str], root: Path | None) -> Iterator[Path]:
    """All files that the specs are written in, the missing ones too."""
    for spec in specs:
        path = Path(spec)
        yield path if path.exists() else zoo.find(spec) or path
        with suppress(OSError):
            yield from outline(spec, root=root).files


def _results(specs: Iterable[str], settings: Settings) -> Iterator[_Result]:
    for spec in specs:
        try:
            checked = check_spec(
                open_spec(spec), params=settings.params, dims=settings.dims, root=settings.root
            )
        except NetspecError as error:
            yield _Result(error.diagnostics)
        except click.ClickException as refusal:
            yield _Result(refusal=refusal)
        except OSError as error:
            yield _Result(refusal=failed(error))
        else:
            words = checked_words(checked.graph)
            yield _Result(checked.warnings, line=f"{escape(spec)}: ok, {words}")


def _print(results: Iterable[_Result], form: str, quiet: bool) -> int:
    """Print the results; the exit status."""
    found: list[Diagnostic] = []
    refused = False
    for result in results:
        shown = [d for d in result.diagnostics if d.severity == "error" or not quiet]
        found += shown
        if result.refusal:
            refused = True
            result.refusal.show()
        if form != "text":
            continue
        if result.line and not quiet:
            click.echo(result.line)
        if shown:
            color = wants_color(sys.stdout)
            click.echo(render_text(shown, color=color), color=color)
    if form != "text":
        text = _MACHINE[form](found)
        click.echo(text, nl=bool(text))
    return USAGE if refused else status_of(found)
