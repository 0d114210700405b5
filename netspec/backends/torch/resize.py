"""Which `upsample` by a factor ONNX Runtime would compute otherwise than torch."""

from collections.abc import Mapping
from math import ceil

import torch

from netspec.backends.torch.refusal import refused
from netspec.graph.ir import Graph, Leaf
from netspec.ops.arguments import spread
from netspec.ops.upsampling import Upsample
from netspec.shape import Size, at

_COPIED = {"nearest": any, "linear": all, "bicubic": all}
"""Modes in which torch copies what keeps its size, in any dimension or if all keep theirs. ONNX
Runtime divides by the factor then too."""


def refuse_resized(graph: Graph) -> None:
    """Raises NetspecError for a factor that gives another size, or other elements."""
    least = {dim.symbol.name: dim.min for dim in graph.dims}
    for path, node, leaf in graph.leaves():
        if not isinstance(leaf.op, Upsample) or leaf.op.scale_factor is None:
            continue
        for problem, cure in (_rounded(leaf, node.outputs[0][2:]), _copied(leaf, least)):
            if problem:
                raise refused(f"cannot be written as ONNX: {problem}", graph, cure, path)


def _rounded(leaf: Leaf, wanted: tuple[Size, ...]) -> tuple[str, str]:
    """ONNX Runtime multiplies sizes in single precision, which can give one more than torch. Free
    sizes have factors that single precision holds."""
    for size, factor, mine in zip(leaf.inputs[0][2:], _factors(leaf), wanted, strict=True):
        if isinstance(size, int):
            theirs = int(torch.tensor(size) * torch.tensor(factor))
            if theirs != mine:
                makes = f"`scale_factor` (={factor:g}) makes {mine} of {size}"
                return f"{makes}, and {theirs} in ONNX Runtime", (
                    f"write `size: {mine}`, or a `.pt2` file"
                )
    return "", ""


def _copied(leaf: Leaf, least: Mapping[str, int]) -> tuple[str, str]:
    assert isinstance(leaf.op, Upsample)
    sizes, factors = leaf.inputs[0][2:], _factors(leaf)
    kept = [_kept(size, factor, least) for size, factor in zip(sizes, factors, strict=True)]
    is_copied = _COPIED.get(leaf.op.mode)
    if not is_copied or leaf.op.align_corners or not is_copied(kept):
        return "", ""
    size, factor = next(pair for pair in zip(kept, factors, strict=True) if pair[0])
    makes = f"`scale_factor` (={factor:g}) makes {size} of {size}"
    cure = "write 1 for this factor, let the images be larger, or write a `.pt2` file"
    return f"{makes}, which torch copies and ONNX Runtime does not", cure


def _kept(size: Size, factor: float, least: Mapping[str, int]) -> int:
    """A size that the factor leaves as it is; 0 if there is none, but for one element."""
    largest = ceil(1 / (factor - 1)) - 1 if 1 < factor < 2 else 0
    smallest = max(2, at(size, least))
    return smallest if smallest <= largest else 0


def _factors(leaf: Leaf) -> tuple[float, ...]:
    assert isinstance(leaf.op, Upsample) and leaf.op.scale_factor is not None
    return spread(leaf.op.scale_factor, len(leaf.inputs[0]) - 2, "scale_factor")
