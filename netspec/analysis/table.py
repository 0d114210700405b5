"""The layer table: what a network is made of and what it costs, counted without building it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

from netspec.graph.ir import Graph, Leaf, Node, Scope, Share
from netspec.ops.base import Weight
from netspec.shape import Shape, nominal

_BYTES = {"float": 4, "int64": 8}


@dataclass(frozen=True, slots=True)
class Cost:
    """Elements of parameters and of buffers, bytes of both in single precision, and
    multiply-accumulates at the nominal sizes: of an evaluation, and those that training adds."""

    parameters: int = 0
    buffers: int = 0
    bytes: int = 0
    macs: int = 0
    training_macs: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.parameters + other.parameters,
            self.buffers + other.buffers,
            self.bytes + other.bytes,
            self.macs + other.macs,
            self.training_macs + other.training_macs,
        )

    def bytes_in(self, size: int) -> int:
        """Bytes of parameters and buffers where a float takes `size` bytes; counters take 8."""
        elements = self.parameters + self.buffers
        counters = (self.bytes - _BYTES["float"] * elements) // (_BYTES["int64"] - _BYTES["float"])
        return size * (elements - counters) + _BYTES["int64"] * counters


@dataclass(frozen=True, slots=True)
class Row:
    """One node. `path` is that of its module; `level` counts the scopes around it, 0 at the top.

    `checked` counts its declared shapes; a `training` node is computed in training mode only.
    """

    path: str
    name: str
    level: int
    what: str
    outputs: tuple[Shape, ...]
    checked: int
    training: bool
    cost: Cost


def rows(graph: Graph, depth: int = 1) -> list[Row]:
    """The nodes as written, those of scopes below their node, down to `depth` levels."""
    return list(_rows(graph.root, "", 0, depth, {}))


def total(graph: Graph) -> Cost:
    """The whole network: every tensor once, and the multiply-accumulates of one evaluation.

    What only training computes owns its parameters, and costs an evaluation nothing.
    """
    return _scope_cost(graph.root, {})


def _rows(
    scope: Scope, prefix: str, level: int, depth: int, memo: dict[int, Cost]
) -> Iterator[Row]:
    for index in scope.modules:
        node = scope.nodes[index]
        path = prefix + ".".join(node.at or (node.name,))
        yield Row(
            path,
            node.name,
            level,
            node.title,
            node.outputs,
            node.checked,
            node.training,
            node_cost(node, memo),
        )
        if isinstance(node.body, Scope) and level + 1 < depth:
            yield from _rows(node.body, path + ".", level + 1, depth, memo)


def node_cost(node: Node, memo: dict[int, Cost]) -> Cost:
    """What one node owns and costs; `memo` holds what is known of scopes, by their id."""
    body = node.body
    if isinstance(body, Share):
        shared = _body_cost(body.body, memo)
        return Cost(macs=shared.macs, training_macs=shared.training_macs)
    return _body_cost(body, memo)


def _body_cost(body: Leaf | Scope, memo: dict[int, Cost]) -> Cost:
    if isinstance(body, Scope):
        return _scope_cost(body, memo)
    cost = Cost(macs=nominal(body.macs))
    for weight in body.weights.values():
        cost += _weight_cost(weight)
    return cost


def _scope_cost(scope: Scope, memo: dict[int, Cost]) -> Cost:
    """Equal instances of a block are one object, and are counted once."""
    known = memo.get(id(scope))
    if known is not None:
        return known
    cost = Cost()
    for node in scope.nodes:
        own = node_cost(node, memo)
        cost += _in_training(own) if node.training else own
    memo[id(scope)] = cost
    return cost


def _in_training(cost: Cost) -> Cost:
    return replace(cost, macs=0, training_macs=cost.macs + cost.training_macs)


def _weight_cost(weight: Weight) -> Cost:
    elements = prod(weight.shape)
    size = elements * _BYTES[weight.dtype]
    if weight.kind == "parameter":
        return Cost(parameters=elements, bytes=size)
    return Cost(buffers=elements, bytes=size)
