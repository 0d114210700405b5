"""`netspec params`"""

from pathlib import Path

import click

from netspec.analysis import declared
from netspec.cli.options import open_spec, root_option, spec_argument
from netspec.cli.printing import columns, width
from netspec.diagnostics import NetspecError
from netspec.pipeline import outline

WIDTH = 100


@click.command(name="params")
@spec_argument("spec")
@root_option
def command(spec: str, root: Path | None) -> None:
    """List the parameters of SPEC, for --set, and its free sizes, for --dim."""
    found = outline(open_spec(spec), root=root)
    if found.doc is None:
        raise NetspecError(found.diagnostics)
    tables = (
        _table(("parameter", "default"), declared.parameters(found.doc)),
        _table(("free size", "nominal"), declared.sizes(found.doc)),
    )
    text = "\n\n".join(filter(None, tables))
    click.echo(text or "no parameters and no free sizes")


def _table(heads: tuple[str, str], rows: list[declared.Row]) -> str:
    return "\n".join(columns([(*heads, "what it may be"), *rows], width(WIDTH))) if rows else ""
