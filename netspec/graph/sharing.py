"""When two uses of a node can be one module."""

from netspec.graph.ir import Leaf, Node, Scope, Share


def same_module(owner: Leaf | Scope | Share, use: Leaf | Scope) -> bool:
    """Do both have the same weights and modules, whatever the sizes that flow through?

    A function is called with sizes of its own at each use.
    """
    if isinstance(owner, Leaf) and isinstance(use, Leaf):
        same_call = owner.call == use.call or not owner.call.is_module
        return type(owner.op) is type(use.op) and owner.weights == use.weights and same_call
    if not isinstance(owner, Scope) or not isinstance(use, Scope):
        return isinstance(owner, Share) and same_module(owner.body, use)
    return len(owner.nodes) == len(use.nodes) and all(
        a.name == b.name and a.at == b.at and a.inputs == b.inputs and _same_body(a, b)
        for a, b in zip(owner.nodes, use.nodes, strict=True)
    )


def _same_body(a: Node, b: Node) -> bool:
    body = b.body.body if isinstance(b.body, Share) else b.body
    return same_module(a.body, body)
