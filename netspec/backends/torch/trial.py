"""One forward run at the nominal sizes, as proof that what was checked is what torch computes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from netspec.graph.ir import Graph
from netspec.shape import Shape, nominal

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """Shapes that went in and came out, by name, and how long it took."""

    inputs: Mapping[str, Sizes]
    outputs: Mapping[str, Sizes]
    seconds: float


def run_once(model: nn.Module, graph: Graph, seed: int = 0) -> Trial:
    """Run `model` in evaluation mode on one random input, and leave it in the mode it was in.

    Raises RuntimeError where torch's shapes are not those that were checked: a bug of an op.
    """
    inputs = _inputs(model, graph, seed)
    mode = model.training
    model.eval()
    try:
        with torch.inference_mode():
            begin = time.perf_counter()
            result = model(*inputs)
            seconds = time.perf_counter() - begin
    finally:
        model.train(mode)
    expected = _outputs(graph)
    tensors = result.values() if isinstance(result, dict) else [result]
    outputs = {name: tuple(tensor.shape) for name, tensor in zip(expected, tensors, strict=True)}
    if outputs != expected:
        raise RuntimeError(f"torch computes {outputs}, but {expected} was checked")
    shapes = (tuple(tensor.shape) for tensor in inputs)
    return Trial(dict(zip(graph.root.input_names, shapes, strict=True)), outputs, seconds)


def _outputs(graph: Graph) -> dict[str, Sizes]:
    """Shapes of what is returned in evaluation mode."""
    root = graph.root
    outputs = zip(root.output_names, root.outputs, root.training, strict=True)
    return {name: _sizes(root.shape(ref)) for name, ref, training in outputs if not training}


def _inputs(model: nn.Module, graph: Graph, seed: int) -> list[torch.Tensor]:
    """Normal noise, where the weights are and of their type."""
    weight = next(model.parameters(), torch.empty(0))
    generator = torch.Generator().manual_seed(seed)
    sizes = map(_sizes, graph.root.inputs)
    return [torch.randn(size, generator=generator).to(weight) for size in sizes]


def _sizes(shape: Shape) -> Sizes:
    return tuple(map(nominal, shape))
