"""`netspec explain`"""

import click

from netspec.cli.printing import columns
from netspec.diagnostics import nearest
from netspec.diagnostics.manual import codes, manual


@click.command(name="explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain an error CODE with an example; without one, list the codes."""
    if code is None:
        pages = (manual(code) for code in codes())
        rows = [(page.code, page.summary) for page in pages if page]
        click.echo("\n".join(columns(rows)))
        return
    page = manual(code)
    if page is None:
        close = nearest(code, codes())
        hint = f"did you mean `{close}`?" if close else "`netspec explain` lists them"
        raise click.UsageError(f"there is no code `{code}`; {hint}")
    click.echo(page.text.rstrip())
