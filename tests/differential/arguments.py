"""Random arguments of an op, drawn from the fields that it declares.

An op whose arguments must fit its input has an entry in `FITTING`; any other, also one that is new,
is covered by its fields alone.
"""

from collections.abc import Callable, Sequence
from random import Random
from types import NoneType
from typing import Annotated, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from netspec.ops import arguments as types
from netspec.ops.base import Op

Drawn = dict[str, object]
Sizes = Sequence[int]


def _validator(alias: object) -> object:
    return get_args(alias)[1].func


RANGES: dict[object, Callable[[Random], object]] = {
    _validator(types.Integer): lambda draw: draw.randint(-2, 3),
    _validator(types.Positive): lambda draw: draw.choice([1, 2, 2, 3, 4]),
    _validator(types.NonNegative): lambda draw: draw.randint(0, 3),
    _validator(types.Number): lambda draw: draw.choice([0.5, 1.0, 1.5, 2, 0.25]),
    _validator(types.Probability): lambda draw: draw.choice([0, 0.2, 0.5, 1]),
    _validator(types.Boolean): lambda draw: draw.random() < 0.5,
    _validator(types.AnySize): lambda draw: draw.randint(1, 8),
    _validator(types.Integers): lambda draw: _one_or_list(draw, -2, 3),
    _validator(types.Positives): lambda draw: _one_or_list(draw, 1, 3),
    _validator(types.NonNegatives): lambda draw: _one_or_list(draw, 0, 2),
}
"""The types of arguments, each by the function that validates it."""


def _one_or_list(draw: Random, least: int, most: int) -> object:
    if draw.random() < 0.75:
        return draw.randint(least, most)
    return [draw.randint(least, most) for _ in range(draw.choice([1, 2, 2, 2, 3]))]


def draw_type(draw: Random, kind: object) -> object:
    """A value of an argument's type."""
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        for mark in marks:
            found = RANGES.get(getattr(mark, "func", None))
            if found is not None:
                return found(draw)
        return draw_type(draw, inner)
    if get_origin(kind) is Literal:
        return draw.choice(get_args(kind))
    parts = [part for part in get_args(kind) if part is not NoneType]
    if get_origin(kind) is tuple:
        return [draw_type(draw, parts[0]) for _ in range(draw.randint(1, 4))]
    assert parts, f"how is a {kind} drawn?"
    return draw_type(draw, draw.choice(parts))


def kind_of(field: FieldInfo) -> object:
    """The type as it is declared."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


RARE = {"inplace": 0.03, "broadcast": 0.15}
"""How often an argument is given that is seldom right."""


def draw_arguments(draw: Random, op: type[Op], shapes: Sequence[Sizes]) -> Drawn:
    """Arguments that are in range, and that often fit inputs of these shapes."""
    drawn: Drawn = {}
    chance = draw.choice([0.1, 0.3, 0.6])
    for name, field in op.model_fields.items():
        if field.is_required() or draw.random() < RARE.get(name, chance):
            drawn[name] = draw_type(draw, kind_of(field))
    if op.name in FITTING and shapes and shapes[0]:
        FITTING[op.name](draw, drawn, shapes[0])
    return drawn


def _divisor(draw: Random, size: int) -> int:
    return draw.choice([n for n in range(1, size + 1) if size % n == 0] or [1])


def _conv(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    if "groups" in drawn and len(shape) > 1:
        drawn["groups"] = _divisor(draw, shape[1])
        drawn["out_channels"] = drawn["groups"] * draw.randint(1, 2)
    if drawn.get("padding") == "same":
        drawn.pop("stride", None)
    for name in ("kernel_size", "stride", "padding", "dilation", "output_padding", "output_size"):
        value = drawn.get(name)
        if isinstance(value, list) and draw.random() < 0.95:
            drawn[name] = (value * 3)[: max(len(shape) - 2, 1)]


def _dim(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    drawn["dim"] = draw.randint(-len(shape), len(shape) - 1)


def _chunk(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    if "dim" in drawn:
        _dim(draw, drawn, shape)
    size = dict(enumerate(shape)).get(drawn.get("dim", 1) % len(shape), 1)
    drawn["chunks"] = _divisor(draw, size)


def _select(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    drawn["dim"] = draw.randint(-len(shape), len(shape) - 1)
    size = shape[drawn["dim"]]
    drawn["index"] = draw.randint(-size, max(size - 1, 0))


def _mean(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    dims = draw.sample(range(len(shape)), draw.randint(1, len(shape)))
    drawn["dim"] = (
        dims[0] if len(dims) == 1 else [dim - draw.choice([0, len(shape)]) for dim in dims]
    )


def _permute(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    order = [*range(len(shape))]
    draw.shuffle(order)
    drawn["dims"] = [dim - draw.choice([0, 0, len(shape)]) for dim in order]


def _pad(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    most = len(shape) if drawn.get("mode", "constant") == "constant" else len(shape) - 1
    pairs = draw.randint(1, most) if most > 1 else 1
    if drawn.get("mode", "constant") != "constant":
        drawn.pop("value", None)
        pairs = draw.choice([len(shape) - 1, len(shape) - 2])
    drawn["pad"] = [draw.choice([0, 0, 1, 1, 2, -1]) for _ in range(2 * pairs)]


def _upsample(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    spatial = max(len(shape) - 2, 1)
    drawn.pop(draw.choice(["size", "scale_factor"]), None)
    if not drawn.keys() & {"size", "scale_factor"}:
        drawn["scale_factor"] = draw.choice([2, 0.5, 1.5, 1.25, 3, 1.1])
    for name in drawn.keys() & {"size", "scale_factor"}:
        if isinstance(drawn[name], list):
            drawn[name] = (drawn[name] * 3)[:spatial]
    if draw.random() < 0.8:
        linear = {3: ["linear"], 4: ["bilinear", "bicubic"], 5: ["trilinear"]}.get(len(shape), [])
        drawn["mode"] = draw.choice(["nearest", "nearest-exact", *linear])
    if str(drawn.get("mode", "nearest")).startswith("nearest"):
        drawn.pop("align_corners", None)


def _layer_norm(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    if "normalized_shape" in drawn:
        drawn["normalized_shape"] = list(shape[-draw.randint(1, len(shape) - 1 or 1) :])


def _group_norm(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    drawn["num_groups"] = _divisor(draw, shape[1] if len(shape) > 1 else 1)


def _heads(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    drawn["num_heads"] = _divisor(draw, shape[-1])


def _prelu(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    if "num_parameters" in drawn and len(shape) > 1:
        drawn["num_parameters"] = draw.choice([1, shape[1]])


def _flatten(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    if drawn:
        start = draw.randrange(len(shape))
        end = draw.randint(start, len(shape) - 1)
        drawn |= {"start_dim": start, "end_dim": end - draw.choice([0, len(shape)])}


def _pool(draw: Random, drawn: Drawn, shape: Sizes) -> None:
    _conv(draw, drawn, shape)
    if len(shape) == 3:
        drawn.pop("divisor_override", None)


FITTING: dict[str, Callable[[Random, Drawn, Sizes], None]] = {
    "adaptive_avg_pool": _conv,
    "adaptive_max_pool": _conv,
    "avg_pool": _pool,
    "chunk": _chunk,
    "conv": _conv,
    "conv_transpose": _conv,
    "flatten": _flatten,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "log_softmax": _dim,
    "max_pool": _conv,
    "mean": _mean,
    "multihead_attention": _heads,
    "pad": _pad,
    "permute": _permute,
    "prelu": _prelu,
    "select": _select,
    "softmax": _dim,
    "upsample": _upsample,
}
