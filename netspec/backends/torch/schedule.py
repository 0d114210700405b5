"""From the calls of a scope to its plan: slots and last uses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from torch import nn

from netspec.backends.torch.calls import Result, TensorFunction
from netspec.backends.torch.plan import Path, Plan, Step
from netspec.graph.ir import INPUT, Node, Ref, Scope
from netspec.graph.sizes import SizesAtHand, as_dim
from netspec.graph.wiring import reachable
from netspec.shape import Symbol

Value = Ref | Symbol
"""What a slot holds: a tensor of the scope, or a free size."""


@dataclass(frozen=True, slots=True)
class NodeCall:
    """How a node is computed.

    The module at `path`, or `function`, or `function` with that module, gets the values `reads`.
    `elements` picks the outputs of the node from the result; None: the result is the output.
    """

    index: int
    node: Node
    path: Path | None
    function: TensorFunction | None
    reads: tuple[Value, ...]
    elements: tuple[int, ...] | None
    is_parameter: bool = False

    @property
    def symbols(self) -> set[Symbol]:
        return {value for value in self.reads if isinstance(value, Symbol)}


def schedule(
    scope: Scope,
    calls: Sequence[NodeCall],
    sizes: SizesAtHand,
    symbols: tuple[Symbol, ...],
    *,
    is_training: bool,
) -> Plan:
    """The plan for one mode, with the nodes that its outputs need: not one that is there for its
    module alone, which another node shares."""
    outputs = [
        None if only_training and not is_training else ref
        for ref, only_training in zip(scope.outputs, scope.training, strict=True)
    ]
    live = reachable([_nodes(call.reads) for call in calls], _nodes(outputs))
    calls = [call for call in calls if call.index in live]
    inputs: list[Value] = [Ref(INPUT, position) for position in range(len(scope.inputs))]
    slots = _Slots([*inputs, *symbols], _last_uses(calls, outputs))
    read_sizes = sorted(
        set[Symbol]().union(*(call.symbols for call in calls)) - set(symbols), key=_name
    )
    fill_sizes = tuple((slots.take(each), sizes.express(as_dim(each))) for each in read_sizes)
    parameters = tuple(
        (slots.take(Ref(call.index)), call.path or ()) for call in calls if call.is_parameter
    )
    steps = tuple(_step(call, slots) for call in calls if not call.is_parameter)
    return Plan(
        inputs=len(scope.inputs) + len(symbols),
        rest=(None,) * (slots.count - len(scope.inputs) - len(symbols)),
        sizes=fill_sizes,
        parameters=parameters,
        steps=steps,
        outputs=tuple(None if ref is None else slots[ref] for ref in outputs),
    )


def _nodes(values: Iterable[Value | None]) -> list[int]:
    return [value.node for value in values if isinstance(value, Ref) and value.node != INPUT]


def _last_uses(calls: Sequence[NodeCall], outputs: Sequence[Ref | None]) -> dict[Value, int]:
    """The node that is the last to read each value; past all nodes for outputs of the scope."""
    last: dict[Value, int] = {value: call.index for call in calls for value in call.reads}
    end = 1 + max((call.index for call in calls), default=0)
    return last | {ref: end for ref in outputs if ref is not None}


class _Slots:
    """Hands out slots. A result takes the slot of a value that its own call is the last to read."""

    def __init__(self, filled: Sequence[Value], last: Mapping[Value, int]) -> None:
        self._slots = {value: slot for slot, value in enumerate(filled)}
        self._last = last
        self._free: list[int] = []
        self.count = len(filled)

    def __getitem__(self, value: Value) -> int:
        return self._slots[value]

    def is_read(self, value: Value) -> bool:
        return value in self._last

    def dying(self, call: NodeCall) -> list[int]:
        values = dict.fromkeys(call.reads)
        return [self._slots[value] for value in values if self._last[value] == call.index]

    def take(self, value: Value, preferred: list[int] | None = None) -> int:
        """A slot for a value, off the list of preferred ones where there is one."""
        pool = preferred or self._free
        slot = pool.pop() if pool else self.count
        self.count = max(self.count, slot + 1)
        self._slots[value] = slot
        return slot

    def release(self, slots: Sequence[int]) -> None:
        self._free.extend(slots)


def _step(call: NodeCall, slots: _Slots) -> Step:
    reads = tuple(slots[value] for value in call.reads)
    dying = slots.dying(call)
    write: int | tuple[tuple[int, int], ...]
    if call.elements is None:
        write = slots.take(Ref(call.index), dying)
    else:
        results = [(Ref(call.index, output), item) for output, item in enumerate(call.elements)]
        write = tuple((slots.take(ref, dying), item) for ref, item in results if slots.is_read(ref))
    slots.release(dying)
    child, function = _route(call)
    place = (".".join(call.node.at or (call.node.name,)), call.node.span.brief)
    return Step(child, function, reads[0] if len(reads) == 1 else reads, write, tuple(dying), place)


def _route(call: NodeCall) -> tuple[str, TensorFunction | None]:
    """The child through which a call goes, "" for none, and the function that makes it."""
    if call.path is None:
        return "", call.function
    child, *below = call.path
    if below:
        return child, partial(_call_below, tuple(below), call.function)
    return child, call.function


def _call_below(
    path: Path, function: TensorFunction | None, module: nn.Module, *values: object
) -> Result:
    """Calls a module that sits below `module`, which is a container."""
    for name in path:
        module = module._modules[name]  # type: ignore[assignment]
    call: TensorFunction = module
    return call(*values) if function is None else function(module, *values)


def bound(plan: Plan, module: nn.Module) -> Plan:
    """The plan with the modules in it in place of their names: it runs faster, and keeps to these
    modules."""
    steps = [step._replace(child="", function=_bound(step, module)) for step in plan.steps]
    return replace(plan, steps=tuple(steps))


def _bound(step: Step, module: nn.Module) -> TensorFunction | None:
    if not step.child:
        return step.function
    call: TensorFunction = module._modules[step.child]  # type: ignore[assignment]
    if isinstance(step.function, partial) and step.function.func is _call_below:
        path, function = step.function.args
        for name in path:
            call = call._modules[name]  # type: ignore[attr-defined]
        return call if function is None else partial(function, call)
    return call if step.function is None else partial(step.function, call)


def _name(symbol: Symbol) -> str:
    return symbol.name
