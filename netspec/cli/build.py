"""`netspec build`"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netspec import pipeline
from netspec.analysis import summary
from netspec.analysis.words import shape_words
from netspec.cli.options import Settings, open_spec, settings
from netspec.cli.output import output_options, refuse_early, write
from netspec.cli.printing import wants_color, width, write_diagnostics
from netspec.cli.progress import progress
from netspec.graph.ir import Graph

if TYPE_CHECKING:
    from netspec.backends.torch.trial import Sizes, Trial
    from netspec.backends.torch.weights import Loaded


@click.command(name="build")
@click.argument("spec")
@settings
@click.option(
    "--depth", type=click.IntRange(min=1), default=1, help="Open so many levels of blocks."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="Of weights and input.")
@click.option(
    "--weights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Load this safetensors file, which must fit.",
)
@click.option("--weights-partial", "partial", is_flag=True, help="Load of it what fits.")
@output_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(
    settings: Settings,
    spec: str,
    depth: int,
    form: str,
    seed: int,
    weights: Path | None,
    partial: bool,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    """Check SPEC, compile it, run it once at its nominal sizes, and print its layers."""
    refuse_early(output, force)
    source = open_spec(spec)
    with progress("checking"):
        checked = pipeline.check_spec(
            source, params=settings.params, dims=settings.dims, root=settings.root
        )
    if not quiet:
        write_diagnostics(checked.warnings)
    with progress("building and running"):
        trial, loaded = _compile_and_run(checked, seed, weights, partial)
    if quiet and output is None:
        return
    if form == "json":
        write(_json(checked.graph, depth, trial, loaded), output, force)
        return
    lines = _table(checked.graph, depth, trial)
    if loaded:
        lines.append(f" {weights}: {loaded}")
    color = output is None and wants_color(sys.stdout)
    write("\n".join(_colored(lines) if color else lines), output, force)


def _compile_and_run(
    checked: pipeline.Checked, seed: int, weights: Path | None, partial: bool
) -> "tuple[Trial, Loaded | None]":
    try:
        from netspec.backends.torch.trial import run_once  # torch takes seconds to import
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise click.ClickException("building needs torch; `netspec check` does not") from error
    model = pipeline.build(checked, seed=seed)
    loaded = None
    if weights is not None:
        loaded = pipeline.load_weights(model, checked, weights, partial=partial)
    return run_once(model, checked.graph, seed), loaded


def _table(graph: Graph, depth: int, trial: "Trial") -> list[str]:
    wide = width(summary.WIDTH)
    facts = [f" {line}" for line in (*summary.fit(summary.totals(graph), wide), _ran(trial))]
    return [summary.title(graph), "", *summary.layers(graph, depth, wide), "", *facts]


def _colored(lines: list[str]) -> list[str]:
    """Bold title, grey heads, green marks: nothing that the text does not say too."""
    title, gap, heads, *rest = lines
    marked = (line.replace("✓", click.style("✓", fg="green")) for line in rest)
    return [click.style(title, bold=True), gap, click.style(heads, fg="bright_black"), *marked]


def _ran(trial: "Trial") -> str:
    """`ran 1×3×224×224 in 84 ms → logits 1×1024`"""
    inputs = _tensors(trial.inputs, named=len(trial.inputs) > 1)
    outputs = _tensors(trial.outputs, named=True)
    return f"ran {inputs} in {trial.seconds * 1000:,.0f} ms → {outputs}"


def _tensors(tensors: "Mapping[str, Sizes]", named: bool) -> str:
    words = ((name, shape_words(shape)) for name, shape in tensors.items())
    return ", ".join(f"{name} {shape}" if named else shape for name, shape in words)


def _json(graph: Graph, depth: int, trial: "Trial", loaded: "Loaded | None") -> str:
    run = {
        "inputs": trial.inputs,
        "outputs": trial.outputs,
        "milliseconds": round(trial.seconds * 1000, 3),
    }
    data = {**summary.data(graph, depth), "run": run}
    if loaded:
        data["weights"] = asdict(loaded)
    return json.dumps(data, indent=2)
