"""All that is to be said of each node of a network, and of the whole."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from math import prod

from netspec.analysis.flow import flow
from netspec.analysis.frozen import frozen_keys
from netspec.analysis.memory import Activations, activations
from netspec.analysis.receptive_field import Fields, first_fields, leaf_fields
from netspec.analysis.stride import Steps, first_steps, leaf_steps
from netspec.analysis.table import Cost, Row, rows, total
from netspec.graph.ir import Graph

FLOAT_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}


@dataclass(frozen=True, slots=True)
class Layer:
    """A row of the layer table with what it writes, in bytes, and where its first output looks.

    `trainable` are the parameters that are not frozen. `memory` is None for what evaluation does
    not compute, `fields` and `strides` have an entry for each spatial dimension.
    """

    row: Row
    trainable: int
    memory: int | None
    fields: Fields
    strides: Steps


@dataclass(frozen=True, slots=True)
class Measured:
    """A network of floats of `dtype`, at its nominal sizes. `weights` and `peak` are bytes; the
    peak is reached at the node `peak_at`, `written` is what all nodes write together."""

    graph: Graph
    dtype: str
    layers: list[Layer]
    cost: Cost
    trainable: int
    weights: int
    peak: int
    peak_at: str
    written: int

    def __str__(self) -> str:
        """The table of `netspec summary`, without a newline at its end."""
        from netspec.analysis.overview import table  # overview imports this module

        return "\n".join(table(self))


def measure(
    graph: Graph, depth: int = 1, dtype: str | None = None, freeze: Collection[str] = ()
) -> Measured:
    """Measure a checked graph; its rows go down to `depth` levels.

    `dtype` is by default that of the inputs. `freeze` are globs over `state_dict` keys, of
    parameters that do not learn. Raises NetspecError for a glob that fits none.
    """
    dtype = dtype or default_dtype(graph)
    size = FLOAT_BYTES[dtype]
    found, cost = activations(graph.root), total(graph)
    frozen = _frozen(graph, freeze)
    return Measured(
        graph=graph,
        dtype=dtype,
        layers=_layers(graph, depth, size, found, frozen),
        cost=cost,
        trainable=cost.parameters - frozen[""],
        weights=cost.bytes_in(size),
        peak=found.peak * size,
        peak_at=found.at,
        written=found.total * size,
    )


def default_dtype(graph: Graph) -> str:
    """That of the inputs, where they agree."""
    first, *others = {*graph.dtypes}
    return "float32" if others else first


def _layers(
    graph: Graph, depth: int, size: int, found: Activations, frozen: Counter[str]
) -> list[Layer]:
    fields: dict[str, Fields] = {}
    strides: dict[str, Steps] = {}
    root = graph.root
    flow(root, first_fields(root), leaf_fields, lambda path, all: fields.update({path: all[0]}))
    flow(root, first_steps(root), leaf_steps, lambda path, all: strides.update({path: all[0]}))
    return [
        Layer(
            row=row,
            trainable=row.cost.parameters - frozen[row.path],
            memory=_bytes(found.written.get(row.path), size),
            fields=fields[row.path],
            strides=strides[row.path],
        )
        for row in rows(graph, depth)
    ]


def _bytes(elements: int | None, size: int) -> int | None:
    return None if elements is None else elements * size


def _frozen(graph: Graph, globs: Collection[str]) -> Counter[str]:
    """Elements of the parameters that fit a glob, below each path; "" is the whole network."""
    frozen: Counter[str] = Counter()
    if not globs:
        return frozen
    weights = ((key, weight) for key, _, weight in graph.weights() if weight.kind == "parameter")
    elements = {key: prod(weight.shape) for key, weight in weights}
    for key in frozen_keys(elements, globs, "--freeze"):
        ends = [end for end, letter in enumerate(key) if letter == "."]
        for end in (0, *ends, len(key)):
            frozen[key[:end]] += elements[key]
    return frozen
