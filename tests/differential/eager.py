"""What each op means, written from the pages of torch's documentation and from no rule of netspec.

`apply` runs one op on tensors. It raises what torch raises, and `OwnRule` where the language is
stricter than torch, each time with the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import TypeVar

import torch
from torch import Tensor, nn
from torchvision.ops import StochasticDepth

Arguments = Mapping[str, object]
Module = TypeVar("Module", bound=nn.Module)
Own = Callable[[Callable[[], nn.Module]], nn.Module]
"""Hands out the module of the node, which is constructed at the first call."""
Meaning = Callable[[list[Tensor], dict, Own], Tensor | Sequence[Tensor]]

MODULES: dict[str, type[nn.Module]] = {
    "celu": nn.CELU,
    "dropout": nn.Dropout,
    "elu": nn.ELU,
    "flatten": nn.Flatten,
    "gelu": nn.GELU,
    "hardsigmoid": nn.Hardsigmoid,
    "hardswish": nn.Hardswish,
    "hardtanh": nn.Hardtanh,
    "identity": nn.Identity,
    "leaky_relu": nn.LeakyReLU,
    "log_softmax": nn.LogSoftmax,
    "logsigmoid": nn.LogSigmoid,
    "mish": nn.Mish,
    "prelu": nn.PReLU,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softmax": nn.Softmax,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "tanh": nn.Tanh,
}
"""Ops that are one module of torch with its arguments."""

RANKED: dict[str, tuple[type[nn.Module], ...]] = {
    "adaptive_avg_pool": (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d),
    "adaptive_max_pool": (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
    "avg_pool": (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
    "conv": (nn.Conv1d, nn.Conv2d, nn.Conv3d),
    "conv_transpose": (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
    "dropout2d": (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d),
    "max_pool": (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
}
"""Ops whose module is told by the rank of the tensor, 3 to 5: there always is a batch."""


SEVERAL = {"add", "concat", "matmul", "mul", "multihead_attention", "parameter"}
"""Ops that read several tensors, or none."""

ALONG_A_DIMENSION = {"flatten", "log_softmax", "mean", "softmax", "stochastic_depth"}
"""Ops for which torch lets a single number pass as a list of one."""


class OwnRule(Exception):
    """The language refuses what torch does not, and why."""


def forbid(when: bool, why: str) -> None:
    if when:
        raise OwnRule(why)


def apply(op: str, tensors: list[Tensor], arguments: Arguments, own: Own) -> list[Tensor]:
    """The outputs of an op, computed eagerly."""
    given = {key: value for key, value in arguments.items() if key != "inplace"}
    forbid(op not in SEVERAL and len(tensors) != 1, "it reads one tensor")
    is_scalar = any(tensor.ndim == 0 for tensor in tensors)
    forbid(is_scalar and op in ALONG_A_DIMENSION, "a single number has no dimension")
    slope = arguments.get("negative_slope", arguments.get("alpha", 0))
    forbid(bool(arguments.get("inplace")) and slope < 0, "torch cannot differentiate that in place")
    if op in MODULES:
        (x,) = tensors
        results = own(partial(MODULES[op], **given))(x)
    elif op in RANKED:
        results = _ranked(op, tensors, given, own)
    else:
        results = MEANINGS[op](tensors, given, own)
    return [results] if isinstance(results, Tensor) else list(results)


def _ranked(op: str, tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    forbid(x.ndim not in (3, 4, 5), "a batch is always there, and 1 to 3 spatial dimensions")
    for value in given.values():
        is_list = isinstance(value, tuple)
        forbid(is_list and len(value) != x.ndim - 2, "a list has one number for each dimension")
    made, channels = RANKED[op][x.ndim - 3], ()
    if op in ("conv", "conv_transpose"):
        forbid(x.shape[1] == 0, "there are no channels")
        forbid(given["out_channels"] < 1, "an output without elements")
        channels = (x.shape[1],)
    forbid(op.startswith("adaptive") and 0 in x.shape[1:], "the mean of nothing")
    forbid("divisor_override" in given and x.ndim == 3, "AvgPool1d has no `divisor_override`")
    module = own(partial(made, *channels, **given))
    forbid(type(module) is not made, "a module is for one rank")
    y = module(x)
    assert isinstance(y, Tensor)
    is_new = op.startswith(("adaptive", "conv"))
    forbid(is_new and 0 in y.shape[2:], "nothing is left")
    return y


def _same_shapes(tensors: list[Tensor]) -> None:
    forbid(len({tensor.shape for tensor in tensors}) > 1, "nothing is broadcast in silence")


def _arithmetic(
    function: Callable[[Tensor, Tensor], Tensor], tensors: list[Tensor], given: dict, own: Own
) -> Tensor:
    if not given.get("broadcast"):
        _same_shapes(tensors)
    return reduce(function, tensors)


def _add(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    return _arithmetic(torch.add, tensors, given, own)


def _mul(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    return _arithmetic(torch.mul, tensors, given, own)


def _batch_norm(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    kinds = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}
    forbid(x.ndim not in kinds, "batch norm is for ranks 2 to 5")
    forbid(x.shape[1] == 0, "there are no channels")
    return _of_channels(own(partial(kinds[x.ndim], x.shape[1], **given)), "num_features", x)


def _of_channels(made: nn.Module, attribute: str, x: Tensor) -> Tensor:
    """Without weights torch does not mind that there are other channels than at construction."""
    forbid(getattr(made, attribute) != x.shape[1], "a module has one number of channels")
    y = made(x)
    assert isinstance(y, Tensor)
    return y


def _group_norm(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    forbid(0 in x.shape[1:], "the mean of nothing")
    made = own(partial(nn.GroupNorm, num_channels=x.shape[1], **given))
    return _of_channels(made, "num_channels", x)


def _layer_norm(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    shape = given.pop("normalized_shape", None) or x.shape[-1]
    return own(partial(nn.LayerNorm, shape, **given))(x)


def _local_response_norm(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    return own(partial(nn.LocalResponseNorm, **given))(tensors[0])


def _linear(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    forbid(x.ndim < 2, "a batch is always there")
    forbid(given["out_features"] < 1, "an output without elements")
    return own(partial(nn.Linear, x.shape[-1], **given))(x)


def _matmul(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    left, right = tensors
    forbid(left.ndim < 2 or left.ndim != right.ndim, "nothing is broadcast in silence")
    forbid(left.shape[:-2] != right.shape[:-2], "nothing is broadcast in silence")
    return torch.matmul(left, right)


def _attention(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    forbid(len(tensors) == 2, "one input, or query, key and value")
    forbid(any(tensor.ndim != 3 for tensor in tensors), "a batch is always there")
    forbid(not 0 <= given.get("dropout", 0) <= 1, "torch notices that in training only")
    query, key, value = tensors if len(tensors) == 3 else tensors * 3
    sizes = {"kdim": key.shape[2], "vdim": value.shape[2], "batch_first": True}
    made = own(partial(nn.MultiheadAttention, query.shape[2], **given, **sizes))
    return made(query, key, value, need_weights=False)[0]


def _concat(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    forbid(len({tensor.ndim for tensor in tensors}) > 1, "torch skips empty tensors of rank 1")
    return torch.cat(tensors, given.get("dim", 1))


def _chunk(tensors: list[Tensor], given: dict, own: Own) -> Sequence[Tensor]:
    dim, chunks = given.get("dim", 1), given["chunks"]
    parts = torch.chunk(tensors[0], chunks, dim)
    sizes = {part.shape[dim] for part in parts}
    forbid(len(parts) != chunks or len(sizes) > 1, "chunks are equal")
    return parts


def _mean(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    dims = given["dim"] if isinstance(given["dim"], tuple) else (given["dim"],)
    forbid(not dims, "torch means all dimensions by that")
    y = torch.mean(x, dims, keepdim=given.get("keepdim", False))
    forbid(any(x.shape[dim] == 0 for dim in dims), "the mean of nothing")
    return y


def _pad(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    mode, amounts = given.get("mode", "constant"), given["pad"]
    y = nn.functional.pad(x, amounts, mode, given.get("value", 0.0))
    forbid(mode != "constant" and given.get("value", 0) != 0, "`value` is for `constant`")
    forbid(mode in ("reflect", "replicate") and 0 in y.shape, "nothing is left")
    kept = [
        x.shape[-1 - i] + min(left, 0) + min(right, 0)
        for i, (left, right) in enumerate(zip(amounts[::2], amounts[1::2], strict=True))
    ]
    most = [max(pair) for pair in zip(amounts[::2], amounts[1::2], strict=True)]
    wraps = any(a > b for a, b in zip(most, kept, strict=True))
    forbid(mode == "circular" and wraps, "torch repeats what was cropped away")
    return y


def _upsample(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    (x,) = tensors
    for value in given.values():
        is_list = isinstance(value, tuple)
        forbid(is_list and len(value) != x.ndim - 2, "a list has one number for each dimension")
    return nn.functional.interpolate(x, **given)


def _reshape(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    return torch.reshape(tensors[0], _filled(given["shape"]))


def _expand(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    return tensors[0].expand(_filled(given["shape"]))


def _filled(shape: Sequence[object]) -> list[int]:
    return [-1 if size == "_" else size for size in shape]


def _parameter(tensors: list[Tensor], given: dict, own: Own) -> Tensor:
    return own(lambda: Bare(given["shape"])).tensor


class Bare(nn.Module):
    """A tensor without a name of its own."""

    def __init__(self, shape: Sequence[int]) -> None:
        super().__init__()
        self.tensor = nn.Parameter(torch.zeros(tuple(shape)))


MEANINGS: dict[str, Meaning] = {
    "add": _add,
    "batch_norm": _batch_norm,
    "chunk": _chunk,
    "concat": _concat,
    "expand": _expand,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "linear": _linear,
    "local_response_norm": _local_response_norm,
    "matmul": _matmul,
    "mean": _mean,
    "mul": _mul,
    "multihead_attention": _attention,
    "pad": _pad,
    "parameter": _parameter,
    "permute": lambda tensors, given, own: torch.permute(tensors[0], given["dims"]),
    "reshape": _reshape,
    "scale": lambda tensors, given, own: tensors[0] * given["factor"],
    "select": lambda tensors, given, own: torch.select(tensors[0], given["dim"], given["index"]),
    "stochastic_depth": lambda tensors, given, own: own(partial(StochasticDepth, **given))(
        tensors[0]
    ),
    "upsample": _upsample,
}
KNOWN = frozenset((*MODULES, *RANKED, *MEANINGS))
