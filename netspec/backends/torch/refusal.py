"""Which node it is that torch cannot export, told with its place in the spec."""

import re
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.export import Dim as Axis

from netspec.backends.torch.dynamic import all_sizes, example_sizes
from netspec.backends.torch.lowering import Lowering
from netspec.backends.torch.once import construct, run
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.graph.ir import Graph, Leaf, walk
from netspec.ops.registry import is_builtin
from netspec.shape import Dim

_NOTE = re.compile(r"in (?P<path>[\w.-]+)(, |$)")
_LONGEST = 200


def untraceable(error: Exception, graph: Graph) -> NetspecError:
    """What `error`, raised in a trace of the network, says of the spec."""
    notes = [_NOTE.match(note) for note in getattr(error, "__notes__", ())]
    path = next((note["path"] for note in notes if note), "") or _culprit(graph, _trace)
    help = "write the op in terms that torch.export can trace, or fix the free sizes with `--dim`"
    return refused(f"cannot be traced: {_reason(error)}", graph, help, path)


def untranslatable(error: Exception, graph: Graph) -> NetspecError:
    """What `error`, raised where a trace was translated to ONNX, says of the spec."""
    help = "lower the op to functions that ONNX has, or write a `.pt2` file"
    path = _culprit(graph, _translate)
    return refused(f"cannot be written as ONNX: {_reason(error)}", graph, help, path)


def refused(message: str, graph: Graph, help: str, path: str = "") -> NetspecError:
    """The refusal of a node, or without a path of the network."""
    node = dict(walk(graph.root)).get(path)
    what = f"`{path}`" if node else f"`{graph.name}`"
    span = node.span if node else graph.root.span
    return NetspecError(
        [Diagnostic("not-exportable", f"{what} {message}", span, help, instance=path)]
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _reason(error: Exception) -> str:
    """What began it, in a line: the first, or the first point of a list below it."""
    *_, first = _causes(error)
    lines = [line.strip() for line in str(first).splitlines() if line.strip()]
    points = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    line = next(iter((*points, *lines)), "")
    return f"{type(first).__name__}: {line[:_LONGEST]}"


def _culprit(graph: Graph, attempt: Callable[[Leaf], object]) -> str:
    """The path of the first op with which the attempt fails by itself; custom ops are tried first,
    and equal ones once."""
    leaves = sorted(graph.leaves(), key=lambda found: is_builtin(type(found[2].op)))
    tried = set()
    for path, _, leaf in leaves:
        kind = (leaf.op.name, str(leaf.call), len(leaf.inputs[0]) if leaf.inputs else 0)
        if kind in tried or not leaf.inputs:
            continue
        tried.add(kind)
        try:
            attempt(leaf)
        except Exception:  # whatever torch or the op raises
            return path
    return ""


def _translate(leaf: Leaf) -> None:
    torch.onnx.export(_trace(leaf), dynamo=True)


def _trace(leaf: Leaf) -> torch.export.ExportedProgram:
    """The op alone, on free sizes where it has some."""

    class Alone(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.module = construct(leaf.call)

        def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
            with Lowering():
                return run(leaf.call, self.module, tensors)

    tensors, free = [], []
    for position, shape in enumerate(leaf.inputs):
        tensors.append(torch.zeros(example_sizes(shape)))
        names = {at: f"size_{position}_{at}" for at, size in enumerate(shape)}
        free.append({at: Axis(names[at]) for at, size in enumerate(shape) if isinstance(size, Dim)})
    model = Alone().eval()
    with all_sizes():
        return torch.export.export(
            model, tuple(tensors), dynamic_shapes=(tuple(free),), strict=False
        )
