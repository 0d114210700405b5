"""From a `Call`, which is data, to the torch module or function that it names."""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import cast

from torch import Tensor, nn

import netspec.backends.torch.layers  # noqa: F401  (what `resolve` finds is what was imported)
from netspec.graph.sizes import RunTimeSize, SizesAtHand, find_dims
from netspec.ops.base import AllInputs, Call, Input, Op
from netspec.shape import Dim, Shape, Symbol

Result = Tensor | tuple[Tensor | None, ...]
TensorFunction = Callable[..., Result]

PARAMETER = "torch.nn.Parameter"


def resolve(target: str) -> object:
    """The object of a dotted name, `torch.nn.Conv2d`, in a module that the program has imported.

    Targets are written in the code of ops; no text of a spec comes here. Nothing is imported.

    Raises:
        LookupError: there is no such object.
    """
    parts = target.split(".")
    for end in range(len(parts) - 1, 0, -1):
        found: object = sys.modules.get(".".join(parts[:end]))
        if found is not None:
            break
    else:
        raise LookupError(f"`{target}`: no module `{parts[0]}` was imported")
    for name in parts[end:]:
        if not hasattr(found, name):
            raise LookupError(f"`{target}`: no `{name}` in {found}")
        found = getattr(found, name)
    return found


def import_target(op: Op, call: Call) -> None:
    """Import the module of a custom op's target, if it is in the package of the op's own class.

    So the file of an op need not import torch for `netspec check`. This runs nothing that the text
    of a spec could choose: the program imported the package, whose code wrote the target.

    Raises what that module raises.
    """
    package, _, rest = call.target.partition(".")
    if not rest or package != type(op).__module__.partition(".")[0]:
        return
    parts = call.target.split(".")
    for end in range(2, len(parts)):
        name = ".".join(parts[:end])
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            return  # the rest is a class, and perhaps a method of it


def signature(call: Call) -> Mapping[str, inspect.Parameter]:
    """The parameters of a module's constructor; none for a function. Raises LookupError."""
    target = resolve(call.target) if call.is_module else None
    return inspect.signature(target).parameters if callable(target) else {}


def construct(call: Call, *, is_blank: bool = False) -> nn.Module:
    """A new module; if `is_blank`, one of torch.nn leaves its parameters as they are allocated.

    Raises:
        LookupError: there is no such class.
        TypeError: it is no class of modules, or a keyword depends on a free dim.
    """
    target = resolve(call.target)
    if not (isinstance(target, type) and issubclass(target, nn.Module)):
        raise TypeError(f"`{call.target}` is no subclass of torch.nn.Module")
    for dim in find_dims(call.keywords):
        raise TypeError(f"`{call.target}` cannot be constructed with the free size {dim}")
    module = target.__new__(target)
    if is_blank and call.target.startswith("torch.nn."):
        module.__dict__["reset_parameters"] = _leave_parameters  # in place of the method
    target.__init__(module, **call.keywords)
    module.__dict__.pop("reset_parameters", None)
    return module


def _leave_parameters() -> None:
    """What a constructor of torch.nn calls in place of its `reset_parameters`."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method by its name, so that it serves tensors and what stands for them in a trace."""

    name: str

    def __call__(self, tensor: Tensor, *arguments: object, **keywords: object) -> Result:
        call: TensorFunction = getattr(tensor, self.name)
        return call(*arguments, **keywords)


@dataclass(frozen=True, slots=True)
class OnList:
    """A function that takes its tensors as one list."""

    function: TensorFunction
    keywords: Mapping[str, object]

    def __call__(self, *tensors: Tensor) -> Result:
        return self.function(list(tensors), **self.keywords)


@dataclass(frozen=True, slots=True)
class Filled:
    """A function whose arguments are filled in from the values; None: the first value, a module."""

    function: TensorFunction | None
    tensors: int
    arguments: tuple[object, ...]
    keywords: Mapping[str, object]

    def __call__(self, *values: object) -> Result:
        function = self.function
        if function is None:
            function, values = cast(TensorFunction, values[0]), values[1:]
        arguments = [self._fill(argument, values) for argument in self.arguments]
        keywords = {key: self._fill(value, values) for key, value in self.keywords.items()}
        return function(*arguments, **keywords)

    def _fill(self, argument: object, values: Sequence[object]) -> object:
        if isinstance(argument, Input):
            return values[argument.index]
        if isinstance(argument, RunTimeSize):
            return argument.value(values)
        if isinstance(argument, AllInputs):
            return list(values[: self.tensors])
        if isinstance(argument, tuple):
            return tuple([self._fill(item, values) for item in argument])
        return argument


@dataclass(frozen=True, slots=True)
class Bound:
    """How a call is made: `function` gets the inputs `reads` and then the sizes of `symbols`.

    Where the call is that of a module, `function` gets the module first, or is None where the
    module itself is called with these values.
    """

    function: TensorFunction | None
    reads: tuple[int, ...]
    symbols: tuple[Symbol, ...] = ()


def bind(call: Call, shapes: Sequence[Shape]) -> Bound:
    """How to make this call on inputs of these shapes.

    Raises:
        LookupError, TypeError: the target is no function.
    """
    function = None if call.is_module else _function(call.target)
    keywords = dict(call.forward if call.is_module else call.keywords)
    everything = tuple(range(len(shapes)))
    if _is_constant(tuple(keywords.values())):
        reads = tuple(each.index for each in call.arguments if isinstance(each, Input))
        if len(reads) == len(call.arguments) and not keywords:
            return Bound(function, reads)
        if len(reads) == len(call.arguments) and function:
            return Bound(partial(function, **keywords), reads)
        if call.arguments == (AllInputs(),) and function:
            return Bound(OnList(function, keywords), everything)
    return _bind_filled(function, call.arguments, keywords, shapes)


def _bind_filled(
    function: TensorFunction | None,
    arguments: tuple[object, ...],
    keywords: Mapping[str, object],
    shapes: Sequence[Shape],
) -> Bound:
    sizes = SizesAtHand(shapes)
    dims = find_dims((arguments, keywords))
    symbols = sizes.need(dims)

    def lower(value: object) -> object:
        if isinstance(value, Dim):
            return sizes.express(value)
        return tuple(map(lower, value)) if isinstance(value, tuple | list) else value

    lowered = {key: lower(value) for key, value in keywords.items()}
    filled = Filled(function, len(shapes), tuple(map(lower, arguments)), lowered)
    return Bound(filled, tuple(range(len(shapes))), symbols)


def _function(target: str) -> TensorFunction:
    parent, _, name = target.rpartition(".")
    found = resolve(target)
    if not callable(found):
        raise TypeError(f"`{target}` is no function")
    return Method(name) if parent == "torch.Tensor" else cast(TensorFunction, found)


def _is_constant(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_constant, value))
    return not isinstance(value, Input | AllInputs | Dim)
