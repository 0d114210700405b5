"""`netspec resolve`"""

from pathlib import Path

import click

from netspec.cli.options import Settings, open_spec, settings, spec_argument
from netspec.cli.output import output_options, refuse_early, write
from netspec.pipeline import resolve


@click.command(name="resolve")
@spec_argument("spec")
@settings
@output_options
def command(settings: Settings, spec: str, output: Path | None, force: bool) -> None:
    """Print SPEC as it is built: after extends, parameters and defaults. An `include` stays.

    Its path holds for a file in the folder of SPEC, so write the output there. `--dim` sets a
    nominal size: free sizes stay free. Comments are not kept.
    """
    refuse_early(output, force)
    text = resolve(open_spec(spec), params=settings.params, dims=settings.dims, root=settings.root)
    write(text.rstrip("\n"), output, force)
