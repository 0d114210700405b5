"""`netspec view`"""

from pathlib import Path

import click

from netspec import pipeline
from netspec.backends.picture.draw import (
    FORMS,
    MissingExtra,
    UnknownPath,
    draw,
    draw_difference,
)
from netspec.checked import Checked
from netspec.cli import completers
from netspec.cli.options import Settings, open_spec, settings, spec_argument
from netspec.cli.output import refuse_early, write_bytes
from netspec.cli.pairs import check_both, names_of, once, versus_option
from netspec.cli.printing import write_diagnostics
from netspec.cli.progress import progress
from netspec.diagnostics.excerpt import escape


@click.command(name="view")
@spec_argument("spec")
@settings
@click.option(
    "--diff",
    "before",
    metavar="BEFORE",
    shell_complete=completers.specs,
    help="Draw what changes from this spec to SPEC.",
)
@versus_option
@click.option(
    "--depth", type=click.IntRange(min=1), help="Open so many levels of blocks; default: none."
)
@click.option(
    "--open", "paths", multiple=True, metavar="PATH", help="Open what leads to this node."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write, .html, .svg, .png or .mmd; default: the name of the spec, .html.",
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(
    settings: Settings,
    spec: str,
    before: str | None,
    versus: tuple[str, ...],
    depth: int | None,
    paths: tuple[str, ...],
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    """Draw SPEC: a page that works offline, or with another ending SVG, PNG or Mermaid (.mmd).

    In the page blocks open and close by a click. SVG and PNG need the extra `picture`.

    `--diff BEFORE` marks what is added, removed, changed and moved; `--set` is then for BEFORE, and
    `--vs` for SPEC. `--vs` alone compares SPEC with itself, as in `netspec diff`.
    """
    form = ".html" if output is None else output.suffix.lower()
    if form not in FORMS:
        wanted = f"{', '.join(FORMS[:-1])} or {FORMS[-1]}"
        raise click.UsageError(f"`{escape(str(output))}` must end in {wanted}")
    refuse_early(output, force)
    with progress("drawing"):
        checked, names = _checked(before, spec, settings, versus)
        graphs = [each.graph for each in checked]
        target = output or Path(f"{graphs[-1].name}{'_diff' if names else ''}.html")
        refuse_early(target, force)
        try:
            if names:
                left, right = graphs
                content = draw_difference(left, right, form, names=names, depth=depth, paths=paths)
            else:
                content = draw(graphs[0], form, depth=depth, paths=paths)
        except UnknownPath as error:
            raise click.UsageError(f"--open: {escape(str(error))}") from error
        except MissingExtra as error:
            raise click.ClickException(str(error)) from error
    write_bytes(content, target, force)
    if not quiet:
        write_diagnostics(once(note for each in checked for note in each.warnings))
        click.echo(escape(str(target)))


def _checked(
    before: str | None, spec: str, settings: Settings, versus: tuple[str, ...]
) -> tuple[tuple[Checked, ...], tuple[str, str] | None]:
    """The network, or the two of a difference and names for them."""
    if before is None and not versus:
        source = open_spec(spec)
        params, dims, root = settings.params, settings.dims, settings.root
        return (pipeline.check_spec(source, params=params, dims=dims, root=root),), None
    first, other = (before, spec) if before is not None else (spec, None)
    both = check_both(first, other, settings, versus)
    left, right = both
    return both, names_of(left.graph, right.graph, first, other, versus)
