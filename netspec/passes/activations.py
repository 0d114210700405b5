"""Activations that can be computed where a convolution writes its result."""

from collections.abc import Mapping
from dataclasses import dataclass

from netspec.ops.base import Call


@dataclass(frozen=True, slots=True)
class Activation:
    """A function of one element, by the name that oneDNN's kernels know in torch, with its
    numbers and the name of the algorithm where there are several."""

    name: str
    numbers: tuple[float, ...] = ()
    algorithm: str = ""


def activation_of(call: Call) -> Activation | None:
    """The activation that a call constructs; None where it constructs none of these."""
    kind = _KINDS.get(call.target)
    if kind is None:
        return None
    name, defaults = kind
    given = {key: value for key, value in call.keywords.items() if key != "inplace"}
    if call.target == _GELU:
        return Activation(name, (), str(given.get("approximate", "none")))
    values = [given.get(key, default) for key, default in defaults.items()]
    numbers = tuple(value for value in values if isinstance(value, int | float))
    return Activation(name, numbers) if given.keys() <= defaults.keys() else None


_GELU = "torch.nn.GELU"
_KINDS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "torch.nn.ReLU": ("relu", {}),
    "torch.nn.ReLU6": ("hardtanh", {"min_val": 0.0, "max_val": 6.0}),
    "torch.nn.Hardtanh": ("hardtanh", {"min_val": -1.0, "max_val": 1.0}),
    "torch.nn.LeakyReLU": ("leaky_relu", {"negative_slope": 0.01}),
    "torch.nn.SiLU": ("swish", {}),
    "torch.nn.Sigmoid": ("sigmoid", {}),
    "torch.nn.Tanh": ("tanh", {}),
    "torch.nn.Hardswish": ("hardswish", {}),
    _GELU: ("gelu", {}),
}
"""Target -> name, and the arguments that become its numbers with torch's defaults."""
