"""The elaborated graph, frozen.

A `Scope` mirrors one module: the network, an instance of a block, a chain, a repeat or an inline
subgraph. It says nothing about where it stands, so that equal instances share one value; paths are
worked out by `walk`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from netspec.diagnostics import Diagnostic, Span
from netspec.expression import Value
from netspec.ops.base import Call, Op, Requirement, Weight
from netspec.shape import Shape, Size, Symbol

Kind = Literal["network", "block", "chain", "repeat", "subgraph"]

INPUT = -1


@dataclass(frozen=True, slots=True)
class Ref:
    """A tensor of a scope: output `output` of `scope.nodes[node]`; of INPUT, that input."""

    node: int
    output: int = 0


@dataclass(frozen=True, slots=True)
class Leaf:
    """An op applied: what it owns, what it costs, what torch is to do."""

    op: Op
    inputs: tuple[Shape, ...]
    weights: Mapping[str, Weight]
    macs: Size
    call: Call
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """Another use of the module of `scope.nodes[target]`: `body` is it with these inputs."""

    target: int
    body: "Leaf | Scope"


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a scope.

    `at` is where its module sits in the scope's module tree, by default `(name,)`. `title` says
    what it is in the field's shorthand, `residual ×4`. `checked` counts the shapes that the spec
    declares for it and in it. `training` nodes are needed by training-only outputs alone. `given`
    are the parameters that it gives to the block that it calls.
    """

    name: str
    at: tuple[str, ...]
    inputs: tuple[Ref, ...]
    outputs: tuple[Shape, ...]
    body: "Leaf | Scope | Share"
    span: Span
    title: str = ""
    checked: int = 0
    training: bool = False
    given: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Splice:
    """The members of a chain, from member `start` on, that the line at `span` splices into it:
    those of the chain `scope`."""

    start: int
    span: Span
    scope: "Scope"


@dataclass(frozen=True, slots=True)
class Initializer:
    """How a tensor is filled: one of torch.nn.init by name, with its arguments."""

    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InitRule:
    """Fills the tensors whose key, relative to the scope, fits the glob `match` and whose owner
    is an op named `op`; None fits all."""

    match: str | None
    op: str | None
    initializer: Initializer
    span: Span


@dataclass(frozen=True, slots=True)
class Scope:
    """Nodes in an order in which they can be executed.

    `outputs` may refer to an input (an empty chain). `modules` lists the indices of the nodes as
    they are written, which is the order of the modules and so of the `state_dict`.
    `training[i]` tells that output i is computed in training mode only. `init` holds the rules of
    the spec whose instance this is, `requirements` what it asks of the sizes passed to it, `params`
    the values of all parameters of a block, `splices` which members of a chain came from others.
    """

    kind: Kind
    title: str
    input_names: tuple[str, ...]
    inputs: tuple[Shape, ...]
    nodes: tuple[Node, ...]
    modules: tuple[int, ...]
    output_names: tuple[str, ...]
    outputs: tuple[Ref, ...]
    training: tuple[bool, ...]
    span: Span
    init: tuple[InitRule, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    params: Mapping[str, Value] = field(default_factory=dict)
    splices: tuple[Splice, ...] = ()

    def shape(self, ref: Ref) -> Shape:
        """Shape of a tensor of this scope."""
        if ref.node == INPUT:
            return self.inputs[ref.output]
        return self.nodes[ref.node].outputs[ref.output]


@dataclass(frozen=True, slots=True)
class FreeDim:
    """A free size: its symbol, the least size that is valid, that in training, which is no smaller
    and may be larger where heads are computed in training only, and the doc of the spec."""

    symbol: Symbol
    min: int
    min_in_training: int
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """A network that was checked: what every later stage starts from.

    `init` maps `state_dict` keys to the rule that fits; other tensors keep torch's own
    initialization. `notes` are the warnings of the check.
    """

    name: str
    doc: str
    source: str
    root: Scope
    dtypes: tuple[str, ...]
    dims: tuple[FreeDim, ...]
    params: Mapping[str, Value]
    init: Mapping[str, Initializer]
    checked: int
    notes: tuple[Diagnostic, ...] = ()

    def leaves(self) -> Iterator[tuple[str, Node, Leaf]]:
        """Every op that is executed, with its path, `layer2.0.conv2`; shared uses too."""
        for path, node in walk(self.root):
            body = node.body.body if isinstance(node.body, Share) else node.body
            if isinstance(body, Leaf):
                yield path, node, body

    def weights(self) -> Iterator[tuple[str, Leaf, Weight]]:
        """Every tensor of the `state_dict`: key, owner and tensor, each once, in torch's order.

        A bare parameter is a tensor without a name of its own: its key is the path of its node.
        """
        found = list(_weights(self.root, ""))
        order = _torch_order(_modules(self.root, ""), [key for key, _, _ in found])
        return iter(sorted(found, key=lambda entry: order[entry[0]]))


def walk(scope: Scope, prefix: str = "", *, apart: bool = False) -> Iterator[tuple[str, Node]]:
    """All nodes of a scope and of the scopes in it, outer before inner, in the order of execution.

    The path is that of the module, by `at`; a shared use has that of the module too, or where
    shared uses are told `apart`, that of its own name.
    """
    for node in scope.nodes:
        is_use = isinstance(node.body, Share)
        path = prefix + (node.name if is_use and apart else ".".join(node.at or (node.name,)))
        yield path, node
        body = node.body.body if isinstance(node.body, Share) else node.body
        if isinstance(body, Scope):
            yield from walk(body, path + ".", apart=apart)


def _modules(scope: Scope, prefix: str) -> Iterator[str]:
    """The paths of all modules as they are written, also of those without tensors."""
    for index in scope.modules:
        node = scope.nodes[index]
        path = prefix + ".".join(node.at)
        if isinstance(node.body, Scope):
            yield path
            yield from _modules(node.body, path + ".")
        elif isinstance(node.body, Leaf) and (node.body.call.is_module or node.body.weights):
            yield path


def _weights(scope: Scope, prefix: str) -> Iterator[tuple[str, Leaf, Weight]]:
    for index in scope.modules:
        node = scope.nodes[index]
        path = prefix + ".".join(node.at)
        if isinstance(node.body, Scope):
            yield from _weights(node.body, path + ".")
        elif isinstance(node.body, Leaf):
            for name, weight in node.body.weights.items():
                yield f"{path}.{name}" if name else path, node.body, weight


def _torch_order(
    modules: Iterable[str], keys: Iterable[str]
) -> dict[str, tuple[tuple[bool, int], ...]]:
    """By what to sort keys given in the written order: the tensors of a module itself come first,
    then those of child after child, in the order in which the children are first met."""
    met: dict[str, int] = {}
    for path in modules:
        for place in (*_parents(path), path):
            met.setdefault(place, len(met))
    order = {}
    for key in keys:
        children = tuple((True, met.setdefault(place, len(met))) for place in _parents(key))
        order[key] = (*children, (False, met.setdefault(key, len(met))))
    return order


def _parents(path: str) -> Iterator[str]:
    """`a`, `a.b` of `a.b.c`."""
    return (path[:index] for index, letter in enumerate(path) if letter == ".")
