"""What a module or function does to its inputs and with its outputs, found by running it."""

from collections.abc import Sequence

import torch
from torch import Tensor

from netspec.backends.torch.once import construct, run
from netspec.ops.base import Call

TOLERANCE = 1e-4
"""Of what is computed in two ways in single precision, relative to its largest value."""


class Tried:
    """A call ready to be run on tensors of its shapes, all with elements."""

    def __init__(self, call: Call, shapes: Sequence[tuple[int, ...]], is_in_place: bool) -> None:
        self.shapes = shapes
        self.is_in_place = is_in_place
        self._call = call
        self.module = construct(call)

    def tensors(self) -> list[Tensor]:
        """Random inputs, other ones each time."""
        return [torch.randn(shape) for shape in self.shapes]

    def run(self, tensors: Sequence[Tensor], training: bool) -> tuple[Tensor, ...]:
        """The outputs; an op in place overwrites its input."""
        if self.module is not None:
            self.module.train(training)
        return run(self._call, self.module, tensors)

    def evaluate(self, *tensors: Tensor) -> Tensor:
        """The first output in evaluation, the inputs left alone."""
        with torch.no_grad():
            return self.run([tensor.clone() for tensor in tensors], False)[0]


REASONS = (
    "has been modified by an inplace operation",
    "a leaf Variable that requires grad is being used in an in-place operation",
    "is a view and is being modified inplace",
    "refers to a single memory location",
)


def refuses_overwriting(it: Tried) -> bool:
    """Does torch fail where the output is overwritten between forward and backward pass?"""
    return any(_refuses_overwriting(it, training) for training in (True, False))


def _refuses_overwriting(it: Tried, training: bool) -> bool:
    leaves = [tensor.requires_grad_() for tensor in it.tensors()]
    outputs = it.run([leaf * 1 for leaf in leaves], training)
    if not outputs[0].requires_grad:
        return False
    try:
        outputs[0].mul_(2)
        torch.autograd.backward(outputs[0].sum())
    except RuntimeError as error:
        if any(reason in str(error) for reason in REASONS):
            return True
        raise
    return False


def shares_memory(it: Tried) -> bool:
    """Is an output the memory of an input, though the op does not work in place?"""
    return not it.is_in_place and any(_shares_memory(it, training) for training in (True, False))


def _shares_memory(it: Tried, training: bool) -> bool:
    tensors = it.tensors()
    inputs = {tensor.untyped_storage().data_ptr() for tensor in tensors}
    outputs = it.run(tensors, training)
    return any(output.untyped_storage().data_ptr() in inputs for output in outputs)


def is_elementwise(it: Tried) -> bool:
    """Does each changed element of an input change the output at its own place alone?"""
    for position, shape in enumerate(it.shapes):
        tensors = it.tensors()
        before = it.evaluate(*tensors)
        changed = torch.zeros(shape, dtype=torch.bool)
        changed.view(-1)[torch.randint(changed.numel(), (1,))] = True
        tensors[position] = torch.where(changed, tensors[position] + 0.5, tensors[position])
        after = it.evaluate(*tensors)
        if not _stretches(shape, before.shape) or ((before != after) & ~changed).any():
            return False
    return True


def _stretches(shape: Sequence[int], wanted: Sequence[int]) -> bool:
    """Can it be broadcast to the wanted shape?"""
    pairs = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= len(wanted) and all(size in (1, other) for size, other in pairs)


def is_identity(it: Tried) -> bool:
    """Is the output in evaluation the input, bit for bit?"""
    tensors = it.tensors()
    return torch.equal(it.evaluate(*tensors), tensors[0])


def is_linear(it: Tried) -> bool:
    """Is f(x + 2y) - f(0) = f(x) - f(0) + 2 (f(y) - f(0)) in evaluation, in the first input?"""
    x, *others = it.tensors()
    y = torch.randn(x.shape)
    zero, at_x, at_y, both = (
        it.evaluate(each, *others) for each in (torch.zeros_like(x), x, y, x + 2 * y)
    )
    return _is_near(both - zero, at_x + 2 * at_y - 3 * zero)


def is_channel_affine(it: Tried) -> bool:
    """Is it in evaluation a factor and a shift for each channel, whatever the weights?"""
    for tensor in it.module.state_dict().values() if it.module is not None else ():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 2)
    shape = it.shapes[0]
    x = torch.randn(shape)
    shift, shifted, result = map(it.evaluate, (torch.zeros(shape), torch.ones(shape), x))
    if result.shape != x.shape or not (_is_per_channel(shift) and _is_per_channel(shifted)):
        return False
    return _is_near(result, x * (shifted - shift) + shift)


def _is_per_channel(tensor: Tensor) -> bool:
    axes = (0, *range(2, tensor.dim()))
    return torch.equal(tensor.amax(axes), tensor.amin(axes))


def _is_near(left: Tensor, right: Tensor) -> bool:
    scale = max(1.0, float(right.abs().max()))
    return float((left - right).abs().max()) < TOLERANCE * scale
