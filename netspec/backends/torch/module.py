"""The modules of a compiled network.

They look their children up when they run, so children can be replaced, sharded and hooked like
those of any other module. Their attributes begin with `_`, which no name of a spec does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import FunctionType
from typing import TypeVar

from torch import Tensor, nn

from netspec.backends.torch.calls import Result, TensorFunction
from netspec.backends.torch.execute import annotate, execute
from netspec.backends.torch.inputs import InputCheck
from netspec.backends.torch.plan import Plans
from netspec.graph.ir import Graph


@dataclass(frozen=True, slots=True)
class FeatureInfo:
    """An output: its `channels` (dimension 1), and for each spatial dimension the `stride`, the
    steps of the network's input between neighbors."""

    channels: int
    stride: tuple[int | Fraction, ...]


class Fixed:
    """A module whose numbers stay numbers when torch.compile makes sizes symbolic.

    From torch 2.8 on they do in every module. The attribute is what `torch._dynamo.mark_static`
    sets, whose import takes a second.
    """

    _dynamo_marked_static = True


class Block(Fixed, nn.Module):
    """A scope of a spec: calls its children as its plan says."""

    def __init__(self, title: str, plans: Plans) -> None:
        super().__init__()
        self._title = title
        self._plans = plans

    def forward(self, *values: object, plans: Plans | None = None) -> Result | None:
        """The output; of several a tuple, with None in evaluation for those of training alone.

        `values` are the input tensors, then the sizes that the plan wants. `plans` replaces the
        own, where the module is shared by a node whose inputs have other shapes.
        """
        results = execute(self, (plans or self._plans)[self.training], values)
        return results[0] if len(results) == 1 else tuple(results)

    def extra_repr(self) -> str:
        return self._title


class Chain(Fixed, nn.Sequential):
    """An nn.Sequential whose exceptions say where in the spec they come from."""

    _places: Mapping[str, str] = {}

    def forward(self, input: Tensor, *sizes: int, plans: Plans | None = None) -> Tensor:
        """The output. `plans`, which want the `sizes`, are for a node that shares the module."""
        if plans is not None:
            return execute(self, plans[self.training], (input, *sizes))[0]  # type: ignore[return-value]
        name = ""
        try:
            for name, module in self._modules.items():  # noqa: B007
                input = module(input)
        except Exception as error:
            annotate(error, name, self._places.get(name, ""))
            raise
        return input

    def _get_name(self) -> str:
        return "Sequential"


class Function(Fixed, nn.Module):
    """A function as a member of a Chain."""

    def __init__(self, title: str, function: TensorFunction) -> None:
        super().__init__()
        self._title = title
        self._function = function

    def forward(self, x: Tensor) -> Result:
        return self._function(x)

    def extra_repr(self) -> str:
        return self._title


class Container(nn.Module):
    """Holds modules that a spec places below a common name, `branches.0` and `branches.1`."""


class Network(Fixed, nn.Module):
    """A compiled network; `new_network` makes one.

    Its forward returns the tensor where one output is computed in the present mode, else a dict
    from names to tensors in the order of the spec. It raises ValueError where an input is not what
    the spec says.
    """

    _graph: Graph | None = None

    def __init__(
        self,
        name: str,
        plans: Plans,
        inputs: tuple[str, ...],
        outputs: tuple[str, ...],
        check: InputCheck,
    ) -> None:
        super().__init__()
        self._name = name
        self._inputs = inputs
        self._plans = plans
        self._check = check
        self._outputs = tuple(_present(outputs, plan.outputs) for plan in plans)
        self._feature_info: Mapping[str, FeatureInfo] = {}

    @property
    def feature_info(self) -> Mapping[str, FeatureInfo]:
        """For each output by name, its channels and by how much it is coarser than the image."""
        return self._feature_info

    def _compute(self, inputs: Sequence[Tensor]) -> Tensor | dict[str, Tensor]:
        self._check(inputs, is_training=self.training)
        results: list[Tensor] = execute(self, self._plans[self.training], inputs)  # type: ignore[assignment]
        outputs = self._outputs[self.training]
        if len(outputs) == 1:
            return results[outputs[0][0]]
        return {name: results[index] for index, name in outputs}

    def extra_repr(self) -> str:
        return self._name

    def _repr_html_(self) -> str | None:
        """What a notebook shows of the spec; a copy, which may have been changed, shows text."""
        from netspec.backends.notebook import notebook_html  # only notebooks need it

        return notebook_html(self._graph) if self._graph else None

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        state = {name: value for name, value in self.__dict__.items() if name != "_graph"}
        return _empty_network, (self._inputs, type(self).__base__), state


N = TypeVar("N", bound=Network)


def new_network(
    name: str,
    plans: Plans,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    check: InputCheck,
    kind: type[N],
) -> N:
    """A network of this kind with the forward that fits its inputs, which may be named."""
    return _network_class(inputs, kind)(name, plans, inputs, outputs, check)


def _network_class(inputs: tuple[str, ...], kind: type[N]) -> type[N]:
    """A class for one network, whose forward is a code object of its own.

    torch.compile keeps what it made with the code object and allows a few versions of each. With
    one forward for all, the ninth network of a program could not be compiled.
    """
    if len(inputs) == 1:
        template = _forward_one
        code = template.__code__.replace(co_name="forward", co_varnames=("_self", *inputs))
    else:
        template = _forward_several
        code = template.__code__.replace(co_name="forward")
    forward = FunctionType(code, globals(), "forward", template.__defaults__, template.__closure__)
    return type(kind.__name__, (kind,), {"forward": forward, "__module__": kind.__module__})


def _empty_network(inputs: tuple[str, ...], kind: type[N]) -> N:
    found = _network_class(inputs, kind)
    return found.__new__(found)


def _forward_one(self: Network, x: Tensor) -> Tensor | dict[str, Tensor]:
    return self._compute((x,))


def _forward_several(self: Network, *inputs: Tensor, **named: Tensor) -> Tensor | dict[str, Tensor]:
    count = len(self._inputs)
    # In a trace by torch.fx `inputs` is no tuple, but can be indexed all the same.
    if isinstance(inputs, tuple) and (named or len(inputs) != count):
        inputs = _in_order(self, inputs, named)
    return self._compute([inputs[index] for index in range(count)])


def _in_order(
    network: Network, inputs: tuple[Tensor, ...], named: Mapping[str, Tensor]
) -> tuple[Tensor, ...]:
    """All inputs, of which some are passed by name. Raises TypeError where one is left out."""
    names = network._inputs
    later = names[len(inputs) :]
    if len(inputs) > len(names) or named.keys() != set(later):
        wanted = ", ".join(f"`{name}`" for name in names)
        given = ", ".join([str(len(inputs)), *(f"`{name}`" for name in named)])
        raise TypeError(f"`{network._name}` reads {len(names)} inputs, {wanted}, not {given}")
    return inputs + tuple(named[name] for name in later)


def _present(names: tuple[str, ...], slots: tuple[int | None, ...]) -> tuple[tuple[int, str], ...]:
    pairs = enumerate(zip(names, slots, strict=True))
    return tuple((index, name) for index, (name, slot) in pairs if slot is not None)
