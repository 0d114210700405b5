"""Free sizes that are wanted at run time, and that no input tells."""

from netspec.diagnostics import Collector
from netspec.graph.ir import Leaf, Node, Scope, Share
from netspec.graph.sizes import SizesAtHand, as_dim, find_dims
from netspec.shape import Symbol

Wanted = dict[Symbol, Node]
"""A free size -> the first node that wants it."""


def report_unbound(root: Scope, collector: Collector) -> None:
    """Report each size that an op needs as a number when it runs and that is in no input."""
    for symbol, node in _wanted(root, {}).items():
        collector.error(
            "unbound-dim",
            f"`{node.name}` needs the size `{symbol.name}` when it runs, and no input tells it",
            node.span,
            help=f"write `{symbol.name}` as a size of an input, or a number in its place here",
        )


def _wanted(scope: Scope, known: dict[int, Wanted]) -> Wanted:
    """What neither the tensors of its ops nor the inputs of the scope tell."""
    if id(scope) in known:
        return known[id(scope)]
    found: Wanted = {}
    for node in scope.nodes:
        body = node.body.body if isinstance(node.body, Share) else node.body
        wanted = _of_leaf(body, node) if isinstance(body, Leaf) else _wanted(body, known)
        for symbol in wanted:
            found.setdefault(symbol, node)
    untold = SizesAtHand(scope.inputs).need(map(as_dim, found)) if found else ()
    known[id(scope)] = {symbol: found[symbol] for symbol in untold}
    return known[id(scope)]


def _of_leaf(leaf: Leaf, node: Node) -> Wanted:
    call = leaf.call
    dims = list(find_dims([call.arguments, call.keywords, call.forward]))
    return dict.fromkeys(SizesAtHand(leaf.inputs).need(dims), node) if dims else {}
