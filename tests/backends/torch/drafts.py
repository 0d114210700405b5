"""Graphs made by hand, for tests of the backend that need no spec."""

from collections.abc import Mapping

from netspec.diagnostics import Source, Span
from netspec.graph.ir import (
    INPUT,
    FreeDim,
    Graph,
    Initializer,
    Kind,
    Leaf,
    Node,
    Ref,
    Scope,
    Share,
)
from netspec.ops.base import AllInputs, Call, Input, Op
from netspec.shape import Shape, symbols

SOURCE = Source("specs/draft.yaml")


class Anything(Op):
    """Stands for the op of a leaf: the backend must not look at it."""


class Draft:
    """A scope under construction. Lines are numbered by the order of the nodes, from 10 on."""

    def __init__(self, kind: Kind, title: str = "", **inputs: Shape) -> None:
        self.kind = kind
        self.title = title
        self.inputs = inputs
        self.nodes: list[Node] = []

    def shape(self, ref: Ref) -> Shape:
        if ref.node == INPUT:
            return tuple(self.inputs.values())[ref.output]
        return self.nodes[ref.node].outputs[ref.output]

    def add(
        self,
        name: str,
        body: Call | Scope | Share,
        *reads: Ref,
        to: Shape | None = None,
        outputs: tuple[Shape, ...] = (),
        at: str = "",
        training: bool = False,
    ) -> Ref:
        """Adds a node that reads `reads`, by default the node before; `to` is its shape, by default
        that of the first tensor read."""
        index = len(self.nodes)
        if not reads and not (isinstance(body, Call) and not body.arguments):
            reads = (Ref(index - 1) if index else Ref(INPUT),)
        shapes = tuple(map(self.shape, reads))
        filled = Leaf(Anything(), shapes, {}, 0, body) if isinstance(body, Call) else body
        if isinstance(body, Scope) and not outputs:
            outputs = tuple(map(body.shape, body.outputs))
        span = Span(SOURCE, 10 + index, 3, 10 + index, 20)
        node = Node(
            name,
            tuple((at or name).split(".")),
            tuple(reads),
            outputs or (to or shapes[0],),
            filled,
            span,
            training=training,
        )
        self.nodes.append(node)
        return Ref(index)

    def share(self, name: str, target: Ref, *reads: Ref, to: Shape | None = None) -> Ref:
        body = self.nodes[target.node].body
        assert not isinstance(body, Share)
        shapes = tuple(map(self.shape, reads))
        if isinstance(body, Leaf):
            body = Leaf(body.op, shapes, {}, 0, body.call)
        return self.add(name, Share(target.node, body), *reads, to=to)

    def scope(self, *outputs: Ref, training: tuple[str, ...] = (), **named: Ref) -> Scope:
        """The finished scope; without outputs, that of its last node."""
        found = {f"output{i}": ref for i, ref in enumerate(outputs)} | named
        found = found or {"output": Ref(len(self.nodes) - 1)}
        return Scope(
            self.kind,
            self.title,
            tuple(self.inputs),
            tuple(self.inputs.values()),
            tuple(self.nodes),
            tuple(range(len(self.nodes))),
            tuple(found),
            tuple(found.values()),
            tuple(name in training for name in found),
            Span(SOURCE, 1, 1, 1, 8),
        )


def graph(root: Scope, init: Mapping[str, Initializer] = {}, **least: int) -> Graph:
    """The graph of a root; `least` gives the smallest valid sizes of free dims."""
    free = sorted(set().union(*map(symbols, root.inputs)), key=lambda symbol: symbol.name)
    least_sizes = ((symbol, least.get(symbol.name, 1)) for symbol in free)
    dims = tuple(FreeDim(symbol, size, size) for symbol, size in least_sizes)
    return Graph("draft", "", "", root, ("float32",) * len(root.inputs), dims, {}, init, 0)


def conv(inputs: int, outputs: int, kernel: int = 3, **keywords: object) -> Call:
    keywords = {"in_channels": inputs, "out_channels": outputs, "kernel_size": kernel} | keywords
    return Call("torch.nn.Conv2d", keywords)


def linear(inputs: int, outputs: int) -> Call:
    return Call("torch.nn.Linear", {"in_features": inputs, "out_features": outputs})


RELU = Call("torch.nn.ReLU")
ADD = Call("torch.add", arguments=(Input(0), Input(1)))
CONCAT = Call("torch.cat", {"dim": 1}, arguments=(AllInputs(),))
X = Ref(INPUT)
