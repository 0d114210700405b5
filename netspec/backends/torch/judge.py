"""Eager CPU torch as the judge of what the rules of an op say."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from netspec.backends.torch.once import NOMINAL, Sizes, State, construct, run, state_of
from netspec.ops.base import Call


class Refusal(Exception):
    """Torch does not do this: at construction, or in a forward pass in evaluation or training."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What torch did: output shapes, what its `state_dict` holds, half of the flops."""

    shapes: tuple[tuple[int, ...], ...]
    state: State
    macs: float


@contextmanager
def undisturbed(seed: int = 0) -> Iterator[None]:
    """On one thread, as more cost more than they gain on small tensors; with random numbers that
    are the same each time and leave torch's generators as they were; without torch's warnings."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng([]), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


def ask_torch(call: Call, shapes: Sequence[tuple[int, ...]], sizes: Sizes = NOMINAL) -> Outcome:
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


def _ask_torch(call: Call, shapes: Sequence[tuple[int, ...]], sizes: Sizes) -> Outcome:
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
        assert [each.shape for each in trained] == [each.shape for each in results], (
            "the shapes in training are others than in evaluation"
        )
    return Outcome(
        tuple(tuple(each.shape) for each in results),
        state_of(call, module, results),
        counter.get_total_flops() / 2,
    )


def _is_lone_value(module: nn.Module, error: ValueError) -> bool:
    is_batch_norm = isinstance(module, nn.modules.batchnorm._BatchNorm)
    return is_batch_norm and "more than 1 value per channel" in str(error)
