"""From a scope to the plans of its module: how each node is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from netspec.backends.torch.calls import PARAMETER, Result, TensorFunction, bind
from netspec.backends.torch.plan import Plans
from netspec.backends.torch.schedule import NodeCall, schedule
from netspec.graph.ir import INPUT, Node, Ref, Scope, Share
from netspec.graph.sizes import SizesAtHand, as_dim
from netspec.shape import Symbol


@dataclass(frozen=True, slots=True)
class Planned:
    """The plans of a scope, the free sizes that its module wants after its tensors, and whether the
    module can be an nn.Sequential."""

    plans: Plans
    symbols: tuple[Symbol, ...]
    is_sequential: bool


class Planner:
    """Plans scopes; instances of a block that share a `Scope` share its plans."""

    def __init__(self) -> None:
        self._planned: dict[tuple[int, int], Planned] = {}

    def plan(self, scope: Scope, owner: Scope | None = None) -> Planned:
        """The plans of a scope, to be run on the module that is built from `owner`, by default
        from the scope itself. Both have the same nodes, perhaps with other numbers in them.

        Raises:
            LookupError, TypeError: a target of a call is not what it should be.
        """
        owner = owner or scope
        key = id(scope), id(owner)
        planned = self._planned.get(key)
        if planned is None:
            planned = self._planned[key] = self._plan(scope, owner)
        return planned

    def _plan(self, scope: Scope, owner: Scope) -> Planned:
        calls = [self._call(scope, owner, index) for index in range(len(scope.nodes))]
        needed = set[Symbol]().union(*(call.symbols for call in calls))
        sizes = SizesAtHand(scope.inputs)
        symbols = sizes.need(map(as_dim, needed))
        training = evaluation = schedule(scope, calls, sizes, symbols, is_training=True)
        if any(scope.training):
            evaluation = schedule(scope, calls, sizes, symbols, is_training=False)
        return Planned(Plans(evaluation, training), symbols, _is_sequential(scope, calls))

    def _call(self, scope: Scope, owner: Scope, index: int) -> NodeCall:
        node = scope.nodes[index]
        body = node.body.body if isinstance(node.body, Share) else node.body
        maker = owner.nodes[node.body.target if isinstance(node.body, Share) else index]
        if isinstance(body, Scope):
            return self._call_scope(index, node, body, maker)
        call = body.call
        if call.target == PARAMETER:
            return NodeCall(index, node, maker.at, None, (), None, is_parameter=True)
        bound = bind(call, [scope.shape(ref) for ref in node.inputs])
        reads = tuple(node.inputs[position] for position in bound.reads)
        path = maker.at if call.is_module else None
        elements = _elements(len(node.outputs)) if call.item is None else (call.item,)
        return NodeCall(index, node, path, bound.function, reads + bound.symbols, elements)

    def _call_scope(self, index: int, node: Node, body: Scope, maker: Node) -> NodeCall:
        own = maker.body
        assert isinstance(own, Scope), f"{node.name} shares {maker.name}, which is no scope"
        planned = self.plan(body, own)
        # A scope other than that of the module may have other numbers in it, at any depth.
        function = None if body is own else partial(_call_planned, planned.plans)
        reads = node.inputs + planned.symbols
        return NodeCall(index, node, maker.at, function, reads, _elements(len(body.outputs)))


def _elements(outputs: int) -> tuple[int, ...] | None:
    return tuple(range(outputs)) if outputs > 1 else None


def _call_planned(plans: Plans, module: TensorFunction, *values: object) -> Result:
    return module(*values, plans=plans)


def _is_sequential(scope: Scope, calls: Sequence[NodeCall]) -> bool:
    """Whether a chain or repeat is a line of modules and functions, from tensor to tensor."""
    line = [Ref(INPUT), *(Ref(call.index) for call in calls)]
    return (
        scope.kind in ("chain", "repeat")
        and len(scope.inputs) == 1
        and scope.outputs == (line[-1],)
        and scope.modules == tuple(range(len(calls)))
        and all(map(_is_link, calls, line))
    )


def _is_link(call: NodeCall, previous: Ref) -> bool:
    return (
        call.reads == (previous,)
        and call.elements is None
        and (call.path is None or call.function is None)
        and len(call.node.at) == 1
        and not call.node.training
        and not isinstance(call.node.body, Share)
    )
