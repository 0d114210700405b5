"""`netspec diff`"""

import json
import sys
from pathlib import Path

import click

from netspec.analysis.diff import Difference, diff_graphs
from netspec.analysis.diff.data import data
from netspec.analysis.diff.markdown import markdown
from netspec.analysis.diff.report import WIDTH, Line, text
from netspec.cli.options import Settings, settings, spec_argument
from netspec.cli.output import output_options, refuse_early, write
from netspec.cli.pairs import check_both, names_of, versus_option
from netspec.cli.printing import wants_color, width

_COLORS = {"+": "green", "-": "red", "~": "yellow", ">": "cyan"}


@click.command(name="diff")
@spec_argument("spec")
@spec_argument("other", required=False)
@settings
@versus_option
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--all", "everything", is_flag=True, help="Shorten no list.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where there is a difference.")
@output_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(
    settings: Settings,
    spec: str,
    other: str | None,
    versus: tuple[str, ...],
    form: str,
    everything: bool,
    exit_code: bool,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> int:
    """Tell what changes from SPEC to OTHER: nodes, shapes, costs, and which weights still load.

    With OTHER, `--set` is for the first and `--vs` for the second. Without, SPEC is compared with
    itself, the second with `--vs` on top of `--set`. `--dim` is for both.
    """
    refuse_early(output, force)
    before, after = check_both(spec, other, settings, versus)
    names = names_of(before.graph, after.graph, spec, other, versus)
    difference = diff_graphs(before.graph, after.graph, names)
    if not quiet or output is not None:
        write(_written(difference, form, everything, output), output, force)
    return int(exit_code and bool(difference))


def _written(difference: Difference, form: str, everything: bool, output: Path | None) -> str:
    if form == "json":
        return json.dumps(data(difference), indent=2)
    if form == "markdown":
        return markdown(difference, everything)
    color = output is None and wants_color(sys.stdout)
    lines = text(difference, width(WIDTH) if output is None else WIDTH, everything)
    return "\n".join(_colored(line) if color else line.text for line in lines)


def _colored(line: Line) -> str:
    """Nothing that the sign does not say too."""
    if line.role == "title":
        return click.style(line.text, bold=True)
    return click.style(line.text, fg=_COLORS[line.role]) if line.role else line.text
