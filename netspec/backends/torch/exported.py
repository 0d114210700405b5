"""A network as a program of torch.export, whose free sizes stay free."""

import inspect
import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import copy

import torch
from torch import Tensor
from torch.export import Dim as Axis
from torch.export import ExportedProgram
from torch.fx.experimental import _config as shape_config

from netspec.backends.torch.free_pools import FreePools
from netspec.backends.torch.module import Network
from netspec.backends.torch.refusal import untraceable
from netspec.graph.ir import Graph
from netspec.shape import Dim, Shape, Size

_DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}
_BATCH = {"N": 2}
"""A trace of a batch of one could take the one for granted."""


def as_pt2(network: Network, graph: Graph) -> bytes:
    """The content of a `.pt2` file, which torch.export.load reads without netspec.

    Arguments and errors as of `export_program`.
    """
    program, file = export_program(network, graph), io.BytesIO()
    with silence():
        torch.export.save(program, file)
    return file.getvalue()


def export_program(network: Network, graph: Graph) -> ExportedProgram:
    """What the network of `graph` computes in evaluation, as a program of ATen ops.

    Inputs have the names of the spec, as arguments of the program; several outputs are a dict.
    Free sizes are dynamic, from their `min` on and by steps of `multiple_of`.

    Raises NetspecError where torch cannot trace an op.
    """
    names = graph.root.input_names
    axes = {
        free.symbol.name: Axis(
            free.symbol.name, min=max(1, -(-free.min // free.symbol.multiple_of))
        )
        for free in graph.dims
    }
    dynamic = {
        name: _dynamic(shape, axes) for name, shape in zip(names, graph.root.inputs, strict=True)
    }
    mode = network.training
    network.eval()
    try:
        with silence(), torch.no_grad(), _all_sizes():
            program = torch.export.export(
                _named(network, names), _examples(graph), dynamic_shapes=dynamic, strict=False
            )
    except Exception as error:  # whatever torch or an op raises
        with silence():
            raise untraceable(error, graph) from error
    finally:
        network.train(mode)
    _forget_places(program)
    return program


@contextmanager
def _all_sizes() -> Iterator[None]:
    """Otherwise torch refuses sizes at which some map shrinks to one row."""
    before = shape_config.backed_size_oblivious
    shape_config.backed_size_oblivious = True
    try:
        yield
    finally:
        shape_config.backed_size_oblivious = before


@contextmanager
def silence() -> Iterator[None]:
    """Keep what torch prints, warns and logs from the streams: errors are raised."""
    nowhere, level = io.StringIO(), logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(nowhere), redirect_stderr(nowhere):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _named(network: Network, names: tuple[str, ...]) -> Network:
    """A network with the same modules, whose `forward` has the inputs of the spec as arguments."""

    def forward(self: Network, *inputs: Tensor) -> Tensor | dict[str, Tensor]:
        with FreePools():
            return self._compute(inputs)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    arguments = [inspect.Parameter(name, kind) for name in ("self", *names)]
    forward.__signature__ = inspect.Signature(arguments)  # type: ignore[attr-defined]
    twin = copy(network)
    type(twin).forward = forward
    return twin


def _examples(graph: Graph) -> tuple[Tensor, ...]:
    return tuple(
        torch.zeros([size if isinstance(size, int) else size.at(_BATCH) for size in shape]).to(
            _DTYPES[dtype]
        )
        for shape, dtype in zip(graph.root.inputs, graph.dtypes, strict=True)
    )


def _dynamic(shape: Shape, axes: Mapping[str, Axis]) -> dict[int, object]:
    return {at: _axis(size, axes) for at, size in enumerate(shape) if isinstance(size, Dim)}


def _axis(size: Size, axes: Mapping[str, Axis]) -> object:
    """`factor * axis + constant`; for what is more than that torch is to find out."""
    assert isinstance(size, Dim)
    monomials = [monomial for monomial in size.terms if monomial]
    symbols = list(size.symbols)
    if len(symbols) != 1 or monomials != [(symbols[0],)]:
        return Axis.AUTO
    axis = axes[symbols[0].name]
    factor, constant = size.terms[monomials[0]], size.terms.get((), 0)
    scaled = axis if factor == 1 else factor * axis
    return scaled + constant if constant else scaled


def _forget_places(program: ExportedProgram) -> None:
    """Leave out which lines of which files on this machine made each node."""
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)
