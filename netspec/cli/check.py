"""`netspec check`"""

import sys

import click

from netspec.analysis.summary import checked as checked_words
from netspec.cli.options import Settings, open_spec, settings
from netspec.cli.printing import status_of, wants_color
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.diagnostics.excerpt import escape
from netspec.diagnostics.render import render_concise, render_github, render_json, render_text
from netspec.pipeline import Text, check_spec

_MACHINE = {"concise": render_concise, "json": render_json, "github": render_github}


@click.command(name="check")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@settings
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *_MACHINE]),
    default="text",
    help="text, one line each, JSON, or annotations of GitHub.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(settings: Settings, specs: tuple[str, ...], form: str, quiet: bool) -> int:
    """Check SPECs without torch: names, arguments, and every shape at every size."""
    sources = [open_spec(spec) for spec in specs]
    found: list[Diagnostic] = []
    for spec, source in zip(specs, sources, strict=True):
        diagnostics, line = _check(source, spec, settings)
        shown = [d for d in diagnostics if d.severity == "error" or not quiet]
        found += shown
        if form != "text":
            continue
        if line and not quiet:
            click.echo(line)
        if shown:
            color = wants_color(sys.stdout)
            click.echo(render_text(shown, color=color), color=color)
    if form != "text":
        text = _MACHINE[form](found)
        click.echo(text, nl=bool(text))
    return status_of(found)


def _check(source: str | Text, spec: str, settings: Settings) -> tuple[tuple[Diagnostic, ...], str]:
    """What there is to say about one spec, and the line of a good one."""
    try:
        checked = check_spec(source, params=settings.params, dims=settings.dims, root=settings.root)
    except NetspecError as error:
        return error.diagnostics, ""
    return checked.warnings, f"{escape(spec)}: ok, {checked_words(checked.graph)}"
