"""`netspec explain`"""

import click
from click.shell_completion import CompletionItem

from netspec.cli.printing import columns, width
from netspec.diagnostics import nearest
from netspec.diagnostics.manual import codes, in_words, manual

WIDTH = 100


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    pages = (manual(code) for code in codes() if code.startswith(incomplete))
    return [CompletionItem(page.code, help=page.summary) for page in pages if page]


@click.command(name="explain")
@click.argument("code", required=False, shell_complete=_complete)
def command(code: str | None) -> None:
    """Explain an error CODE with an example; without one, list the codes."""
    if code is None:
        pages = (manual(code) for code in codes())
        rows = [(page.code, page.summary) for page in pages if page]
        click.echo("\n".join(columns(rows, width(WIDTH))))
        return
    page = manual(code)
    if page is None:
        close = nearest(code, codes())
        hint = f"did you mean `{close}`?" if close else "`netspec explain` lists them"
        raise click.UsageError(f"there is no code `{code}`; {hint}")
    click.echo(in_words(page.text).rstrip())
