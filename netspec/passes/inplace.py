"""Write results over tensors that nobody needs any longer."""

from dataclasses import replace

from netspec.graph.inplace import is_inplace
from netspec.graph.ir import INPUT, Leaf, Node, Ref, Scope, Share
from netspec.ops.base import Inputs, OpError
from netspec.passes.flat import OUTPUT, Outcome, Readers, leaf_of, rewritten
from netspec.passes.lower import CONVOLUTION
from netspec.passes.recipe import made, recipe_of


def write_in_place(scope: Scope) -> Outcome:
    """Where a node is the last to read a tensor that is nobody else's memory: an op with the
    argument `inplace` works in place, and a convolution adds onto what it adds."""
    readers = Readers(scope)
    nodes, done = list(scope.nodes), []
    for index, node in enumerate(scope.nodes):
        written = _in_place(node) if not isinstance(node.body, Share) else None
        if written is None or readers.is_sharing(index):
            continue
        position, leaf = written
        if node.outputs[0] == leaf.inputs[position] and _is_free(
            scope, readers, node.inputs[position], index
        ):
            nodes[index] = replace(node, body=leaf)
            done.append(node.name)
    return Outcome(rewritten(scope, nodes), tuple(done))


def _in_place(node: Node) -> tuple[int, Leaf] | None:
    """Which input the node can write over, and its op if it does; None: it cannot."""
    leaf = leaf_of(node)
    call, op = leaf.call, leaf.op
    if call.target == CONVOLUTION and len(call.arguments) == 2:
        call = replace(call, keywords={**call.keywords, "inplace": True})
        return 1, made(leaf, call, recipe_of(node))
    if op.__dict__.get("inplace") is not False:
        return None
    changed = op.model_copy(update={"inplace": True})
    inputs = Inputs(*leaf.inputs)
    try:
        changed.infer(inputs)
    except OpError:
        return None
    return 0, replace(leaf, op=changed, call=changed.lower(inputs))


def _is_free(scope: Scope, readers: Readers, ref: Ref, index: int) -> bool:
    """May this node write over the tensor? Nobody reads it later, nobody sees its memory under
    another name, and it is no input, output or parameter of the network."""
    if ref.node == INPUT or len(scope.nodes[ref.node].outputs) > 1:
        return False
    producer, found = leaf_of(scope.nodes[ref.node]), readers.of(ref)
    others = [leaf_of(scope.nodes[reader]) for reader in found if reader not in (OUTPUT, index)]
    return (
        bool(producer.inputs)
        and not is_inplace(producer)
        and "view" not in producer.op.traits
        and OUTPUT not in found
        and max(found) == index
        and found.count(index) == 1
        and not any("view" in other.op.traits for other in others)
    )
