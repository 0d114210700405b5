"""`netspec list`"""

from fnmatch import fnmatchcase

import click

from netspec import zoo
from netspec.cli.printing import columns
from netspec.diagnostics.excerpt import escape


@click.command(name="list")
@click.argument("glob", default="*")
def command(glob: str) -> None:
    """List the specs that come with netspec, or those that fit GLOB; a name can stand for SPEC."""
    rows = [(name, escape(zoo.doc(name))) for name in zoo.names() if fnmatchcase(name, glob)]
    click.echo("\n".join(columns(rows)), nl=bool(rows))
