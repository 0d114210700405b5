"""`netspec list`"""

import click

from netspec import zoo
from netspec.cli.printing import columns
from netspec.diagnostics.excerpt import escape


@click.command(name="list")
def command() -> None:
    """List the specs that come with netspec; each name can stand for SPEC."""
    rows = [(name, escape(zoo.doc(name))) for name in zoo.names()]
    click.echo("\n".join(columns(rows)))
