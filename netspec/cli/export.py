"""`netspec export`"""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from netspec import pipeline
from netspec.cli.formats import FORMATS, Wanted
from netspec.cli.options import Settings, open_spec, settings, spec_argument
from netspec.cli.output import refuse_early, write_bytes
from netspec.cli.printing import write_diagnostics
from netspec.cli.progress import progress
from netspec.diagnostics.excerpt import escape


def _python(wanted: Wanted) -> bytes:
    if wanted.weights is not None:
        raise click.UsageError("source holds no weights: leave `--weights` out")
    return pipeline.to_source(wanted.checked).encode()


EXPORTERS: Mapping[str, Callable[[Wanted], bytes]] = {".py": _python, **FORMATS}
"""The content of a file, by its ending."""


@click.command(name="export")
@spec_argument("spec")
@settings
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help=f"File to write; its ending says what: {', '.join(EXPORTERS)}.",
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="Of the weights.")
@click.option(
    "--weights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Load this safetensors file, which must fit.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(
    settings: Settings,
    spec: str,
    output: Path,
    force: bool,
    seed: int,
    weights: Path | None,
    quiet: bool,
) -> None:
    """Write SPEC as something that needs no netspec.

    `.py` is standalone PyTorch source: a class for each block, the same weights by key, the same
    outputs. `.onnx` and `.pt2` (torch.export) hold what is computed in evaluation, with the
    weights; free sizes stay free. `.safetensors` holds the weights and the spec, and can be named
    in place of a spec.
    """
    exporter = EXPORTERS.get(output.suffix.lower())
    if exporter is None:
        *most, last = EXPORTERS
        wanted = f"{', '.join(most)} or {last}" if most else last
        raise click.UsageError(f"`{escape(str(output))}` must end in {wanted}")
    refuse_early(output, force)
    source = open_spec(spec)
    with progress("exporting"):
        checked = pipeline.check_spec(
            source, params=settings.params, dims=settings.dims, root=settings.root
        )
        content = exporter(Wanted(source, settings, checked, seed, weights))
    write_bytes(content, output, force)
    if not quiet:
        write_diagnostics(checked.warnings)
        click.echo(escape(str(output)))
