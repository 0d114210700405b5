"""Faults that are planted in the rules of ops, one of each kind, to prove that they are seen."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest

from netspec.ops import base, convolution, merging, pooling, upsampling
from netspec.ops.base import Inputs
from netspec.ops.convolution import ConvTranspose
from netspec.ops.linear import Linear, Matmul
from netspec.ops.normalization import BatchNorm
from netspec.ops.padding import Pad
from netspec.ops.pooling import AdaptivePool
from netspec.ops.reduction import Mean
from netspec.ops.reshaping import Expand, Flatten, Permute
from netspec.ops.slicing import Chunk, Select
from netspec.ops.windows import Window
from netspec.shape import Equal, at, compare

Plant = Callable[[pytest.MonkeyPatch], None]


class Fault(NamedTuple):
    """What is wrong, and in which op it can be seen."""

    name: str
    op: str
    plant: Plant


def setting(owner: object, attribute: str, value: object) -> Plant:
    return lambda patch: patch.setattr(owner, attribute, value)


def nothing(*arguments: object, **keywords: object) -> None:
    """In place of a check."""


def half_padded(patch: pytest.MonkeyPatch) -> None:
    """What is added on one side counts, and not what is added on the other."""
    for module in (convolution, pooling):
        real = module.windows
        patch.setattr(
            module,
            "windows",
            lambda *given, real=real: (replace(w, padding=w.padding // 2) for w in real(*given)),
        )


def unrounded_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Window, "room", lambda self, ceil_mode=False: self.padding - self.extent)


def same_is_valid(patch: pytest.MonkeyPatch) -> None:
    real = convolution.windows
    patch.setattr(
        convolution,
        "windows",
        lambda rank, k, s, p, d: real(rank, k, s, "valid" if p == "same" else p, d),
    )


def bare_infer(op: type[base.Op], change: Callable[..., object]) -> Plant:
    """`infer` with its result changed: `change(op, inputs, outputs)`."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        real = op.infer
        patch.setattr(op, "infer", lambda self, inputs: change(self, inputs, real(self, inputs)))

    return plant


def weights(op: type[base.Op], change: Callable[[dict], dict]) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        real = op.weights
        patch.setattr(op, "weights", lambda self, inputs: change(dict(real(self, inputs))))

    return plant


def equal_where_nominal(left: object, right: object) -> object:
    return Equal() if at(left, {}) == at(right, {}) else compare(left, right)


def without_tracking(found: dict) -> dict:
    return {name: each for name, each in found.items() if name != "num_batches_tracked"}


def transposed(found: dict) -> dict:
    return found | {"weight": replace(found["weight"], shape=found["weight"].shape[::-1])}


def dropped(op: Mean, inputs: Inputs, outputs: tuple) -> tuple:
    return (tuple(size for size in outputs[0] if size != 1),)


def inverted(op: Permute, inputs: Inputs, outputs: tuple) -> tuple:
    order = [dim % len(op.dims) for dim in op.dims]
    return (tuple(inputs[0][order.index(dim)] for dim in range(len(order))),)


FAULTS = [
    Fault("ceil_mode is ignored", "max_pool", unrounded_up),
    Fault("dilation is ignored", "conv", setting(Window, "extent", property(lambda w: w.kernel))),
    Fault("padding on one side", "conv", half_padded),
    Fault("`same` is no padding", "conv", same_is_valid),
    Fault(
        "the stride rounds up",
        "conv",
        setting(
            Window, "output", lambda w, size, ceil_mode=False: -(-w.slack(size) // w.stride) + 1
        ),
    ),
    Fault("groups are not checked", "conv", setting(convolution, "_require_groups", nothing)),
    Fault(
        "output_padding is ignored",
        "conv_transpose",
        setting(
            Window,
            "transposed_output",
            lambda w, size, extra: (size - 1) * w.stride - w.padding + w.extent,
        ),
    ),
    Fault(
        "output_padding is not checked",
        "conv_transpose",
        setting(ConvTranspose, "_require_small", nothing),
    ),
    Fault(
        "channels are always joined",
        "concat",
        setting(merging, "find_dimension", lambda dim, shape: 1),
    ),
    Fault("all is broadcast", "add", setting(merging, "_require_same", nothing)),
    Fault(
        "equal at the nominal size is equal", "add", setting(base, "compare", equal_where_nominal)
    ),
    Fault("no least size", "conv", setting(Inputs, "require", nothing)),
    Fault("keepdim is ignored", "mean", bare_infer(Mean, dropped)),
    Fault("the inverse permutation", "permute", bare_infer(Permute, inverted)),
    Fault(
        "another dimension is dropped",
        "select",
        bare_infer(Select, lambda op, inputs, outputs: (inputs[0][:-1],)),
    ),
    Fault("scaled sizes are rounded", "upsample", setting(upsampling, "floor", round)),
    Fault(
        "padded on one side",
        "pad",
        bare_infer(
            Pad, lambda op, inputs, outputs: ((*outputs[0][:-1], inputs[0][-1] + op.pad[0]),)
        ),
    ),
    Fault(
        "chunks round up",
        "chunk",
        bare_infer(
            Chunk,
            lambda op, inputs, outputs: tuple(
                (*each[:-1], each[-1] + (op.dim == -1)) for each in outputs
            ),
        ),
    ),
    Fault(
        "the wrong side of a product",
        "matmul",
        bare_infer(Matmul, lambda op, inputs, outputs: ((*inputs[0][:-1], inputs[1][-2]),)),
    ),
    Fault("a transposed weight", "linear", weights(Linear, transposed)),
    Fault("a lost buffer", "batch_norm", weights(BatchNorm, without_tracking)),
    Fault(
        "a grid backwards",
        "adaptive_avg_pool",
        bare_infer(
            AdaptivePool,
            lambda op, inputs, outputs: ((*outputs[0][:2], *reversed(outputs[0][2:])),),
        ),
    ),
    Fault("nothing must divide", "group_norm", setting(Inputs, "require_divisible", nothing)),
    Fault(
        "expand keeps sizes",
        "expand",
        bare_infer(Expand, lambda op, inputs, outputs: (inputs[0],)),
    ),
    Fault(
        "flatten keeps the last dimension",
        "flatten",
        bare_infer(Flatten, lambda op, inputs, outputs: ((*outputs[0], inputs[0][-1]),)),
    ),
]
"""More than twenty, of all families."""
