"""Fold channel affine maps, such as batch norm in evaluation, into the convolution beside them."""

from collections.abc import Iterator
from dataclasses import replace

from netspec.graph.ir import INPUT, Node, Ref, Scope
from netspec.ops.base import Inputs
from netspec.ops.taps import same_place
from netspec.passes.flat import Outcome, Readers, Skipped, leaf_of, rewritten
from netspec.passes.hosts import takes_after, takes_before, with_bias
from netspec.passes.recipe import Affine, Folded, Original, made, recipe_of


def fold_into_convolutions(scope: Scope) -> Outcome:
    """(W x + b) * factor + shift = (W * factor) x + (b * factor + shift), for each output channel.

    W (x * factor + shift) + b = (W * factor) x + (b + W shift) for each input channel, where
    nothing is padded. So for convolutions, grouped and transposed too, and linear maps. Jacob et
    al., https://arxiv.org/abs/1712.05877, section 3.2.
    """
    return _Folding(scope).outcome()


class _Folding:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._readers = Readers(scope)
        self._nodes = list(scope.nodes)

    def outcome(self) -> Outcome:
        done, skipped = [], []
        for index in list(self._maps()):
            node = self._nodes[index]
            after, before = self._why_not_after(index), self._why_not_before(index)
            if not after:
                host = self._nodes[node.inputs[0].node]
                self._nodes[index] = _folded(host, node, host.inputs, is_before=False)
                done.append(f"{node.name} into {host.name}")
            elif not before:
                (reader,) = self._readers.of(Ref(index))
                host = self._nodes[reader]
                self._nodes[reader] = _folded(host, node, node.inputs, is_before=True)
                done.append(f"{node.name} into {host.name}")
            else:
                skipped.append(Skipped(node.name, after))
        return Outcome(rewritten(self._scope, self._nodes), tuple(done), tuple(skipped))

    def _maps(self) -> Iterator[int]:
        """The channel affine maps of the scope."""
        for index, node in enumerate(self._scope.nodes):
            if "channel_affine" in leaf_of(node).op.traits:
                yield index

    def _why_not_after(self, index: int) -> str:
        """Why it cannot be folded into what it reads; empty where it can."""
        node = self._nodes[index]
        source = node.inputs[0]
        reason = self._why_not(index)
        if reason:
            return reason
        if source.node == INPUT:
            return "it reads an input of the network"
        host = self._nodes[source.node]
        if not takes_after(leaf_of(host)):
            return f"`{leaf_of(host).call.target}`, which it reads, has no weights that take it in"
        if self._readers.is_sharing(source.node):
            return f"`{host.name}`, which it reads, shares its weights"
        if not self._readers.once(source):
            return f"`{host.name}`, which it reads, has other readers"
        return ""

    def _why_not_before(self, index: int) -> str:
        """Why it cannot be folded into what reads it; empty where it can."""
        reason = self._why_not(index)
        if reason:
            return reason
        if not self._readers.once(Ref(index)):
            return "it has several readers"
        (reader,) = self._readers.of(Ref(index))
        if self._readers.is_sharing(reader) or not takes_before(leaf_of(self._nodes[reader])):
            return "what reads it does not take it in"
        return ""

    def _why_not(self, index: int) -> str:
        if self._readers.is_sharing(index):
            return "it shares its weights"
        if not is_fixed(self._nodes[index]):
            return "it takes statistics of the batch in evaluation too"
        return ""


def is_fixed(node: Node) -> bool:
    """Does a map read each element for itself? A batch norm without running statistics does not."""
    leaf = leaf_of(node)
    shape, output = leaf.inputs[0], node.outputs[0]
    return leaf.op.reads(Inputs(*leaf.inputs), node.outputs, 0) == same_place(shape, output)


def _folded(host: Node, affine: Node, reads: tuple[Ref, ...], is_before: bool) -> Node:
    """The node that computes both."""
    leaf = leaf_of(host)
    original = recipe_of(affine)
    assert isinstance(original, Original)
    channels = leaf_of(affine).inputs[0][1]
    assert isinstance(channels, int)
    recipe = Folded(recipe_of(host), leaf.call, Affine(original, channels), is_before)
    return replace(host, inputs=reads, body=made(leaf, with_bias(leaf.call), recipe))
