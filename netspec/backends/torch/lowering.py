"""What torch exports wrongly, or not at all, in steps that it exports right."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import signature

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from netspec.backends.torch import free_pools
from netspec.backends.torch.free_pools import Sizes, spread

Function = Callable[..., Tensor]


class Lowering(TorchFunctionMode):
    """While it is active, some functions compute the same in other steps."""

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        steps = _STEPS.get(getattr(func, "__name__", ""))
        call = partial(steps, func) if steps else func
        return call(*args, **(kwargs or {}))


def _on_free_sizes(steps: Function) -> Function:
    def pool(func: Function, x: Tensor, *args: object, **kwargs: object) -> Tensor:
        is_free = any(isinstance(size, torch.SymInt) for size in x.shape[-_rank(func) :])
        call = partial(steps, func) if is_free else func
        return call(x, *args, **kwargs)

    return pool


def _windows(steps: Function) -> Function:
    """On free sizes; and on all with a divisor, which is lost on the way to ONNX, or where torch
    leaves out a window that begins behind the tensor, which ONNX counts."""
    parameters = signature(steps)

    def pool(func: Function, x: Tensor, *args: object, **kwargs: object) -> Tensor:
        bound = parameters.bind(func, x, *args, **kwargs)
        bound.apply_defaults()
        given, sizes = bound.arguments, x.shape[-_rank(func) :]
        is_uneven = given["ceil_mode"] and free_pools.leaves_out_a_window(sizes, given)
        in_steps = is_uneven or given.get("divisor_override")
        call = steps if in_steps else _on_free_sizes(steps)
        return call(func, x, *args, **kwargs)

    return pool


def _chunk(
    func: Callable[..., Sequence[Tensor]], x: Tensor, chunks: int, dim: int = 0
) -> Sequence[Tensor]:
    """Equal parts: torch translates to ONNX only those of a size that it knows."""
    if not isinstance(x.shape[dim], torch.SymInt):
        return func(x, chunks, dim)
    size = x.shape[dim] // chunks
    return [x.narrow(dim, part * size, size) for part in range(chunks)]


def _conv_transpose(
    func: Function,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """ONNX wants an `output_padding` below the stride: other ones are cut from the whole output."""
    rank = _rank(func)
    steps, around, behind = (spread(each, rank) for each in (stride, padding, output_padding))
    if all(extra < step for extra, step in zip(behind, steps, strict=True)):
        return func(x, weight, bias, stride, padding, output_padding, groups, dilation)
    whole = func(x, weight, None, stride, 0, 0, groups, dilation)
    sides = reversed(list(zip(around, behind, strict=True)))
    y = functional.pad(whole, [side for p, extra in sides for side in (-p, extra - p)])
    return y if bias is None else y + bias.reshape(-1, *[1] * rank)


def _pad(
    func: Function,
    x: Tensor,
    pad: Sequence[int],
    mode: str = "constant",
    value: float | None = None,
) -> Tensor:
    """Repeats before it cuts: ONNX Runtime cuts first, and then has too little to repeat."""
    if mode not in ("reflect", "replicate") or min(pad) >= 0:
        return func(x, pad, mode, value)
    wide = func(x, [max(side, 0) for side in pad], mode, value)
    return func(wide, [min(side, 0) for side in pad])


def _rank(func: Function) -> int:
    return int(func.__name__[-2])


_BY_RANK: Mapping[str, Callable[..., object]] = {
    "max_pool": _windows(free_pools.max_pool),
    "avg_pool": _windows(free_pools.avg_pool),
    "adaptive_avg_pool": _on_free_sizes(free_pools.adaptive_avg_pool),
    "adaptive_max_pool": _on_free_sizes(free_pools.adaptive_max_pool),
    "conv_transpose": _conv_transpose,
}
_STEPS = {f"{name}{rank}d": steps for name, steps in _BY_RANK.items() for rank in (1, 2, 3)}
_STEPS |= {"chunk": _chunk, "pad": _pad}
