"""Drop what does nothing in evaluation."""

from netspec.graph.ir import Ref, Scope
from netspec.passes.flat import Outcome, leaf_of, rewritten


def drop_identities(scope: Scope) -> Outcome:
    """Read what an identity reads in place of what it makes: dropout and `identity`."""
    dropped = {
        Ref(index): node.inputs[0]
        for index, node in enumerate(scope.nodes)
        if "eval_identity" in leaf_of(node).op.traits
    }
    names = tuple(scope.nodes[ref.node].name for ref in dropped)
    return Outcome(rewritten(scope, scope.nodes, dropped), names)
