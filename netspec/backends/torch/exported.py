"""A network as a program of torch.export, whose free sizes stay free."""

import inspect
import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import copy

import torch
from torch import Tensor
from torch.export import ExportedProgram

from netspec.backends.torch.dynamic import (
    all_sizes,
    dynamic_shapes,
    example_sizes,
    require_multiples,
)
from netspec.backends.torch.lowering import Lowering
from netspec.backends.torch.module import Network
from netspec.backends.torch.refusal import untraceable
from netspec.graph.ir import Graph

_DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}


def as_pt2(network: Network, graph: Graph) -> bytes:
    """The content of a `.pt2` file, which torch.export.load reads without netspec.

    Arguments and errors as of `export_program`.
    """
    program, file = export_program(network, graph), io.BytesIO()
    require_multiples(program, graph)
    with silence():
        torch.export.save(program, file)
    return file.getvalue()


def export_program(network: Network, graph: Graph) -> ExportedProgram:
    """What the network of `graph` computes in evaluation, as a program of ATen ops.

    Inputs have the names of the spec, as arguments of the program; several outputs are a dict.
    Free sizes are dynamic, from their `min` on and by steps of `multiple_of`; the steps are known
    to torch and not asked for when the program runs.

    Raises NetspecError where torch cannot trace an op.
    """
    mode = network.training
    network.eval()
    try:
        with silence(), torch.no_grad(), all_sizes():
            program = torch.export.export(
                _named(network, graph.root.input_names),
                _examples(graph),
                dynamic_shapes=dynamic_shapes(graph),
                strict=False,
            )
    except Exception as error:  # whatever torch or an op raises
        with silence():
            raise untraceable(error, graph) from error
    finally:
        network.train(mode)
    _forget_places(program)
    return program


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
        with Lowering():
            return self._compute(inputs)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    arguments = [inspect.Parameter(name, kind) for name in ("self", *names)]
    forward.__signature__ = inspect.Signature(arguments)  # type: ignore[attr-defined]
    twin = copy(network)
    type(twin).forward = forward
    return twin


def _examples(graph: Graph) -> tuple[Tensor, ...]:
    return tuple(
        torch.zeros(example_sizes(shape), dtype=_DTYPES[dtype])
        for shape, dtype in zip(graph.root.inputs, graph.dtypes, strict=True)
    )


def _forget_places(program: ExportedProgram) -> None:
    """Leave out which lines of which files on this machine made each node."""
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)
