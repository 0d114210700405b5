"""`netspec transfer`"""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import click

from netspec import pipeline
from netspec.analysis.diff import words
from netspec.analysis.diff.report import WIDTH, wrapped
from netspec.analysis.diff.weights import Placement
from netspec.analysis.words import plural
from netspec.cli import completers
from netspec.cli.options import Settings, settings
from netspec.cli.output import refuse_early, write_bytes
from netspec.cli.pairs import check_both, once, versus_option
from netspec.cli.printing import width, write_diagnostics
from netspec.cli.progress import progress
from netspec.diagnostics.excerpt import escape

spec_option = partial(click.option, metavar="SPEC", shell_complete=completers.specs)


@click.command(name="transfer")
@click.argument("weights", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "spec", required=True, metavar="SPEC", help="What the weights are of.")
@click.option(
    "--to", "other", metavar="SPEC", help="What they are for; default: --from, with --vs."
)
@settings
@versus_option
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="Of the new weights.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The new file."
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@click.option("--all", "everything", is_flag=True, help="Shorten no list.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(
    settings: Settings,
    weights: Path,
    spec: str,
    other: str | None,
    versus: tuple[str, ...],
    seed: int,
    output: Path,
    force: bool,
    everything: bool,
    quiet: bool,
) -> None:
    """Move the tensors of WEIGHTS, a safetensors file that fits one spec, to another spec.

    Each goes where `netspec diff` says, by its name or a new one. The file is complete: what has no
    source gets the initial values of the spec. `--set`, `--vs` and `--dim` are as for `netspec
    diff`.
    """
    refuse_early(output, force)
    before, after = check_both(spec, other, settings, versus)
    if not quiet:
        write_diagnostics(once((*before.warnings, *after.warnings)))
    placement = before.diff(after).weights
    with progress("moving weights"):
        content, moved = _moved(before, after, weights, placement, seed)
    write_bytes(content, output, force)
    if not quiet:
        click.echo("\n".join(_report(weights, output, after, placement, moved, everything)))


def _moved(
    before: pipeline.Checked,
    after: pipeline.Checked,
    weights: Path,
    placement: Placement,
    seed: int,
) -> tuple[bytes, Sequence[str]]:
    """The content of the new file, and the keys in it that come from the old one."""
    try:
        from netspec.backends.torch.transfer import as_safetensors, transfer  # torch takes seconds
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise click.ClickException("moving weights needs torch; `netspec diff` does not") from error
    old = pipeline.build(before, seed=seed)
    loaded = pipeline.load_weights(old, before, weights)
    new = pipeline.build(after, seed=seed)
    moved = transfer(old, new, placement.sources, without=loaded.initialized)
    return as_safetensors(new), moved


def _report(
    weights: Path,
    output: Path,
    after: pipeline.Checked,
    placement: Placement,
    moved: Collection[str],
    everything: bool,
) -> list[str]:
    renamed = [f"{old} → {new}" for old, new in placement.renamed.items() if new in moved]
    fresh = [key for key in after.state_dict_shapes if key not in moved]
    of = f"of {escape(str(weights))}"
    facts = []
    if len(moved) > len(renamed):
        facts.append(f"{len(moved) - len(renamed):,} under their name")
    for items, what in (
        (renamed, "under another"),
        (fresh, "left at initialization"),
        ([words.reshaped(each) for each in placement.reshaped], f"{of} with another shape there"),
        (placement.homeless, f"{of} without a place there"),
    ):
        if items:
            facts.append(f"{len(items):,} {what}: {words.listed(items, everything)}")
    lines = (line.text for fact in facts for line in wrapped(fact, 2, width(WIDTH)))
    return [f"{escape(str(output))}: {plural(len(moved) + len(fresh), 'tensor')}", *lines]
