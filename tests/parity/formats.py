"""Exports held against the network that they are of."""

import io
from collections.abc import Callable, Iterator

import onnxruntime
import torch
from torch import Tensor

from netspec.backends.torch.exported import as_pt2
from netspec.backends.torch.module import Network
from netspec.backends.torch.onnx import as_onnx
from netspec.graph.ir import Graph
from netspec.shape import at
from tests.parity.weights import outputs

TOLERANCE = 1e-3
"""Of what a mirrored input does to the output."""

Run = Callable[[list[Tensor]], list[Tensor]]


def onnx(network: Network, graph: Graph) -> Run:
    """What ONNX Runtime computes."""
    return onnx_run(as_onnx(network, graph))


def onnx_run(content: bytes) -> Run:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]

    def run(inputs: list[Tensor]) -> list[Tensor]:
        arrays = {name: each.numpy() for name, each in zip(names, inputs, strict=True)}
        return [torch.from_numpy(each) for each in session.run(None, arrays)]

    return run


def pt2(network: Network, graph: Graph) -> Run:
    """What the program computes that torch.export reads back."""
    program = torch.export.load(io.BytesIO(as_pt2(network, graph))).module()
    return lambda inputs: _listed(program(*inputs))


def sizes(graph: Graph) -> Iterator[dict[str, int]]:
    """Two batch sizes, at two image sizes where those are free: the least that is not tiny, and
    one whose remainders are others."""
    free = [dim for dim in graph.dims if dim.symbol.name != "N"]
    for batch in (1, 3):
        for step in (0, 7) if free else (0,):
            chosen = {"N": batch}
            for position, dim in enumerate(free):
                unit = dim.symbol.multiple_of
                chosen[dim.symbol.name] = unit * (-(-max(dim.min, 40) // unit) + step + position)
            yield chosen


def check(network: Network, graph: Graph, exported: Run, tolerance: float = TOLERANCE) -> None:
    """Raises AssertionError where the export gives other outputs than the network at some size."""
    network.eval()
    for chosen in sizes(graph):
        generator = torch.Generator().manual_seed(0)
        inputs = [
            torch.rand([at(size, chosen) for size in shape], generator=generator) * 2 - 1
            for shape in graph.root.inputs
        ]
        with torch.no_grad():
            wanted = _listed(network(*inputs))
            mirrored = _listed(network(*[each.flip(-1) for each in inputs]))
            found = exported(inputs)
        assert [each.shape for each in found] == [each.shape for each in wanted], chosen
        for ours, theirs, other in zip(wanted, found, mirrored, strict=True):
            yardstick = float((ours - other).abs().max())
            assert yardstick > 0, f"at {chosen} the outputs say nothing"
            share = float((ours - theirs).abs().max()) / yardstick
            assert share < tolerance, f"at {chosen} they differ by {share:.1e} of the yardstick"


def _listed(result: object) -> list[Tensor]:
    return outputs(lambda _: result, torch.empty(0))  # type: ignore[arg-type]
