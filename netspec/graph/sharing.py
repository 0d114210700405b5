"""When two uses of a node can be one module."""

from netspec.graph.ir import Leaf, Node, Scope, Share


def same_module(owner: Leaf | Scope | Share, use: Leaf | Scope) -> bool:
    """Do both have the same weights and calls, whatever the sizes that flow through?"""
    if isinstance(owner, Leaf) and isinstance(use, Leaf):
        return owner.weights == use.weights and owner.call == use.call
    if not isinstance(owner, Scope) or not isinstance(use, Scope):
        return isinstance(owner, Share) and same_module(owner.body, use)
    return len(owner.nodes) == len(use.nodes) and all(
        a.name == b.name and a.at == b.at and a.inputs == b.inputs and _same_body(a, b)
        for a, b in zip(owner.nodes, use.nodes, strict=True)
    )


def _same_body(a: Node, b: Node) -> bool:
    body = b.body.body if isinstance(b.body, Share) else b.body
    return same_module(a.body, body)
