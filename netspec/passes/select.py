"""Other outputs than the spec's: features from the middle of a network."""

from dataclasses import replace

from netspec.diagnostics import Collector, Diagnostic, NetspecError, Source, Span, nearest
from netspec.graph.inplace import check_inplace
from netspec.graph.ir import INPUT, Graph, Node, Ref, Scope, Share
from netspec.graph.wiring import reachable


def select_outputs(graph: Graph, names: tuple[str, ...]) -> Graph:
    """The part of a network that the named nodes need, with these as its outputs, in this order.

    `names` are nodes of the network, or outputs of one, `split.1`. What remains keeps its keys and
    rules of initialization. Raises NetspecError for a name that the network does not have.
    """
    root = graph.root
    if not names or len(set(names)) < len(names):
        raise ValueError(f"`outputs` must name nodes, each once, not {list(names)}")
    refs = tuple(_find(root, name) for name in names)
    edges = [_needs(node) for node in root.nodes]
    kept = sorted(reachable(edges, (ref.node for ref in refs if ref.node != INPUT)))
    position = {old: new for new, old in enumerate(kept)}
    selected = replace(
        root,
        nodes=tuple(_moved(root.nodes[index], position) for index in kept),
        modules=tuple(position[index] for index in root.modules if index in position),
        output_names=names,
        outputs=tuple(_ref(ref, position) for ref in refs),
        training=(False,) * len(names),
    )
    collector = Collector()
    check_inplace(selected, collector)  # what nobody else read may be an output now
    if collector.errors:
        raise NetspecError(collector)
    found = replace(graph, root=selected, init={})
    keys = {key for key, _, _ in found.weights()}
    return replace(found, init={key: rule for key, rule in graph.init.items() if key in keys})


def _find(root: Scope, name: str) -> Ref:
    for index, node in enumerate(root.nodes):
        if name in _names(node):
            return Ref(index, _names(node).index(name))
    names = [known for node in root.nodes for known in _names(node) if known]
    close = nearest(name, names)
    raise NetspecError(
        [
            Diagnostic(
                "unknown-output",
                f"the network has no node `{name[:80]}` with one output",
                Span(Source("outputs")),
                f"did you mean `{close}`?" if close else f"there are {', '.join(names)[:200]}",
            )
        ]
    )


def _names(node: Node) -> list[str]:
    """What its outputs are called; empty for one that is computed in training only."""
    if len(node.outputs) == 1:
        return [node.name]
    body = node.body.body if isinstance(node.body, Share) else node.body
    training = body.training if isinstance(body, Scope) else (False,) * len(node.outputs)
    return ["" if flag else f"{node.name}.{output}" for output, flag in enumerate(training)]


def _needs(node: Node) -> list[int]:
    read = [ref.node for ref in node.inputs if ref.node != INPUT]
    return [*read, node.body.target] if isinstance(node.body, Share) else read


def _moved(node: Node, position: dict[int, int]) -> Node:
    inputs = tuple(_ref(ref, position) for ref in node.inputs)
    body = node.body
    if isinstance(body, Share):
        body = replace(body, target=position[body.target])
    return replace(node, inputs=inputs, body=body, training=False)


def _ref(ref: Ref, position: dict[int, int]) -> Ref:
    return ref if ref.node == INPUT else Ref(position[ref.node], ref.output)
