"""A resolved spec held against the original."""

from collections.abc import Mapping
from pathlib import Path

import netspec
from netspec.diagnostics import NetspecError
from netspec.graph.ir import Graph, Share, walk
from netspec.pipeline import Spec, resolve


def facts(graph: Graph) -> object:
    """All that makes a network: names, edges, shapes, calls, weights, initialization, outputs."""
    nodes = []
    for path, node in walk(graph.root):
        shared = node.body.target if isinstance(node.body, Share) else None
        nodes.append((path, node.name, node.inputs, node.outputs, node.training, shared))
    leaves = [
        (path, leaf.op.name, leaf.inputs, leaf.call, leaf.macs) for path, _, leaf in graph.leaves()
    ]
    root = graph.root
    return {
        "name": graph.name,
        "doc": graph.doc,
        "source": graph.source,
        "nodes": nodes,
        "leaves": leaves,
        "weights": [(key, weight) for key, _, weight in graph.weights()],
        "init": dict(graph.init),
        "inputs": (root.input_names, root.inputs, graph.dtypes),
        "outputs": (root.output_names, [root.shape(ref) for ref in root.outputs], root.training),
        "dims": [(dim.symbol, dim.min) for dim in graph.dims if dim.symbol.name in str(leaves)],
        "checked": graph.checked,
    }


def check_same(
    spec: Spec, params: Mapping[str, object] | None = None, root: Path | None = None
) -> str:
    """Resolve a spec, and hold it against the original."""
    text = resolve(spec, params=params, root=root)
    try:
        after = netspec.check_spec(netspec.Text(text), root=root)
    except NetspecError as error:
        raise AssertionError(f"{text}\n{error}") from error
    before = netspec.check_spec(spec, params=params, root=root)
    assert facts(after.graph) == facts(before.graph), text
    assert resolve(netspec.Text(text), root=root) == text
    return text
