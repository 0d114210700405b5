"""`netspec build`"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netspec import pipeline
from netspec.analysis import summary
from netspec.analysis.words import shape_words
from netspec.cli.options import Settings, open_spec, settings, spec_argument
from netspec.cli.output import output_options, refuse_early, write
from netspec.cli.printing import wants_color, width, write_diagnostics
from netspec.cli.progress import progress
from netspec.graph.ir import Graph
from netspec.passes.inference import Report
from netspec.sources import is_archive

if TYPE_CHECKING:
    from netspec.backends.torch.trial import Sizes, Trial
    from netspec.backends.torch.weights import Loaded


@click.command(name="build")
@spec_argument("spec")
@settings
@click.option(
    "--depth", type=click.IntRange(min=1), default=1, help="Open so many levels of blocks."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="The layers as a table, or JSON with what was run.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="Of weights and input.")
@click.option(
    "--weights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Load this safetensors file, which must fit.",
)
@click.option("--weights-partial", "partial", is_flag=True, help="Load of it what fits.")
@click.option(
    "--optimize",
    type=click.Choice(["inference"]),
    help="Make it fast where it only runs, and tell what was done.",
)
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
    optimize: str | None,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    """Check SPEC, compile it, run it once at its nominal sizes, and print its layers."""
    if partial and weights is None:
        raise click.UsageError(
            "`--weights-partial` loads what fits of a file: name it, `--weights`"
        )
    refuse_early(output, force)
    source = open_spec(spec)
    if weights is None and is_archive(source):
        weights = Path(source)
    with progress("checking"):
        checked = pipeline.check_spec(
            source, params=settings.params, dims=settings.dims, root=settings.root
        )
    if not quiet:
        write_diagnostics(checked.warnings)
    with progress("building and running"):
        ran = _compile_and_run(checked, seed, weights, partial, optimize is not None)
    if quiet and output is None:
        return
    if form == "json":
        write(_json(checked.graph, depth, ran), output, force)
        return
    lines = _table(checked.graph, depth, ran.trial)
    if ran.loaded:
        lines.append(f" {weights}: {ran.loaded}")
    if ran.report:
        lines += ["", *(f" {line}" for line in str(ran.report).splitlines())]
    color = output is None and wants_color(sys.stdout)
    write("\n".join(_colored(lines) if color else lines), output, force)


@dataclass(frozen=True, slots=True)
class _Ran:
    """What was done: the run, and where they were wanted, what was loaded and optimized."""

    trial: "Trial"
    loaded: "Loaded | None" = None
    report: Report | None = None


def _compile_and_run(
    checked: pipeline.Checked, seed: int, weights: Path | None, partial: bool, optimize: bool
) -> _Ran:
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
    if not optimize:
        return _Ran(run_once(model, checked.graph, seed), loaded)
    fast = pipeline.optimize_for_inference(model)
    run_once(fast, checked.graph, seed)  # its first run brings the weights in order
    return _Ran(run_once(fast, checked.graph, seed), loaded, fast.report)


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


def _json(graph: Graph, depth: int, ran: _Ran) -> str:
    trial = ran.trial
    run = {
        "inputs": trial.inputs,
        "outputs": trial.outputs,
        "milliseconds": round(trial.seconds * 1000, 3),
    }
    data = {**summary.data(graph, depth), "run": run}
    if ran.loaded:
        data["weights"] = asdict(ran.loaded)
    if ran.report:
        data["optimized"] = asdict(ran.report)
    return json.dumps(data, indent=2)
