"""Normalizations, and multiplication by a constant."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from netspec.ops.arguments import Boolean, Number, Positive
from netspec.ops.base import Call, Input, Inputs, Op, OpError, Weight
from netspec.ops.lowering import by_rank, changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, Taps, all_but
from netspec.shape import Shape, format_shape, product


def _above_zero(value: float) -> float:
    if value > 0:
        return value
    details = {"wanted": "a number above 0", "value": f"{value:g}", "help": ""}
    raise PydanticCustomError("argument-value", "must be {wanted}, not {value}", details)


PositiveNumber = Annotated[Number, AfterValidator(_above_zero)]


@register_op
class BatchNorm(Op):
    """Normalizes each channel over the batch: x [N, C, *] -> the same shape.

    - eps: added to the variance
    - momentum: weight of the present batch in the running statistics, torch's convention
    - affine: multiplies and shifts each channel by learned numbers
    - track_running_stats: keeps running statistics, which evaluation then uses

    Torch's BatchNorm1d, BatchNorm2d and BatchNorm3d; Ioffe and Szegedy (2015). Torch refuses to
    train on a batch with a single value per channel.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: batch_norm, shape: [N, 8, H, W]}
        outputs: {y: y}
    """

    name = "batch_norm"
    family = "normalization"
    traits = frozenset({"channel_affine"})

    eps: PositiveNumber = 1e-5
    momentum: Number = 0.1
    affine: Boolean = True
    track_running_stats: Boolean = True

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(2, 3, 4, 5)
        if self._channels(inputs) == 0:
            raise OpError("invalid-size", "the input has no channels")
        if not self.track_running_stats:
            batch, _, *sizes = inputs[0]
            values = product((batch, *sizes))
            if values != 0:
                message = f"needs more than one value per channel, not {format_shape(inputs[0])}"
                inputs.require(values, 2, message, argument="track_running_stats")
        return (inputs[0],)

    def _channels(self, inputs: Inputs) -> int:
        return inputs.fixed(inputs[0][1], "the number of channels")

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        channels = (self._channels(inputs),)
        weights: dict[str, Weight] = {}
        if self.affine:
            weights |= {"weight": Weight(channels), "bias": Weight(channels)}
        if self.track_running_stats:
            weights |= {
                "running_mean": Weight(channels, "buffer"),
                "running_var": Weight(channels, "buffer"),
                "num_batches_tracked": Weight((), "buffer", "int64"),
            }
        return weights

    def lower(self, inputs: Inputs) -> Call:
        keywords = changed(self, "eps", "momentum", "affine", "track_running_stats")
        features = {"num_features": inputs[0][1]}
        return Call(by_rank("torch.nn.BatchNorm", inputs), features | keywords)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return super().reads(inputs, outputs, index) if self.track_running_stats else {}

    def advice(self) -> str | None:
        if self.momentum <= 0.5:
            return None
        present = f"`momentum` (={self.momentum:g}) is the weight of the present batch, as in torch"
        return f"{present}; {self.momentum:g} in Keras or TensorFlow is {1 - self.momentum:.3g}"


def _sizes(value: object) -> object:
    return value if isinstance(value, tuple) or value is None else (value,)


@register_op
class LayerNorm(Op):
    """Normalizes over the last dimensions: x [N, *] -> the same shape.

    - normalized_shape: sizes of these dimensions; by default that of the last alone
    - eps: added to the variance
    - elementwise_affine: multiplies and shifts each element by learned numbers
    - bias: shifts each element, too, where `elementwise_affine` is true

    Torch's LayerNorm; Ba, Kiros and Hinton (2016).

    Example:

        netspec: 1
        name: example
        dims: {L: 197}
        inputs: {x: [N, L, 64]}
        nodes:
          y: {op: layer_norm, eps: 1e-6, shape: [N, L, 64]}
        outputs: {y: y}
    """

    name = "layer_norm"
    family = "normalization"

    normalized_shape: Annotated[tuple[Positive, ...] | None, BeforeValidator(_sizes)] = None
    eps: Number = 1e-5
    elementwise_affine: Boolean = True
    bias: Boolean = True

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        normalized = self._normalized(inputs)
        first = len(inputs[0]) - len(normalized)
        if not normalized or first < 0 or inputs[0][first:] != normalized:
            raise OpError(
                "shape-mismatch",
                f"`normalized_shape` (={format_shape(normalized)}) must be the last dimensions of"
                f" the input {format_shape(inputs[0])}",
                argument="normalized_shape",
            )
        return (inputs[0],)

    def _normalized(self, inputs: Inputs) -> tuple[int, ...]:
        if self.normalized_shape is not None:
            return self.normalized_shape
        return (inputs.fixed(inputs[0][-1], "the last dimension"),)

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        if not self.elementwise_affine:
            return {}
        weight = Weight(self._normalized(inputs))
        return {"weight": weight, "bias": weight} if self.bias else {"weight": weight}

    def lower(self, inputs: Inputs) -> Call:
        normalized = self.normalized_shape if self.normalized_shape is not None else inputs[0][-1]
        keywords = changed(self, "eps", "elementwise_affine", "bias")
        return Call("torch.nn.LayerNorm", {"normalized_shape": normalized} | keywords)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return {dim: Taps(dim) for dim in range(len(inputs[0]) - len(self._normalized(inputs)))}


@register_op
class GroupNorm(Op):
    """Normalizes over groups of channels, each example for itself: x [N, C, *] -> the same shape.

    - num_groups: groups into which the channels are cut
    - eps: added to the variance
    - affine: multiplies and shifts each channel by learned numbers

    Torch's GroupNorm; Wu and He (2018).

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: group_norm, num_groups: 4, shape: [N, 8, H, W]}
        outputs: {y: y}
    """

    name = "group_norm"
    family = "normalization"

    num_groups: Positive
    eps: Number = 1e-5
    affine: Boolean = True

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(2, 3, 4, 5, 6, 7, 8)
        channels = self._channels(inputs)
        if channels == 0:
            raise OpError("invalid-size", "the input has no channels")
        message = (
            f"`num_groups` (={self.num_groups}) must divide the input's channels (={channels})"
        )
        inputs.require_divisible(channels, self.num_groups, message, argument="num_groups")
        batch, _, *sizes = inputs[0]
        for dimension, size in enumerate(sizes, 2):
            inputs.require(size, 1, f"the input has no element in dimension {dimension}")
        values = product((batch, *sizes)) * (channels // self.num_groups)
        if values != 0:
            message = f"needs more than one value per group, not {format_shape(inputs[0])}"
            inputs.require(values, 2, message, argument="num_groups")
        return (inputs[0],)

    def _channels(self, inputs: Inputs) -> int:
        return inputs.fixed(inputs[0][1], "the number of channels")

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        if not self.affine:
            return {}
        weight = Weight((self._channels(inputs),))
        return {"weight": weight, "bias": weight}

    def lower(self, inputs: Inputs) -> Call:
        keywords = {"num_groups": self.num_groups, "num_channels": inputs[0][1]}
        return Call("torch.nn.GroupNorm", keywords | changed(self, "eps", "affine"))


@register_op
class LocalResponseNorm(Op):
    """Divides by the response of neighboring channels: x [N, C, *] -> the same shape.

    - size: channels that take part
    - alpha: weight of the mean of their squares
    - beta: exponent
    - k: what is added to the mean

    The divisor is (k + alpha * mean) ** beta. Torch's LocalResponseNorm; Krizhevsky, Sutskever and
    Hinton (2012), section 3.3, whose alpha multiplies the sum, not the mean.

    Example:

        netspec: 1
        name: example
        dims: {H: 32, W: 32}
        inputs: {x: [N, 64, H, W]}
        nodes:
          y: {op: local_response_norm, size: 5, shape: [N, 64, H, W]}
        outputs: {y: y}
    """

    name = "local_response_norm"
    family = "normalization"

    size: Positive
    alpha: Number = 1e-4
    beta: Number = 0.75
    k: Number = 1.0

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(3, 4, 5, 6, 7, 8)
        return (inputs[0],)

    def lower(self, inputs: Inputs) -> Call:
        keywords = {"size": self.size} | changed(self, "alpha", "beta", "k")
        return Call("torch.nn.LocalResponseNorm", keywords)

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return all_but(1, inputs[0])


@register_op
class Scale(Op):
    """Multiplies by a constant: x [N, *] -> the same shape.

    - factor: the constant

    As residuals are scaled by Szegedy et al. (2016), Inception-v4, section 3.3. For learned factors
    use `parameter` and `mul` with `broadcast: true`.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 32, 32]}
        nodes:
          y: {op: scale, factor: 0.2, shape: [N, 8, 32, 32]}
        outputs: {y: y}
    """

    name = "scale"
    family = "normalization"
    traits = frozenset({"channel_affine", "linear_map", "elementwise"})

    factor: Number

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.mul", arguments=(Input(0), self.factor))
