"""Traits of every op, proved on torch: a pass that relies on one must not be misled.

`saves_output` and `view` guard against overwriting a tensor that is needed elsewhere, so there a
missing trait is as wrong as one too many.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import torch
from torch import Tensor

from netspec.ops.base import Inputs, Op
from netspec.ops.registry import find_op, op_names
from tests.ops.reference import Case, construct, run, shapes_at, values_at

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

NAMES = tuple(op_names())


def _cases() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for file in sorted(Path(__file__).with_name("cases").glob("*.py")):
        for name, cases in import_module(f"tests.ops.cases.{file.stem}").CASES.items():
            found.setdefault(name, []).extend(cases)
    return found


CASES = _cases()


class Tried:
    """A case that is valid, ready to be run on given tensors at its nominal sizes."""

    def __init__(self, op: type[Op], case: Case) -> None:
        self.arguments = values_at(dict(case.arguments), {})
        self.shapes = shapes_at(case.declared(), {})
        self.call = op.model_validate(self.arguments).lower(Inputs(*self.shapes))
        self.module = construct(self.call)

    @property
    def is_in_place(self) -> bool:
        return isinstance(self.arguments, dict) and bool(self.arguments.get("inplace"))

    def tensors(self) -> list[Tensor]:
        return [torch.randn(shape) for shape in self.shapes]

    def run(self, tensors: list[Tensor], training: bool) -> tuple[Tensor, ...]:
        if self.module is not None:
            self.module.train(training)
        return run(self.call, self.module, tensors)


@cache
def tried(name: str) -> list[Tried]:
    """The valid cases of an op on tensors with elements, one for each rank and set of arguments."""
    found: dict[str, Case] = {}
    for case in CASES[name]:
        shapes = shapes_at(case.declared(), {})
        if not (case.fails or case.stricter or any(0 in shape for shape in shapes)):
            ranks = [len(shape) for shape in shapes]
            found.setdefault(f"{case.arguments} {ranks}", case)
    return [Tried(op_class(name), case) for case in found.values()]


def op_class(name: str) -> type[Op]:
    op = find_op(name)
    assert op is not None
    return op


REASONS = (
    "has been modified by an inplace operation",
    "a leaf Variable that requires grad is being used in an in-place operation",
    "is a view and is being modified inplace",
    "refers to a single memory location",
)


def refuses_overwriting(it: Tried, training: bool) -> bool:
    """Does torch fail where the output is overwritten between forward and backward pass?"""
    leaves = [tensor.requires_grad_() for tensor in it.tensors()]
    outputs = it.run([leaf * 1 for leaf in leaves], training)
    try:
        outputs[0].mul_(2)
        outputs[0].sum().backward()
    except RuntimeError as error:
        if any(reason in str(error) for reason in REASONS):
            return True
        raise
    return False


def shares_memory(it: Tried, training: bool) -> bool:
    """Is an output the memory of an input?"""
    tensors = it.tensors()
    inputs = {tensor.untyped_storage().data_ptr() for tensor in tensors}
    outputs = it.run(tensors, training)
    return any(output.untyped_storage().data_ptr() in inputs for output in outputs)


def is_elementwise(it: Tried) -> bool:
    """Does each changed element of an input change the output at its own place alone?"""
    for position, shape in enumerate(it.shapes):
        tensors = it.tensors()
        before = it.run([tensor.clone() for tensor in tensors], False)[0]
        changed = torch.zeros(shape, dtype=torch.bool)
        changed.view(-1)[torch.randint(changed.numel(), (1,))] = True
        tensors[position] = torch.where(changed, tensors[position] + 0.5, tensors[position])
        after = it.run([tensor.clone() for tensor in tensors], False)[0]
        if not stretches(shape, before.shape) or ((before != after) & ~changed).any():
            return False
    return True


def stretches(shape: Sequence[int], wanted: Sequence[int]) -> bool:
    """Can it be broadcast to the wanted shape?"""
    pairs = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= len(wanted) and all(size in (1, other) for size, other in pairs)


def is_identity(it: Tried) -> bool:
    """Is the output in evaluation the input, bit for bit?"""
    tensors = it.tensors()
    return torch.equal(it.run([tensor.clone() for tensor in tensors], False)[0], tensors[0])


def traits_of(name: str) -> frozenset[str]:
    return op_class(name).traits


@pytest.mark.parametrize("name", NAMES)
def test_saves_output(name: str) -> None:
    saves = any(refuses_overwriting(it, mode) for it in tried(name) for mode in (True, False))
    assert saves == ("saves_output" in traits_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_view(name: str) -> None:
    cases = [it for it in tried(name) if not it.is_in_place]
    shares = any(shares_memory(it, mode) for it in cases for mode in (True, False))
    assert shares == ("view" in traits_of(name))


@pytest.mark.parametrize("name", [name for name in NAMES if "elementwise" in traits_of(name)])
def test_elementwise(name: str) -> None:
    assert all(is_elementwise(it) for it in tried(name))


@pytest.mark.parametrize("name", NAMES)
def test_eval_identity(name: str) -> None:
    identity = bool(CASES[name]) and all(is_identity(it) for it in tried(name) if it.shapes)
    claimed = "eval_identity" in traits_of(name)
    assert identity or not claimed


class TestPlantedFaults:
    """Each check can tell the one from the other."""

    def test_saves_output(self) -> None:
        assert all(refuses_overwriting(it, True) for it in tried("sigmoid"))
        assert not any(refuses_overwriting(it, True) for it in tried("softplus"))
        assert {refuses_overwriting(it, True) for it in tried("elu")} == {False, True}

    def test_view(self) -> None:
        assert all(shares_memory(it, True) for it in tried("permute"))
        assert not any(shares_memory(it, True) for it in tried("pad"))

    def test_elementwise(self) -> None:
        assert not all(is_elementwise(it) for it in tried("softmax"))
        assert not all(is_elementwise(it) for it in tried("permute"))

    def test_eval_identity(self) -> None:
        assert not all(is_identity(it) for it in tried("relu"))
        assert not all(is_identity(it) for it in tried("flatten"))
