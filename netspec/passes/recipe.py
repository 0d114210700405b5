"""How the weights of an optimized network come from those of the spec's modules, as data.

Passes know no numbers: they write down what is to be done, and the back end does it to the weights
that are loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from netspec.graph.ir import Leaf, Node
from netspec.ops.base import Call, Op
from netspec.passes.flat import leaf_of


@dataclass(frozen=True, slots=True)
class Original:
    """The weights of the module at `path`, which `call` makes for inputs of this rank."""

    path: str
    call: Call
    rank: int


@dataclass(frozen=True, slots=True)
class Affine:
    """Factor and shift of a map that is one for each of so many channels, as weight and bias."""

    of: Original
    channels: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A convolution or linear map `host`, made by `call`, with a channel affine map before or after
    it taken in."""

    host: "Recipe"
    call: Call
    affine: Affine
    is_before: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """The channels of several convolutions, one after the other."""

    parts: "tuple[Recipe, ...]"


@dataclass(frozen=True, slots=True)
class Unbiased:
    """The weight of a convolution, and no bias."""

    of: "Recipe"


@dataclass(frozen=True, slots=True)
class Mean:
    """A convolution of each of so many channels for itself, whose weight is 1 / `divisor` at each
    of the `taps` of its window, with the bias of another."""

    bias_of: "Recipe"
    channels: int
    taps: int
    divisor: int


Recipe: TypeAlias = Original | Affine | Folded | Joined | Unbiased | Mean


def originals(recipe: Recipe) -> Iterator[Original]:
    """The modules whose weights a recipe takes."""
    match recipe:
        case Original():
            yield recipe
        case Affine() | Unbiased():
            yield from originals(recipe.of)
        case Folded():
            yield from originals(recipe.host)
            yield from originals(recipe.affine)
        case Joined():
            for part in recipe.parts:
                yield from originals(part)
        case Mean():
            yield from originals(recipe.bias_of)


class Made(Op):
    """What a pass made of ops of the spec. It has no traits: no pass takes it for one of them."""

    name: ClassVar[str] = "made"

    recipe: Recipe


def recipe_of(node: Node) -> Recipe:
    """Where the weights of a node of a flat scope come from."""
    leaf = leaf_of(node)
    if isinstance(leaf.op, Made):
        return leaf.op.recipe
    rank = len(leaf.inputs[0]) if leaf.inputs else 0
    return Original(".".join(node.at), leaf.call, rank)


def made(leaf: Leaf, call: Call, recipe: Recipe) -> Leaf:
    """A leaf in place of this one, with another call and other weights."""
    return Leaf(Made(recipe=recipe), leaf.inputs, {}, leaf.macs, call)
