"""Cases of the conformance test, and torch itself as their judge.

A file `cases/<anything>.py` has `CASES: dict[str, list[Case]]`, op name to cases;
`test_conformance.py` finds the files and compares our four rules with what eager CPU torch does.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from netspec.ops.base import AllInputs, Call, Input, Inputs, Op
from netspec.shape import Dim, Shape, Symbol, at, symbol, symbols

Entry = int | str | Dim
NOMINAL = {"N": 2, "L": 7, "D": 6, "H": 9, "W": 10}
"""Nominal sizes of the dims that a case names without giving a size."""


@dataclass(frozen=True, slots=True)
class Case:
    """One op on inputs of given shapes.

    Entries of `inputs` are ints, `Dim`s, or names of free dims, `("N", 3, "H", "W")`, whose nominal
    size is in `dims` or `NOMINAL`. Where no input names a dim, the runner frees the batch and every
    dimension from the second on; equal sizes at one place of several inputs become one dim.
    Arguments may hold `Dim`s too.

    - `fails`: torch refuses this, and so must we
    - `stricter`: we refuse it, torch does not; `because` says why
    - `symbolic`: False where the case only makes sense for these numbers
    - `call`: what torch is asked where our op cannot be lowered (invalid cases only)
    """

    arguments: Mapping[str, object]
    inputs: Sequence[tuple[Entry, ...]]
    dims: Mapping[str, int | Symbol] = field(default_factory=dict)
    fails: bool = False
    stricter: bool = False
    because: str = ""
    symbolic: bool = True
    call: Call | None = None

    def __post_init__(self) -> None:
        assert not (self.fails and self.stricter), "a case either fails in torch or does not"
        assert bool(self.because) == self.stricter, "`because` goes with `stricter`"

    def dim(self, name: str) -> Dim:
        """The free dim of this name."""
        size = self.dims.get(name, NOMINAL.get(name, 8))
        if isinstance(size, Symbol):
            return symbol(size.name, size.nominal, size.multiple_of)
        return symbol(name, size)

    @property
    def refused(self) -> bool:
        """Must we refuse it?"""
        return self.fails or self.stricter

    @property
    def names_dims(self) -> bool:
        return any(not isinstance(size, int) for shape in self.inputs for size in shape)

    def declared(self) -> tuple[Shape, ...]:
        """The shapes as written."""
        return tuple(
            tuple(self.dim(size) if isinstance(size, str) else size for size in shape)
            for shape in self.inputs
        )

    def freed(self) -> tuple[Shape, ...]:
        """The shapes on free dims: as written where dims are named, else with all sizes freed."""
        if self.names_dims:
            return self.declared()
        known: dict[tuple[int, int], Dim] = {}
        return tuple(
            tuple(_freed(position, cast(int, size), known) for position, size in enumerate(shape))
            for shape in self.inputs
        )


def _freed(position: int, size: int, known: dict[tuple[int, int], Dim]) -> int | Dim:
    if position == 1 or size == 0:
        return size
    name = "N" if position == 0 else f"S{position}"
    taken = sum(1 for place, _ in known if place == position)
    return known.setdefault((position, size), symbol(f"{name}{taken or ''}", size))


@cache
def discover() -> dict[str, list[Case]]:
    """The cases of all files in the folder `cases`, by op."""
    found: dict[str, list[Case]] = {}
    for file in sorted(Path(__file__).with_name("cases").glob("*.py")):
        for name, cases in import_module(f"tests.ops.cases.{file.stem}").CASES.items():
            found.setdefault(name, []).extend(cases)
    return found


def shapes_at(shapes: Sequence[Shape], sizes: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    """The shapes with every dim at its size, or its nominal size."""
    return tuple(tuple(at(size, sizes) for size in shape) for shape in shapes)


def values_at(value: object, sizes: Mapping[str, int]) -> object:
    """An argument of an op or of a call with every `Dim` in it replaced by its number."""
    if isinstance(value, Dim):
        return at(value, sizes)
    if isinstance(value, tuple | list):
        return type(value)(values_at(item, sizes) for item in value)
    if isinstance(value, Mapping):
        return {key: values_at(item, sizes) for key, item in value.items()}
    return value


def dims_of(shapes: Sequence[Shape]) -> tuple[Symbol, ...]:
    """The free dims, in alphabetical order."""
    found = {each for shape in shapes for each in symbols(shape)}
    return tuple(sorted(found, key=lambda each: each.name))


class Refusal(Exception):
    """Torch does not do this: at construction, or in a forward pass in evaluation or training."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What torch did: output shapes, `state_dict` as name -> (shape, dtype), half of the flops."""

    shapes: tuple[tuple[int, ...], ...]
    state: Mapping[str, tuple[tuple[int, ...], torch.dtype]]
    macs: float


@cache
def torch_object(target: str) -> object:
    """What a dotted name stands for: the longest part that is a module, then attributes."""
    parts = target.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for name in parts[end:]:
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(target)


def construct(call: Call, sizes: Mapping[str, int] | None = None) -> nn.Module | None:
    """The module of a call; None where it calls a function."""
    if not call.is_module:
        return None
    keywords = cast(Mapping[str, object], values_at(call.keywords, sizes or {}))
    module = torch_object(call.target)(**keywords)  # type: ignore[operator]
    assert isinstance(module, nn.Module), f"{call.target} is no module"
    return module


def run(
    call: Call,
    module: nn.Module | None,
    tensors: Sequence[Tensor],
    sizes: Mapping[str, int] | None = None,
) -> tuple[Tensor, ...]:
    """Calls the module (or the function) once, as a compiled network would."""
    arguments = [_argument(values_at(each, sizes or {}), tensors) for each in call.arguments]
    written = call.forward if module else call.keywords
    given = cast(Mapping[str, object], values_at(written, sizes or {}))
    keywords = {key: _argument(value, tensors) for key, value in given.items()}
    if call.target == "torch.nn.Parameter":
        return (nn.Parameter(torch.zeros(cast(tuple[int, ...], keywords["shape"]))),)
    result = (module or torch_object(call.target))(*arguments, **keywords)  # type: ignore[operator]
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
    call: Call,
    tensors: Sequence[Tensor],
    *,
    training: bool = False,
    sizes: Mapping[str, int] | None = None,
) -> tuple[Tensor, ...]:
    """Constructs and calls once. The tensors may be overwritten by an op in place: pass clones."""
    module = construct(call, sizes)
    if module is not None:
        module.train(training)
    return run(call, module, tensors, sizes)


def ask_torch(
    call: Call, shapes: Sequence[tuple[int, ...]], sizes: Mapping[str, int] | None = None
) -> Outcome:
    """What eager CPU torch makes of random tensors of these shapes, in evaluation and training.

    Raises Refusal where it raises. A batch norm that gets one value per channel is let pass: torch
    refuses it in training alone, and whether it does is up to the batch at hand. Attention is done
    with plain matrix products, because the flop counter does not know the fused CPU kernel.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _ask_torch(call, shapes, sizes)
    except Exception as error:
        raise Refusal(f"{type(error).__name__}: {error}") from error


def _ask_torch(
    call: Call, shapes: Sequence[tuple[int, ...]], sizes: Mapping[str, int] | None
) -> Outcome:
    module = construct(call, sizes)
    tensors = [torch.randn(shape) for shape in shapes]
    if module is not None:
        module.eval()
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        results = run(call, module, [tensor.clone() for tensor in tensors], sizes)
    if module is not None:
        module.train()
        try:
            learning = [tensor.requires_grad_().clone() for tensor in tensors]
            trained = run(call, module, learning, sizes)
        except ValueError as error:
            if not _is_lone_value(module, error):
                raise
            trained = results
        assert [each.shape for each in trained] == [each.shape for each in results]
    return Outcome(
        tuple(tuple(each.shape) for each in results),
        _state(call, module, results),
        counter.get_total_flops() / 2,
    )


def _is_lone_value(module: nn.Module, error: ValueError) -> bool:
    is_batch_norm = isinstance(module, nn.modules.batchnorm._BatchNorm)
    return is_batch_norm and "more than 1 value per channel" in str(error)


def _state(
    call: Call, module: nn.Module | None, results: Sequence[Tensor]
) -> dict[str, tuple[tuple[int, ...], torch.dtype]]:
    if call.target == "torch.nn.Parameter":
        return {"": (tuple(results[0].shape), results[0].dtype)}
    if module is None:
        return {}
    return {key: (tuple(value.shape), value.dtype) for key, value in module.state_dict().items()}


def lowered(op: type[Op], case: Case, sizes: Mapping[str, int] | None = None) -> Call:
    """The call of a case at numbers, also of one whose arguments are invalid.

    Raises Refusal where an argument is missing that torch needs, too.
    """
    if case.call is not None:
        return case.call
    needed = {name for name, each in op.model_fields.items() if each.is_required()}
    if needed - set(case.arguments):
        raise Refusal(f"missing: {needed - set(case.arguments)}")
    arguments = cast(dict[str, object], values_at(dict(case.arguments), sizes or {}))
    inputs = Inputs(*shapes_at(case.declared(), sizes or {}))
    return op.model_construct(None, **arguments).lower(inputs)
