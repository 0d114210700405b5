"""A network without its blocks: every op of evaluation in one scope."""

from collections.abc import Sequence
from dataclasses import replace

from netspec.graph.ir import INPUT, Graph, Leaf, Node, Ref, Scope, Share
from netspec.graph.wiring import reachable

Refs = tuple[Ref, ...]


def flatten(graph: Graph) -> Graph:
    """The same computation in evaluation. Each node is named by its path, `layer2.0.conv2`, and its
    module stays where it was; what only training needs is gone."""
    root = graph.root
    flattener = _Flattener()
    outputs = flattener.inline(root, "", (), tuple(Ref(INPUT, i) for i in range(len(root.inputs))))
    wanted = [i for i, only_training in enumerate(root.training) if not only_training]
    scope = replace(
        root,
        nodes=tuple(flattener.nodes),
        modules=tuple(range(len(flattener.nodes))),
        output_names=tuple(root.output_names[i] for i in wanted),
        outputs=tuple(outputs[i] for i in wanted),
        training=(False,) * len(wanted),
    )
    return replace(graph, root=pruned(scope), init={})


class _Flattener:
    """Appends the leaves of scopes to one list; `owners` tells whose module sits at a place."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.owners: dict[tuple[str, ...], int] = {}

    def inline(self, scope: Scope, path: str, at: tuple[str, ...], inputs: Refs) -> Refs:
        """The outputs of a scope whose modules sit at `at` and which reads `inputs`."""
        made: list[Refs] = []
        for node in scope.nodes:
            reads = _rewired(node.inputs, inputs, made)
            owner, body = node, node.body
            if isinstance(body, Share):
                owner, body = scope.nodes[body.target], body.body
            name, place = path + ".".join(node.at or (node.name,)), (*at, *owner.at)
            if isinstance(body, Scope):
                made.append(self.inline(body, name + ".", place, reads))
            else:
                made.append(self._leaf(replace(node, name=name, at=place, inputs=reads), body))
        return _rewired(scope.outputs, inputs, made)

    def _leaf(self, node: Node, leaf: Leaf) -> Refs:
        index = len(self.nodes)
        owner = self.owners.setdefault(node.at, index)
        has_module = leaf.call.is_module or bool(leaf.weights)
        body = Share(owner, leaf) if owner != index and has_module else leaf
        self.nodes.append(replace(node, body=body, training=False))
        return tuple(Ref(index, output) for output in range(len(node.outputs)))


def _rewired(refs: Refs, inputs: Refs, made: Sequence[Refs]) -> Refs:
    """What these tensors of a scope are in the flat one."""
    found = (inputs if ref.node == INPUT else made[ref.node] for ref in refs)
    return tuple(tensors[ref.output] for tensors, ref in zip(found, refs, strict=True))


def pruned(scope: Scope) -> Scope:
    """A flat scope without the nodes that no output needs. Where one of them owns a module that
    another shares, the first to share it owns it then."""
    edges = [[ref.node for ref in node.inputs if ref.node != INPUT] for node in scope.nodes]
    live = reachable(edges, (ref.node for ref in scope.outputs if ref.node != INPUT))
    kept = sorted(live)
    position = {old: new for new, old in enumerate(kept)}
    owners: dict[int, int] = {}
    nodes = []
    for old in kept:
        node, body = scope.nodes[old], scope.nodes[old].body
        if isinstance(body, Share):
            target = position.get(body.target, owners.setdefault(body.target, position[old]))
            body = body.body if target == position[old] else Share(target, body.body)
        nodes.append(replace(node, body=body, inputs=moved(node.inputs, position)))
    return replace(
        scope,
        nodes=tuple(nodes),
        modules=tuple(range(len(nodes))),
        outputs=moved(scope.outputs, position),
    )


def moved(refs: Refs, position: dict[int, int]) -> Refs:
    """The same tensors after the nodes have moved."""
    return tuple(ref if ref.node == INPUT else Ref(position[ref.node], ref.output) for ref in refs)
