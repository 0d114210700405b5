"""Exports held against the network that they are of."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

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


ELSEWHERE = """\
import sys
sys.modules["netspec"] = None
import torch
torch.set_num_threads(1)
program = None
for line in sys.stdin:
    program = program or torch.export.load("net.pt2").module()
    with torch.no_grad():
        outputs = program(*torch.load("inputs.pt"))
    torch.save(outputs, "outputs.pt")
    print("done", flush=True)
"""


@contextmanager
def pt2(network: Network, graph: Graph, folder: Path) -> Iterator[Run]:
    """What the program computes in a process that cannot import netspec."""
    (folder / "net.pt2").write_bytes(as_pt2(network, graph))
    pipe, text = subprocess.PIPE, True
    arguments = [sys.executable, "-c", ELSEWHERE]
    with subprocess.Popen(arguments, cwd=folder, stdin=pipe, stdout=pipe, text=text) as process:
        assert process.stdin and process.stdout

        def run(inputs: list[Tensor]) -> list[Tensor]:
            torch.save(inputs, folder / "inputs.pt")
            print("go", file=process.stdin, flush=True)
            assert process.stdout.readline() == "done\n"
            return _listed(torch.load(folder / "outputs.pt"))

        yield run


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


def random_inputs(graph: Graph, chosen: dict[str, int]) -> list[Tensor]:
    """The same numbers from -1 to 1 each time, one tensor for each input."""
    generator = torch.Generator().manual_seed(0)
    return [
        torch.rand([at(size, chosen) for size in shape], generator=generator) * 2 - 1
        for shape in graph.root.inputs
    ]


def check(network: Network, graph: Graph, exported: Run, tolerance: float = TOLERANCE) -> float:
    """The largest difference from what the network gives, as a share of the yardstick.

    Raises AssertionError where it is too large at some size.
    """
    network.eval()
    largest = 0.0
    for chosen in sizes(graph):
        inputs = random_inputs(graph, chosen)
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
            largest = max(largest, share)
    return largest


def _listed(result: object) -> list[Tensor]:
    return outputs(lambda _: result, torch.empty(0))  # type: ignore[arg-type]
