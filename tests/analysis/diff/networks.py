"""Random networks whose every node keeps the shape, so that any edit gives a network again."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from hypothesis import strategies as st

import netspec
from netspec.graph.ir import Graph

Line = dict[str, object]
Named = dict[str, Line]

OPS: list[Line] = [
    {"op": "conv", "out_channels": 8, "kernel_size": 1},
    {"op": "conv", "out_channels": 8, "kernel_size": 3, "padding": 1},
    {"op": "conv", "out_channels": 8, "kernel_size": 1, "groups": 2},
    {"op": "batch_norm"},
    {"op": "batch_norm", "eps": 0.001},
    {"op": "dropout", "p": 0.25},
    {"op": "relu"},
    {"op": "gelu"},
    {"op": "sigmoid"},
]

CHANGES: dict[str, tuple[str, object]] = {
    "conv": ("bias", False),
    "batch_norm": ("momentum", 0.5),
    "dropout": ("p", 0.75),
    "gelu": ("approximate", "tanh"),
}
"""An op and an argument that may be changed, to a value that none of `OPS` has."""


@dataclass
class Network:
    """`nodes` of the network, of the block `unit`, and of the chain `line` among the nodes."""

    nodes: Named
    unit: Named
    line: list[Line]

    def graph(self, name: str = "test") -> Graph:
        return netspec.check_spec(self.spec(name)).graph

    def spec(self, name: str = "test") -> dict[str, object]:
        nodes = {
            key: {**node, "chain": self.line} if "chain" in node else node
            for key, node in self.nodes.items()
        }
        return {
            "netspec": 1,
            "name": name,
            "inputs": {"image": ["N", 8, 6, 6]},
            "blocks": {"unit": {"nodes": self.unit}},
            "nodes": nodes,
            "outputs": {"y": list(nodes)[-1]},
        }

    def copy(self) -> "Network":
        return deepcopy(self)


def _named(prefix: str, lines: list[Line]) -> Named:
    return {f"{prefix}{index}": line for index, line in enumerate(lines)}


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Some ops in a line, with a chain and with repeats of a block among them."""
    lines = draw(st.lists(st.sampled_from(OPS), min_size=2, max_size=6))
    nodes = list(_named("node", lines).items())
    count = draw(st.integers(1, 4))
    extra: list[tuple[str, Line]] = [("line", {"chain": []}), ("units", {"op": "unit"})]
    extra[1][1]["repeat"] = count
    for item in extra:
        nodes.insert(draw(st.integers(0, len(nodes))), item)
    nodes.append(("last", {"op": "tanh"}))
    unit = draw(st.lists(st.sampled_from(OPS), min_size=2, max_size=5))
    line = draw(st.lists(st.sampled_from(OPS), min_size=1, max_size=7))
    return deepcopy(Network(dict(nodes), _named("part", unit), line))


def renamed(nodes: Named, old: str, new: str) -> Named:
    """The same nodes, one under another name."""
    return {new if key == old else key: node for key, node in nodes.items()}


def placed(nodes: Named, name: str, node: Line, index: int) -> Named:
    """The nodes without `name`, and then with it at a place."""
    items = [item for item in nodes.items() if item[0] != name]
    items.insert(index, (name, node))
    return dict(items)


Edit = Callable[[Network], object]
