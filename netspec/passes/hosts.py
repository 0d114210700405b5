"""Convolutions and linear maps: the calls whose weights can take in a channel affine map."""

from netspec.graph.ir import Leaf
from netspec.ops.base import Call

CONVOLUTIONS = {f"torch.nn.Conv{rank}d" for rank in (1, 2, 3)}
TRANSPOSED = {f"torch.nn.ConvTranspose{rank}d" for rank in (1, 2, 3)}
LINEAR = "torch.nn.Linear"


def takes_after(leaf: Leaf) -> bool:
    """Can a channel affine map that reads its output be taken in? Channels are dimension 1, which
    a linear map makes of a matrix only."""
    target = leaf.call.target
    is_matrix = target == LINEAR and len(leaf.inputs[0]) == 2
    return is_matrix or target in CONVOLUTIONS or target in TRANSPOSED


def takes_before(leaf: Leaf) -> bool:
    """Can one whose output it reads be taken in? Not where zeros are padded, which the shift
    would have to reach, and are not by another padding; nor by a transposed convolution, to whose
    border fewer elements add."""
    target, keywords = leaf.call.target, leaf.call.keywords
    if target == LINEAR:
        return len(leaf.inputs[0]) == 2
    return target in CONVOLUTIONS and is_zero(keywords.get("padding", 0))


def is_zero(padding: object) -> bool:
    """Is nothing padded?"""
    if isinstance(padding, tuple):
        return all(map(is_zero, padding))
    return padding in (0, "valid")


def with_bias(call: Call) -> Call:
    """The same call of a convolution or linear map, with a bias."""
    keywords = {key: value for key, value in call.keywords.items() if key != "bias"}
    return Call(call.target, keywords, call.arguments)


def fixed_padding(leaf: Leaf) -> tuple[int, int] | None:
    """The zeros that a convolution of images pads on both sides of height and width; None where it
    pads otherwise."""
    keywords = leaf.call.keywords
    if leaf.call.target != "torch.nn.Conv2d" or "padding_mode" in keywords:
        return None
    padding = keywords.get("padding", 0)
    if padding == "valid":
        return 0, 0
    if padding != "same":
        return pair(padding)
    kernels, dilations = pair(keywords["kernel_size"]), pair(keywords.get("dilation", 1))
    if any(kernel % 2 == 0 for kernel in kernels):
        return None
    return dilations[0] * (kernels[0] // 2), dilations[1] * (kernels[1] // 2)


def pair(value: object) -> tuple[int, int]:
    """One number for height and width, or one for each."""
    first, second = value if isinstance(value, tuple) else (value, value)
    assert isinstance(first, int) and isinstance(second, int)
    return first, second
