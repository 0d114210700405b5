"""Two specs to compare, or one with two settings."""

from collections.abc import Iterable
from dataclasses import replace

import click

from netspec.cli import completers
from netspec.cli.options import Settings, named_values, open_spec
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.graph.ir import Graph
from netspec.pipeline import Checked, check_spec

versus_option = click.option(
    "--vs",
    "versus",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completers.params,
    help="Set a parameter of the second.",
)


def check_both(
    spec: str, other: str | None, settings: Settings, versus: tuple[str, ...]
) -> tuple[Checked, Checked]:
    """Check both, or one without and with the values of --vs.

    Raises a usage error where there is no second, and NetspecError with the mistakes of both.
    """
    params = named_values(versus, "--vs")
    if other is None and not params:
        raise click.UsageError("name a second spec, or what differs in it, `--vs NAME=VALUE`")
    if spec == other == "-":
        raise click.UsageError("only one of the two can come from standard input")
    first = open_spec(spec)
    second = first if other is None else open_spec(other)
    changed = replace(settings, params=params if other else {**settings.params, **params})
    checked: list[Checked] = []
    mistakes: list[Diagnostic] = []
    for source, how in ((first, settings), (second, changed)):
        try:
            checked.append(check_spec(source, params=how.params, dims=how.dims, root=how.root))
        except NetspecError as error:
            mistakes += error.diagnostics
    if mistakes:
        raise NetspecError(once(mistakes))
    before, after = checked
    return before, after


def names_of(
    before: Graph, after: Graph, spec: str, other: str | None, versus: tuple[str, ...]
) -> tuple[str, str]:
    """Names that tell the two apart."""
    if other is None:
        return before.name, f"{after.name} with {', '.join(versus)}"
    if before.name != after.name or spec == other:
        return before.name, after.name
    return spec, other


def once(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each message at its place once: both specs may be written in one file."""
    return list({(d.code, d.message, str(d.span), d.instance): d for d in diagnostics}.values())
