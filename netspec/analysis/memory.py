"""How much memory the activations of one evaluation take.

Counted are the tensors that nodes hand on: they live from the call that computes them to the last
that reads them, as in the compiled module, in the same order. The inputs live throughout, as the
caller holds them. A view and what works in place write nothing new, but a reshape behind a permute
may have to be a copy; all other ops are taken to write their elements in order.

Not counted is what an op needs while it runs and then gives back: the indices of a max pool, the
workspace of a convolution, the inner products of attention and of a local response norm, the first
sum of three summands. Neither are weights, nor what an allocator keeps for later.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from netspec.analysis.views import Strides, in_order, view_strides
from netspec.graph.inplace import is_inplace
from netspec.graph.ir import INPUT, Leaf, Node, Ref, Scope, Share
from netspec.shape import Shape, nominal


@dataclass(frozen=True, slots=True)
class Activations:
    """Elements of tensors at the nominal sizes.

    `peak` is the greatest sum of those alive at once, first reached at the node `at`. `written` has
    for each node by its path what it and its parts write, `total` is that of the whole network;
    nodes for training alone are left out.
    """

    peak: int
    at: str
    written: Mapping[str, int]
    total: int


def activations(scope: Scope) -> Activations:
    """Evaluate a network on paper."""
    meter = _Meter()
    inputs = [meter.new(shape) for shape in scope.inputs]
    meter.total = 0
    _scope(scope, "", inputs, meter)
    return Activations(meter.peak, meter.at, meter.written, meter.total)


@dataclass(slots=True)
class _Memory:
    """Where a tensor's elements are. `holders` counts who may still read them."""

    elements: int
    holders: int = 1


@dataclass(frozen=True, slots=True)
class _Tensor:
    memory: _Memory
    strides: Strides

    def held(self, strides: Strides | None = None) -> "_Tensor":
        """The same memory, held once more."""
        self.memory.holders += 1
        return _Tensor(self.memory, self.strides if strides is None else strides)


@dataclass(slots=True)
class _Meter:
    """What is alive, and what was; `place` is the node that runs."""

    live: int = 0
    peak: int = 0
    at: str = ""
    total: int = 0
    place: str = ""
    written: Counter[str] = field(default_factory=Counter)

    def new(self, shape: Shape) -> _Tensor:
        """A tensor with memory of its own, held once."""
        sizes = tuple(map(nominal, shape))
        elements = prod(sizes)
        self.live += elements
        self.total += elements
        if self.live > self.peak:
            self.peak, self.at = self.live, self.place
        return _Tensor(_Memory(elements), in_order(sizes))

    def release(self, *tensors: _Tensor) -> None:
        """Let go of tensors; memory that nobody holds is free."""
        for tensor in tensors:
            tensor.memory.holders -= 1
            if not tensor.memory.holders:
                self.live -= tensor.memory.elements


def _scope(
    scope: Scope, prefix: str, inputs: Sequence[_Tensor], meter: _Meter
) -> list[_Tensor | None]:
    """The outputs, held for the caller; None where one is computed in training only."""
    order = [index for index, node in enumerate(scope.nodes) if not node.training]
    pairs = zip(scope.outputs, scope.training, strict=True)
    outputs = [None if training else ref for ref, training in pairs]
    last = {ref: index for index in order for ref in scope.nodes[index].inputs}
    last |= {ref: len(scope.nodes) for ref in outputs if ref}
    known = {Ref(INPUT, position): tensor for position, tensor in enumerate(inputs)}
    unread: list[_Tensor] = []
    for index in order:
        node = scope.nodes[index]
        results = _node(node, prefix, [known[ref] for ref in node.inputs], meter)
        meter.release(*unread)  # until now they were part of the previous call's result
        made = {Ref(index, output): tensor for output, tensor in enumerate(results) if tensor}
        unread = [tensor for ref, tensor in made.items() if ref not in last]
        known |= made
        read = dict.fromkeys(ref for ref in node.inputs if ref.node != INPUT)
        meter.release(*(known[ref] for ref in read if last[ref] == index))
    found = [known[ref].held() if ref else None for ref in outputs]
    own = {ref for ref in outputs if ref and ref.node != INPUT}
    meter.release(*unread, *(known[ref] for ref in own))
    return found


def _node(
    node: Node, prefix: str, reads: list[_Tensor], meter: _Meter
) -> "Sequence[_Tensor | None]":
    path = prefix + ".".join(node.at or (node.name,))
    body = node.body.body if isinstance(node.body, Share) else node.body
    before, meter.place = meter.total, path
    results: Sequence[_Tensor | None]
    if isinstance(body, Scope):
        results = _scope(body, path + ".", reads, meter)
    else:
        results = _leaf(body, node.outputs, reads, meter)
    meter.written[path] = meter.total - before
    return results


def _leaf(
    leaf: Leaf, outputs: tuple[Shape, ...], reads: list[_Tensor], meter: _Meter
) -> list[_Tensor]:
    if "" in leaf.weights:  # a bare parameter
        return [_Tensor(_Memory(0), in_order(tuple(map(nominal, outputs[0]))))]
    if reads and (is_inplace(leaf) or "eval_identity" in leaf.op.traits):
        return [reads[0].held() for _ in outputs]
    if not reads or "view" not in leaf.op.traits:
        return [meter.new(shape) for shape in outputs]
    strides = view_strides(leaf, outputs, reads[0].strides)
    return [meter.new(shape) if strides is None else reads[0].held(strides) for shape in outputs]
