"""What `netspec export` writes with torch: the weights, and what is computed with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netspec import pipeline
from netspec.checked import Checked
from netspec.cli.options import Settings
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.sources import Spec, is_archive

if TYPE_CHECKING:
    from netspec.backends.torch.module import Network


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    spec: Spec
    settings: Settings
    checked: Checked
    seed: int
    weights: Path | None


def onnx(wanted: Wanted) -> bytes:
    network = _build(wanted)
    from netspec.backends.torch.onnx import MissingExtra, as_onnx

    try:
        return as_onnx(network, wanted.checked.graph)
    except MissingExtra as error:
        raise click.ClickException(str(error)) from error


def pt2(wanted: Wanted) -> bytes:
    network = _build(wanted)
    from netspec.backends.torch.exported import as_pt2

    return as_pt2(network, wanted.checked.graph)


def safetensors(wanted: Wanted) -> bytes:
    spec = pipeline.resolve(
        wanted.spec,
        params=wanted.settings.params,
        dims=wanted.settings.dims,
        root=wanted.settings.root,
    )
    _refuse_files(spec, wanted.checked)
    network = _build(wanted)
    from netspec.backends.torch.archive import as_archive

    return as_archive(network, spec)


def _refuse_files(spec: str, checked: Checked) -> None:
    """Raises NetspecError where a spec needs files that the new one cannot hold."""
    try:
        pipeline.check_spec(pipeline.Text(spec))
    except NetspecError as error:
        found = error.diagnostics[0]
        raise NetspecError(
            [
                Diagnostic(
                    "not-exportable",
                    f"`{checked.graph.name}` does not stand alone: {found.message}",
                    checked.graph.root.span,
                    "write the included blocks into the spec, or include a spec of the zoo",
                )
            ]
        ) from error


def _build(wanted: Wanted) -> "Network":
    try:
        network = pipeline.build(wanted.checked, seed=wanted.seed)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise click.ClickException("only `.py` can be written without torch") from error
    weights = wanted.weights
    if weights is None and is_archive(wanted.spec):
        weights = Path(wanted.spec)
    if weights is not None:
        pipeline.load_weights(network, wanted.checked, weights)
    return network


FORMATS: Mapping[str, Callable[[Wanted], bytes]] = {
    ".onnx": onnx,
    ".pt2": pt2,
    ".safetensors": safetensors,
}
"""The content of a file, by its ending."""
