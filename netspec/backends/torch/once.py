"""One call made once, at numbers, with nothing planned: for trials of single ops."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, nn

from netspec.backends.torch import calls
from netspec.ops.base import AllInputs, Call, Input, Weight
from netspec.shape import Dim, at, format_shape

Sizes = Mapping[str, int]
"""Name of a free dim -> its size; a dim that is not named has its nominal size."""

NOMINAL: Sizes = {}

State = dict[str, tuple[tuple[int, ...], torch.dtype]]
"""Name -> shape and type of the tensors of a `state_dict`, in its order."""


def values_at(value: object, sizes: Sizes) -> object:
    """An argument of an op or of a call with every `Dim` in it replaced by its number."""
    if isinstance(value, Dim):
        return at(value, sizes)
    if isinstance(value, tuple | list):
        return type(value)(values_at(item, sizes) for item in value)
    if isinstance(value, Mapping):
        return {key: values_at(item, sizes) for key, item in value.items()}
    return value


def construct(call: Call, sizes: Sizes = NOMINAL) -> nn.Module | None:
    """The module of a call, in training mode; None where it calls a function.

    Raises LookupError, TypeError, and what the constructor raises.
    """
    if not call.is_module:
        return None
    keywords = cast(Mapping[str, object], values_at(call.keywords, sizes))
    return calls.construct(replace(call, keywords=keywords))


def run(
    call: Call, module: nn.Module | None, tensors: Sequence[Tensor], sizes: Sizes = NOMINAL
) -> tuple[Tensor, ...]:
    """Calls the module (or the function) once, as a compiled network would.

    The tensors may be overwritten by an op in place: pass clones.
    """
    arguments = [_argument(values_at(each, sizes), tensors) for each in call.arguments]
    written = call.keywords if module is None else call.forward
    given = cast(Mapping[str, object], values_at(written, sizes))
    keywords = {key: _argument(value, tensors) for key, value in given.items()}
    if call.target == calls.PARAMETER:
        return (nn.Parameter(torch.zeros(cast(tuple[int, ...], keywords["shape"]))),)
    function = calls.resolve(call.target) if module is None else module
    if not callable(function):
        raise TypeError(f"`{call.target}` is no function")
    result = function(*arguments, **keywords)
    if call.item is not None:
        result = result[call.item]
    return (result,) if isinstance(result, Tensor) else tuple(result)


def _argument(value: object, tensors: Sequence[Tensor]) -> object:
    if isinstance(value, Input):
        return tensors[value.index]
    if isinstance(value, AllInputs):
        return list(tensors)
    if isinstance(value, tuple):
        return tuple(_argument(item, tensors) for item in value)
    return value


def execute(
    call: Call, tensors: Sequence[Tensor], *, training: bool = False, sizes: Sizes = NOMINAL
) -> tuple[Tensor, ...]:
    """Constructs and calls once."""
    module = construct(call, sizes)
    if module is not None:
        module.train(training)
    return run(call, module, tensors, sizes)


def state_of(call: Call, module: nn.Module | None, results: Sequence[Tensor]) -> State:
    """What the module, or the bare parameter, holds."""
    if call.target == calls.PARAMETER:
        return {"": (tuple(results[0].shape), results[0].dtype)}
    state = {} if module is None else module.state_dict()
    return {key: (tuple(value.shape), value.dtype) for key, value in state.items()}


def state_said(weights: Mapping[str, Weight]) -> State:
    """What a module with these weights holds, when it is new."""
    dtypes = {"float": torch.get_default_dtype(), "int64": torch.int64}
    return {name: (each.shape, dtypes[each.dtype]) for name, each in weights.items()}


def show_state(state: State) -> str:
    """`weight [8, 3], steps [] int64`"""
    return ", ".join(_show(name, *each) for name, each in state.items()) or "none"


def _show(name: str, shape: tuple[int, ...], dtype: torch.dtype) -> str:
    kind = "" if dtype == torch.get_default_dtype() else f" {str(dtype).removeprefix('torch.')}"
    return f"{name} {format_shape(shape)}{kind}"
