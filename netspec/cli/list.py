"""`netspec list`"""

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import click

from netspec import zoo
from netspec.analysis import catalog
from netspec.analysis.card import Card, card
from netspec.cli import completers
from netspec.cli.output import output_options, refuse_early, write
from netspec.cli.printing import width
from netspec.diagnostics import nearest
from netspec.diagnostics.excerpt import escape
from netspec.pipeline import check_spec


@click.command(name="list")
@click.argument("globs", nargs=-1, metavar="[GLOB...]", shell_complete=completers.zoo_names)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "json"]),
    default="table",
    help="A table, a page with the sources, or JSON.",
)
@output_options
def command(globs: tuple[str, ...], form: str, output: Path | None, force: bool) -> None:
    """List the specs that come with netspec, or those that fit a GLOB, and what they cost.

    A GLOB fits the whole name, "timm/*", or its last part, "resnet50*".
    """
    refuse_early(output, force)
    cards = [_card(name) for name in _chosen(globs)]
    if form == "json":
        text = json.dumps([catalog.data(each) for each in cards], indent=2)
    elif form == "markdown":
        text = catalog.page(cards)
    else:
        text = "\n".join(catalog.table(cards, width(catalog.WIDTH)))
    write(text, output, force)


def _card(name: str) -> Card:
    path = zoo.find(name)  # a file of that name in the current folder is another spec
    assert path is not None
    return card(name, check_spec(path, root=zoo.zoo_root()).graph)


def _chosen(globs: Sequence[str]) -> list[str]:
    """The names that fit a glob, those without a folder first. Raises a usage error."""
    names = sorted(zoo.names(), key=lambda name: (catalog.folder(name), name))
    for glob in globs:
        if not any(_fits(name, glob) for name in names):
            close = nearest(glob, names)
            hint = f"; did you mean `{close}`?" if close else ""
            raise click.UsageError(f"no spec of the zoo fits `{escape(glob)}`{hint}")
    return [name for name in names if not globs or any(_fits(name, glob) for glob in globs)]


def _fits(name: str, glob: str) -> bool:
    return fnmatchcase(name, glob) or fnmatchcase(name.rpartition("/")[2], glob)
