"""Random specs of whole networks: ops, blocks with parameters, chains, repeats, conditions, several
inputs and outputs, shared modules, free sizes.

`random_spec(seed, size)` is the same dict each time; a smaller `size` gives a smaller network of
the same kind. `python -m tests.random_specs 1000` prints what a thousand of them hold.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator

Node = dict[str, object]
Spec = dict[str, object]

CHANNELS = (4, 8)
PLAIN: tuple[Node, ...] = (
    {"op": "batch_norm"},
    {"op": "group_norm", "num_groups": 2},
    {"op": "relu"},
    {"op": "relu6"},
    {"op": "gelu"},
    {"op": "leaky_relu", "negative_slope": 0.2},
    {"op": "sigmoid"},
    {"op": "tanh"},
    {"op": "softmax", "dim": 1},
    {"op": "dropout", "p": 0.3},
    {"op": "dropout2d", "p": 0.2},
    {"op": "stochastic_depth", "p": 0.3, "mode": "row"},
    {"op": "identity"},
    {"op": "scale", "factor": 0.5},
    {"op": "max_pool", "kernel_size": 3, "stride": 1, "padding": 1},
    {"op": "avg_pool", "kernel_size": 3, "stride": 1, "padding": 1},
    {"op": "local_response_norm", "size": 3},
)
"""Ops that keep every shape."""


class Maker:
    """Draws the parts of one spec. Every tensor is [N, C, H, W] with C of `CHANNELS`."""

    def __init__(self, seed: int, size: int) -> None:
        self.draw = random.Random(seed)
        self.size = size
        self.free = self.draw.random() < 0.5

    def spec(self) -> Spec:
        inputs = ["image"] if self.draw.random() < 0.7 else ["left", "right"]
        sizes: list[object] = ["H", "W"] if self.free else [8, 6]
        blocks = {f"block{index}": self.block(index) for index in range(self.draw.randint(1, 3))}
        channels = self.draw.choice(CHANNELS)
        nodes, line, width = self.nodes(inputs, channels, list(blocks))
        spec: Spec = {
            "netspec": 1,
            "name": "network",
            "inputs": {name: ["N", channels, *sizes] for name in inputs},
            "blocks": blocks,
            "nodes": nodes,
            "outputs": self.outputs(nodes, line, width),
        }
        if self.free:
            spec["dims"] = {"H": 8, "W": {"nominal": 6, "multiple_of": 2}}
        if self.draw.random() < 0.4:
            spec["init"] = [{"op": "conv", "match": "*.weight", "fill": {"normal": {"std": 0.5}}}]
        return spec

    def block(self, index: int) -> Node:
        """A residual block, a fork whose branches are joined, or a chain."""
        kind = self.draw.choice(["residual", "residual", "fork", "chain"])
        params: Node = {"width": None, "kernel": 3, "act": True}
        conv: Node = {"op": "conv", "out_channels": "width", "kernel_size": "kernel"}
        conv |= {"padding": "kernel // 2", "bias": self.draw.random() < 0.5}
        body: dict[str, Node] = {"conv": conv}
        for number in range(self.draw.randint(0, max(1, self.size // 3))):
            body[f"part{number}"] = self.plain()
        body["act"] = {"op": "relu", "when": "act"}
        if kind == "chain":
            return {"params": params, "chain": list(body.values())}
        if kind == "residual":
            body["skip"] = {
                "op": "conv",
                "from": "x",
                "out_channels": "width",
                "kernel_size": 1,
                "when": "x.channels != width",
            }
            body["sum"] = {"op": self.draw.choice(["add", "add", "mul"]), "from": ["act", "skip"]}
            return {"params": params, "nodes": body}
        body["other"] = {
            "from": "x",
            "chain": [
                {"op": "conv", "out_channels": "2 * width", "kernel_size": 1},
                self.plain(),
                {"op": "conv", "out_channels": "width", "kernel_size": 1, "repeat": 2},
            ],
        }
        body["both"] = {"op": "concat", "from": ["act", "other"]}
        body["out"] = {"op": "conv", "out_channels": "width", "kernel_size": 1}
        return {"params": params, "nodes": body}

    def plain(self) -> Node:
        return dict(self.draw.choice(PLAIN))

    def nodes(
        self, inputs: list[str], channels: int, blocks: list[str]
    ) -> tuple[dict[str, Node], list[str], int]:
        """The nodes of the network, the names of its main line, and the channels at its end."""
        nodes: dict[str, Node] = {}
        line: list[str] = []
        at, width = inputs[0], channels
        if len(inputs) == 2:
            nodes["tower"] = self.call(blocks[0], channels, "left")
            width = int(str(nodes["tower"]["width"]))
            nodes["twin"] = {"share": "tower", "from": "right"}
            kind = self.draw.choice(["add", "mul"])
            nodes["joined"] = {"op": kind, "from": ["tower", "twin"]}
            at = "joined"
        for index in range(self.draw.randint(2, max(2, self.size))):
            name = f"node{index}"
            for key, node, new in self.line(name, at, width, blocks):
                nodes[key], width, at = node, new, key
            line.append(at)
        for block in blocks:  # each is used twice, so that its uses can differ
            for _ in range(2):
                name = f"last{len(nodes)}"
                nodes[name] = self.call(block, width, at)
                at, width = name, int(str(nodes[name]["width"]))
        return nodes, [*line, at], width

    def line(
        self, name: str, at: str, width: int, blocks: list[str]
    ) -> Iterator[tuple[str, Node, int]]:
        """The next node or nodes of the main line, each with the channels that it gives."""
        kind = self.draw.choice(["block", "block", "repeat", "plain", "chain", "chunk", "token"])
        if kind in ("block", "repeat"):
            node = self.call(self.draw.choice(blocks), width, at)
            if kind == "repeat":
                node["repeat"] = self.draw.randint(1, 4)
                if self.draw.random() < 0.5:
                    node["first"] = {"kernel": 1}
                if self.draw.random() < 0.3:
                    node["label"] = "layer1"
            yield name, node, int(str(node["width"]))
        elif kind == "plain":
            yield name, {**self.plain(), "from": at}, width
        elif kind == "chain":
            members = [self.plain() for _ in range(self.draw.randint(1, 4))]
            members.append({"op": "conv", "out_channels": 8, "kernel_size": 1})
            node = {"from": at, "chain": members}
            if self.draw.random() < 0.3:
                node["at"] = f"held.{name}"
            yield name, node, 8
        elif kind == "chunk":
            yield f"{name}split", {"op": "chunk", "from": at, "chunks": 2}, width
            halves = [f"{name}split.1", f"{name}split.0"]
            yield name, {"op": "concat", "from": halves}, width
        else:
            yield f"{name}token", {"op": "parameter", "shape": [1, width, 1, 1]}, width
            tensors = [at, f"{name}token"]
            yield name, {"op": "add", "from": tensors, "broadcast": True}, width

    def call(self, block: str, width: int, at: str) -> Node:
        wide = self.draw.choice(CHANNELS)
        node: Node = {"op": block, "from": at, "width": wide}
        if self.draw.random() < 0.4:
            node["kernel"] = self.draw.choice([1, 5])
        if self.draw.random() < 0.4:
            node["act"] = False
        return node

    def outputs(self, nodes: dict[str, Node], line: list[str], width: int) -> Node:
        """A head at the end, perhaps the map too, and perhaps a head for training alone."""
        last = line[-1]
        tail: list[Node] = [{"op": "adaptive_avg_pool", "output_size": 1}, {"op": "flatten"}]
        if not self.free or self.draw.random() < 0.5:
            nodes["head"] = {"from": last, "chain": [*tail, {"op": "linear", "out_features": 3}]}
        else:
            nodes["head"] = {"op": "reshape", "from": last, "shape": ["N", width, "H * W"]}
        found: Node = {"y": "head"}
        if self.draw.random() < 0.3:
            found["map"] = last
        if self.draw.random() < 0.3:
            nodes["aux"] = {"from": line[0], "chain": [*tail, {"op": "linear", "out_features": 2}]}
            found["aux"] = {"from": "aux", "training": True}
        return found


def random_spec(seed: int, size: int = 6) -> Spec:
    """The spec of a number; `size` bounds how many nodes the main line has."""
    return Maker(seed, size).spec()


def kinds(spec: object) -> Iterator[str]:
    """What a spec holds: ops, and the keys that make nodes special."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "op":
                yield str(value).rstrip("0123456789")
            elif key in ("share", "repeat", "first", "label", "at", "when", "training", "dims"):
                yield f"{key}:"
            yield from kinds(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from kinds(item)


if __name__ == "__main__":
    count = int(sys.argv[1])
    held = Counter(kind for seed in range(count) for kind in set(kinds(random_spec(seed))))
    for kind, number in held.most_common():
        print(f"{number / count:6.1%}  {kind}")
