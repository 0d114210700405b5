"""Which tensors of one network have a place in another."""

from collections.abc import Iterator
from dataclasses import dataclass

from netspec.analysis.diff.pairing import Pair
from netspec.graph.ir import Graph, Leaf
from netspec.ops.base import Weight


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A tensor that is there in both networks, and of another shape."""

    before: str
    after: str
    shapes: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Placement:
    """Keys of the old `state_dict` and where they belong in the new one.

    `same` load by their names, `renamed` (old -> new) by another; `reshaped` would but for their
    shape; `homeless` are the old keys that belong nowhere, `fresh` the new ones that start from
    initialization, those of `reshaped` among them. `misleading` keys have the same name and shape
    in both networks, but are another layer's there: loading by name alone would mix them up.
    """

    same: tuple[str, ...]
    renamed: dict[str, str]
    reshaped: tuple[Reshaped, ...]
    homeless: tuple[str, ...]
    fresh: tuple[str, ...]
    misleading: tuple[str, ...]
    count: int
    """How many tensors the old network has."""

    @property
    def sources(self) -> dict[str, str]:
        """New key -> old key, for all that can be moved."""
        return {key: key for key in self.same} | {b: a for a, b in self.renamed.items()}


def place_weights(left: Graph, right: Graph, pairs: list[Pair]) -> Placement:
    """Where each tensor of `left` belongs in `right`, by the pairs of nodes that match."""
    ours = {key: weight for key, _, weight in left.weights()}
    theirs = {key: weight for key, _, weight in right.weights()}
    partners = {b: a for pair in pairs for a, b in _keys(pair)}
    same, renamed, reshaped = [], {}, []
    for key, weight in theirs.items():
        old = partners.get(key)
        if old is None:
            continue
        if not _fits(ours[old], weight):
            reshaped.append(Reshaped(old, key, (ours[old].shape, weight.shape)))
        elif old == key:
            same.append(key)
        else:
            renamed[old] = key
    kept = {*same, *renamed.values()}
    homeless = ours.keys() - partners.values()
    return Placement(
        tuple(same),
        renamed,
        tuple(reshaped),
        tuple(key for key in ours if key in homeless),
        tuple(key for key in theirs if key not in kept),
        tuple(
            key
            for key, weight in theirs.items()
            if key in ours and partners.get(key) != key and _fits(ours[key], weight)
        ),
        len(ours),
    )


def _keys(pair: Pair) -> Iterator[tuple[str, str]]:
    """Old and new key of the tensors that a pair of ops has in common.

    An op that was replaced keeps them only where the new one is of the same family: the bias of a
    convolution is no bias of a normalization.
    """
    left, right = pair.left.node.body, pair.right.node.body
    if not isinstance(left, Leaf) or not isinstance(right, Leaf):
        return
    if left.op.name != right.op.name and left.op.family != right.op.family:
        return
    for name in right.weights:
        if name in left.weights:
            yield _joined(pair.left.path, name), _joined(pair.right.path, name)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if name else path


def _fits(left: Weight, right: Weight) -> bool:
    return left.shape == right.shape and left.dtype == right.dtype
