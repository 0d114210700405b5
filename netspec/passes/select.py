"""Other outputs than the spec's: features from the middle of a network."""

from collections.abc import Sequence
from dataclasses import replace

from netspec.diagnostics import Collector, NetspecError
from netspec.graph.inplace import check_inplace
from netspec.graph.ir import INPUT, Graph, Node, Ref, Scope, Share
from netspec.graph.wiring import reachable
from netspec.passes.trail import Trail, find, unknown


def select_outputs(graph: Graph, names: tuple[str, ...]) -> Graph:
    """The part of a network that the named nodes need, with these as its outputs, in this order.

    `names` are nodes of the network, outputs of one, `split.1`, or nodes inside of another,
    `features.6`. What remains keeps its keys and rules of initialization. Raises NetspecError for a
    name that the network does not have.
    """
    root = graph.root
    if not names or len(set(names)) < len(names):
        raise ValueError(f"`outputs` must name nodes, each once, not {list(names)}")
    trails = [find(root, name) for name in names]
    strange = [unknown(root, name) for name, trail in zip(names, trails, strict=True) if not trail]
    if strange:
        raise NetspecError(strange)
    count = len(root.outputs)
    selected = _part(_opened(root, trails), range(count, count + len(names)))
    selected = replace(selected, output_names=names)
    collector = Collector()
    check_inplace(selected, collector)  # what nobody else read may be an output now
    if collector.errors:
        raise NetspecError(collector)
    found = replace(graph, root=selected, init={})
    keys = {key for key, _, _ in found.weights()}
    return replace(found, init={key: rule for key, rule in graph.init.items() if key in keys})


def _opened(scope: Scope, trails: Sequence[Trail]) -> Scope:
    """The scope with the tensor at the end of each trail as one output more."""
    nodes = list(scope.nodes)
    refs: list[Ref] = []
    for trail in trails:
        first, *rest = trail
        if rest:  # the scopes on the way hand the tensor on
            node = nodes[first.node]
            assert isinstance(node.body, Scope)
            first = Ref(first.node, len(node.outputs))
            nodes[first.node] = _with_body(node, _opened(node.body, [tuple(rest)]))
        refs.append(first)
    return replace(
        scope,
        nodes=tuple(nodes),
        outputs=(*scope.outputs, *refs),
        output_names=(*scope.output_names, *(_name(nodes[ref.node], ref) for ref in refs)),
        training=(*scope.training, *(False for _ in refs)),
    )


def _name(node: Node, ref: Ref) -> str:
    inner = node.body.output_names[ref.output] if isinstance(node.body, Scope) else str(ref.output)
    return node.name if len(node.outputs) == 1 else f"{node.name}.{inner}"


def _part(scope: Scope, wanted: Sequence[int]) -> Scope:
    """What the wanted outputs of a scope need, with these as its outputs."""
    outputs = [scope.outputs[index] for index in wanted]
    flags = tuple(scope.training[index] for index in wanted)
    edges = [_needs(node) for node in scope.nodes]
    kept = sorted(reachable(edges, _nodes(outputs)))
    evaluated = reachable(
        edges, _nodes([ref for ref, flag in zip(outputs, flags, strict=True) if not flag])
    )
    read = {*outputs, *(ref for index in kept for ref in scope.nodes[index].inputs)}
    shared = {body.target for node in scope.nodes if isinstance(body := node.body, Share)}
    position = {INPUT: INPUT} | {old: new for new, old in enumerate(kept)}
    moved = {ref: Ref(position[ref.node], ref.output) for ref in read}
    nodes: list[Node] = []
    for index in kept:
        node = scope.nodes[index]
        still = [output for output in range(len(node.outputs)) if Ref(index, output) in read]
        if isinstance(node.body, Scope) and index not in shared and len(still) < len(node.outputs):
            node = _with_body(node, _part(node.body, still))
            moved |= {Ref(index, old): Ref(position[index], new) for new, old in enumerate(still)}
        nodes.append(replace(node, training=node.training and index not in evaluated))
    return replace(
        scope,
        nodes=tuple(_moved(node, moved, position) for node in nodes),
        modules=tuple(position[index] for index in scope.modules if index in position),
        output_names=tuple(scope.output_names[index] for index in wanted),
        outputs=tuple(moved[ref] for ref in outputs),
        training=flags,
    )


def _with_body(node: Node, body: Scope) -> Node:
    return replace(node, body=body, outputs=tuple(map(body.shape, body.outputs)))


def _nodes(refs: Sequence[Ref]) -> list[int]:
    return [ref.node for ref in refs if ref.node != INPUT]


def _needs(node: Node) -> list[int]:
    read = _nodes(node.inputs)
    return [*read, node.body.target] if isinstance(node.body, Share) else read


def _moved(node: Node, moved: dict[Ref, Ref], position: dict[int, int]) -> Node:
    body = node.body
    if isinstance(body, Share):
        body = replace(body, target=position[body.target])
    return replace(node, inputs=tuple(moved[ref] for ref in node.inputs), body=body)
