"""Runs a plan on a module."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn

from netspec.backends.torch.calls import TensorFunction
from netspec.backends.torch.plan import Path, Plan


def execute(module: nn.Module, plan: Plan, inputs: Sequence[object]) -> list[Tensor | None]:
    """The outputs of a plan, None where one is not computed in its mode.

    A tensor is let go at its last use. An exception gets a note that says where it comes from.
    """
    children: Mapping[str, TensorFunction] = module._modules  # type: ignore[assignment]
    values: list[Any] = [*inputs, *plan.rest]  # tensors, sizes, and None in empty slots
    for slot, size in plan.sizes:
        values[slot] = size.value(values)
    for slot, path in plan.parameters:
        values[slot] = _parameter(module, path)
    place = ("", "")
    try:
        for child, function, reads, write, empties, place in plan.steps:  # noqa: B007
            if function is None:
                call = children[child]
            elif child:
                call = partial(function, children[child])
            else:
                call = function
            if isinstance(reads, int):
                result = call(values[reads])
            else:
                result = call(*[values[slot] for slot in reads])
            if isinstance(write, int):
                values[write] = result
            else:
                for slot, element in write:
                    values[slot] = result[element]
            for slot in empties:
                values[slot] = None
    except Exception as error:
        annotate(error, *place)
        raise
    return [None if slot is None else values[slot] for slot in plan.outputs]


def _parameter(module: nn.Module, path: Path) -> nn.Parameter | None:
    for name in path[:-1]:
        module = module._modules[name]  # type: ignore[assignment]
    return module._parameters[path[-1]]


class _Note(str):
    """A note of ours, which the modules further out complete with their names."""

    __slots__ = ()


def annotate(error: BaseException, name: str, place: str) -> None:
    """Adds the note `in layer2.0.conv2, specs/x.yaml:12`: the whole path, the innermost place."""
    notes: list[str] = getattr(error, "__notes__", [])
    if notes and isinstance(notes[-1], _Note):
        notes[-1] = _Note(f"in {name}.{notes[-1].removeprefix('in ')}")
    else:
        error.add_note(_Note(f"in {name}, {place}" if place else f"in {name}"))
