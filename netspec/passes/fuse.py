"""Fuse what a CPU computes in one go: a convolution with what follows it."""

from collections.abc import Sequence
from dataclasses import replace

from netspec.graph.ir import INPUT, Node, Ref, Scope
from netspec.ops.base import Call, Input
from netspec.passes.activations import Activation, activation_of
from netspec.passes.flat import Outcome, Readers, leaf_of, rewritten
from netspec.passes.lower import CHANNEL_AFFINE, CONVOLUTION
from netspec.passes.recipe import made, recipe_of

SUMS = {"torch.add", "torch.Tensor.add_"}
RELU = Activation("relu")


def fuse_sums(scope: Scope) -> Outcome:
    """Let a convolution add another tensor to its result: conv(x) + y in one go."""
    readers = Readers(scope)
    nodes, done = list(scope.nodes), []
    for index, node in enumerate(nodes):
        leaf = leaf_of(node)
        if leaf.call.target not in SUMS or len(set(leaf.inputs)) > 1:
            continue
        hosts = [ref for ref in set(node.inputs) if _takes_addend(nodes, readers, ref)]
        if len(node.inputs) != 2 or not hosts:
            continue
        ref = max(hosts, key=lambda ref: ref.node)
        host, (other,) = nodes[ref.node], [each for each in node.inputs if each != ref]
        call = leaf_of(host).call
        added = made(
            replace(leaf_of(host), inputs=(*leaf_of(host).inputs, leaf.inputs[0])),
            replace(call, arguments=(Input(0), Input(1))),
            recipe_of(host),
        )
        nodes[index] = replace(host, inputs=(*host.inputs, other), body=added)
        done.append(f"{node.name} into {host.name}")
    return Outcome(rewritten(scope, nodes), tuple(done))


def _takes_addend(nodes: Sequence[Node], readers: Readers, ref: Ref) -> bool:
    if ref.node == INPUT or not readers.once(ref):
        return False
    call = leaf_of(nodes[ref.node]).call
    return call.target == CONVOLUTION and len(call.arguments) == 1


def fuse_activations(scope: Scope) -> Outcome:
    """Let a convolution, or what is left of a channel affine map, apply the activation that alone
    reads its result. After a sum that is ReLU only: all that oneDNN's kernels know."""
    readers = Readers(scope)
    nodes, done = list(scope.nodes), []
    for index, node in enumerate(nodes):
        activation = activation_of(leaf_of(node).call)
        if activation is None or node.inputs[0].node == INPUT or not readers.once(node.inputs[0]):
            continue
        if readers.is_sharing(index):
            continue  # the others apply the activation alone
        host = nodes[node.inputs[0].node]
        if not _takes_activation(leaf_of(host).call, activation):
            continue
        call = leaf_of(host).call
        call = replace(call, keywords={**call.keywords, "activation": activation})
        body = made(leaf_of(host), call, recipe_of(host))
        nodes[index] = replace(host, body=body)
        done.append(f"{node.name} into {host.name}")
    return Outcome(rewritten(scope, nodes), tuple(done))


def _takes_activation(call: Call, activation: Activation) -> bool:
    if "activation" in call.keywords:
        return False
    is_alone = call.target == CONVOLUTION and len(call.arguments) == 1
    return is_alone or (call.target in (CONVOLUTION, CHANNEL_AFFINE) and activation == RELU)
