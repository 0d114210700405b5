"""`netspec summary`"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from netspec.analysis import exports, overview
from netspec.analysis.columns import COLUMNS, NUMBERS
from netspec.analysis.measure import FLOAT_BYTES, Measured, measure
from netspec.cli.options import Settings, open_spec, settings, spec_argument
from netspec.cli.output import output_options, refuse_early, write
from netspec.cli.printing import wants_color, width, write_diagnostics
from netspec.diagnostics import nearest
from netspec.diagnostics.excerpt import escape
from netspec.pipeline import Checked, check_spec
from netspec.shape import symbols


def _columns(context: click.Context, parameter: click.Parameter, text: str | None) -> list[str]:
    """`node,macs` as a list. Raises a usage error for a name that is none of a column."""
    names = [name.strip().lower() for name in (text or "").split(",") if name.strip()]
    for name in names:
        if name not in COLUMNS:
            close = nearest(name, COLUMNS)
            hint = f"; did you mean `{close}`?" if close else ""
            known = ", ".join(COLUMNS)
            raise click.BadParameter(f"there is no `{escape(name)}` among {known}{hint}")
    return list(dict.fromkeys(names))


@click.command(name="summary")
@spec_argument("spec")
@settings
@click.option(
    "--depth", type=click.IntRange(min=1), default=1, help="Open so many levels of blocks."
)
@click.option("--batch", type=click.IntRange(min=1), help="Count for so many examples at once.")
@click.option("--dtype", type=click.Choice([*FLOAT_BYTES]), help="Of weights and activations.")
@click.option(
    "--freeze", multiple=True, metavar="GLOB", help="Weights that do not learn, by their keys."
)
@click.option("--sort", type=click.Choice([*NUMBERS]), help="The greatest first, by whole paths.")
@click.option("--columns", callback=_columns, metavar="NAME,...", help=f"Of {', '.join(COLUMNS)}.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "markdown"]),
    default="table",
    help="JSON and CSV have all columns, and numbers as they are.",
)
@output_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(
    settings: Settings,
    spec: str,
    depth: int,
    batch: int | None,
    dtype: str | None,
    freeze: tuple[str, ...],
    sort: str | None,
    columns: list[str],
    form: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    """Count what SPEC takes: parameters, multiply-accumulates, memory, receptive fields.

    Nothing is built. A free size counts as nominal, or as --dim says.
    """
    refuse_early(output, force)
    checked = check_spec(
        open_spec(spec), params=settings.params, dims=settings.dims, root=settings.root
    )
    if batch is not None:
        checked = _with_batch(checked, batch)
    if not quiet:
        write_diagnostics(checked.warnings)
    measured = measure(checked.graph, depth, dtype, freeze)
    if quiet and output is None:
        return
    color = output is None and wants_color(sys.stdout)
    write(_text(measured, columns, sort, form, color=color), output, force)


def _with_batch(checked: Checked, batch: int) -> Checked:
    """Raises a usage error where there is no batch to set."""
    free = symbols(size for shape in checked.graph.root.inputs for size in shape)
    if all(symbol.name != "N" for symbol in free):
        name = checked.graph.name
        raise click.UsageError(
            f"`--batch` sets the size `N`, which is not free in the inputs of `{name}`"
        )
    return checked.vary(dims={"N": batch})


def _text(
    measured: Measured, keys: Sequence[str], sort: str | None, form: str, *, color: bool
) -> str:
    if form == "json":
        return json.dumps(exports.data(measured, keys, sort), indent=2)
    if form == "csv":
        return exports.as_csv(measured, keys, sort)
    if form == "markdown":
        return exports.markdown(measured, keys, sort)
    title, gap, heads, *rest = overview.table(measured, keys, sort, width(overview.WIDTH))
    if color:
        title, heads = click.style(title, bold=True), click.style(heads, fg="bright_black")
    return "\n".join([title, gap, heads, *rest])
