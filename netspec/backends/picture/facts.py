"""What depends on where a node stands: the bytes that it writes, and where it looks."""

from collections.abc import Mapping
from dataclasses import dataclass

from netspec.analysis.columns import COLUMNS, WHOLE
from netspec.analysis.measure import Layer, measure
from netspec.graph.ir import Graph

_DEEPEST = 100
_WORDS = {"field": "receptive field", "stride": "stride"}


@dataclass(frozen=True, slots=True)
class Facts:
    """By the path of a node: bytes of its outputs, and further rows for the panel."""

    memory: Mapping[str, int]
    rows: Mapping[str, Mapping[str, str]]


def facts(graph: Graph) -> Facts:
    """The facts of every node of a graph, at its nominal sizes."""
    layers = measure(graph, _DEEPEST).layers
    rows = {layer.row.path: found for layer in layers if (found := _rows(layer))}
    return Facts({layer.row.path: layer.memory or 0 for layer in layers}, rows)


def _rows(layer: Layer) -> dict[str, str]:
    words = {name: COLUMNS[key].words(layer) for key, name in _WORDS.items()}
    return {
        name: "the whole image" if text == WHOLE else text for name, text in words.items() if text
    }
