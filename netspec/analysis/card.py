"""What a list of networks says of each: its size, its cost, what it takes and what it is."""

import re
from dataclasses import dataclass

from netspec.analysis.table import total
from netspec.analysis.words import least_words, shape_words
from netspec.graph.ir import FreeDim, Graph
from netspec.shape import Shape, Size, nominal

_SENTENCE = re.compile(r"(?<=\.)\s+")
_EQUAL = re.compile(r"[,;]?\s*\bequal to (?P<original>.+?)(?=[,;:]\s|\.?$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """One network. `inputs` are nominal shapes but for the batch N, which `dims` leaves out.

    `equal_to` is what its doc says after "equal to", `summary` the first sentence without that.
    """

    name: str
    parameters: int
    macs: int
    inputs: tuple[tuple[str, Shape], ...]
    dims: tuple[FreeDim, ...]
    equal_to: str
    summary: str
    source: str

    @property
    def gmacs(self) -> str:
        """Billions of multiply-accumulates, to three digits: `4.09`, `0.000417`."""
        return f"{self.macs / 1e9:.3g}"

    @property
    def input_words(self) -> str:
        """`3×224×224`, without the batch."""
        return ", ".join(shape_words(shape).removeprefix("N×") for _, shape in self.inputs)

    @property
    def least(self) -> str:
        """`H, W ≥ 33`; `fixed` where no size is free."""
        return least_words(self.dims) or "fixed"


def card(name: str, graph: Graph) -> Card:
    """The card of a checked graph under this name."""
    root, cost = graph.root, total(graph)
    equal_to, summary = _sentences(graph.doc)
    return Card(
        name,
        cost.parameters,
        cost.macs,
        tuple(zip(root.input_names, map(_nominal, root.inputs), strict=True)),
        tuple(dim for dim in graph.dims if dim.symbol.name != "N"),
        equal_to,
        summary,
        graph.source,
    )


def _nominal(shape: Shape) -> Shape:
    return tuple(size if _is_batch(size) else nominal(size) for size in shape)


def _is_batch(size: Size) -> bool:
    return str(size) == "N"


def _sentences(doc: str) -> tuple[str, str]:
    """What a doc says that the network is equal to, and its first sentence otherwise."""
    sentences = _SENTENCE.split(" ".join(doc.split()))
    found = next(filter(None, map(_EQUAL.search, sentences)), None)
    rest = (_EQUAL.sub("", sentence).strip() for sentence in sentences)
    summary = next((sentence for sentence in rest if sentence.strip(".")), "")
    return found["original"] if found else "", summary
