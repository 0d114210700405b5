"""The free sizes of a spec as those of a program of torch.export."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from operator import eq, mod

import torch
from torch.export import Dim as Axis
from torch.export import ExportedProgram
from torch.fx import Node
from torch.fx.experimental import _config as shape_config

from netspec.graph.ir import Graph
from netspec.shape import Dim, Shape, at

_BATCH = {"N": 2}
"""A trace of a batch of one could take the one for granted."""


@contextmanager
def all_sizes() -> Iterator[None]:
    """Otherwise torch refuses sizes at which some map shrinks to one row.

    The setting is what torch's own export to ONNX turns on. Where a torch has none, such sizes are
    refused, by it and so by us.
    """
    if not hasattr(shape_config, "backed_size_oblivious"):
        yield
        return
    before = shape_config.backed_size_oblivious
    shape_config.backed_size_oblivious = True
    try:
        yield
    finally:
        shape_config.backed_size_oblivious = before


def example_sizes(shape: Shape) -> list[int]:
    """The sizes to trace with."""
    return [at(size, _BATCH) for size in shape]


def dynamic_shapes(graph: Graph) -> dict[str, dict[int, object]]:
    """What torch.export takes: for each input by name its free dimensions, from their `min` on
    and in steps of `multiple_of`."""
    axes = {
        free.symbol.name: Axis(
            free.symbol.name, min=max(1, -(-free.min // free.symbol.multiple_of))
        )
        for free in graph.dims
    }
    inputs = zip(graph.root.input_names, graph.root.inputs, strict=True)
    return {
        name: {place: _axis(size, axes) for place, size in _free(shape).items()}
        for name, shape in inputs
    }


def require_multiples(program: ExportedProgram, graph: Graph) -> None:
    """Have the program ask for multiples when it runs, and raise RuntimeError: by itself torch
    builds on them and asks for the least sizes alone."""
    given = set(program.graph_signature.user_inputs)
    tensors = [node for node in program.graph.nodes if node.name in given]
    for name, tensor, shape in zip(graph.root.input_names, tensors, graph.root.inputs, strict=True):
        for place, size in _free(shape).items():
            line = _line(size)
            if line and line[1] > 1:
                _, factor, constant = line
                _require(
                    tensor, place, factor, constant % factor, f"`{name}` dimension {place}, {size},"
                )


def _require(tensor: Node, place: int, factor: int, rest: int, what: str) -> None:
    """`assert tensor.shape[place] % factor == rest`, as nodes at the begin of the program."""
    message = f"{what} must be a multiple of {factor}{f' plus {rest}' if rest else ''}"
    graph, value = tensor.graph, tensor.meta["val"].shape[place]
    first = next(node for node in graph.nodes if node.op != "placeholder")
    with graph.inserting_before(first):
        node = graph.call_function(torch.ops.aten.sym_size.int, (tensor, place))
        node.meta["val"] = value
        for function, number in ((mod, factor), (eq, rest)):
            value = function(value, number)
            node = graph.call_function(function, (node, number))
            node.meta["val"] = value
        node = graph.call_function(torch.ops.aten._assert_scalar.default, (node, message))
        node.meta["val"] = None


def _free(shape: Shape) -> dict[int, Dim]:
    return {place: size for place, size in enumerate(shape) if isinstance(size, Dim)}


def _axis(size: Dim, axes: Mapping[str, Axis]) -> object:
    """`factor * axis + constant`; for what is more than that torch is to find out."""
    line = _line(size)
    if line is None:
        return Axis.AUTO
    name, factor, constant = line
    scaled = axes[name] if factor == 1 else factor * axes[name]
    return scaled + constant if constant else scaled


def _line(size: Dim) -> tuple[str, int, int] | None:
    """The name, the factor and the constant of a size that is linear in one dim."""
    monomials = [monomial for monomial in size.terms if monomial]
    symbols = list(size.symbols)
    if len(symbols) != 1 or monomials != [(symbols[0],)]:
        return None
    return symbols[0].name, size.terms[monomials[0]], size.terms.get((), 0)
