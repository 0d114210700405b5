"""Random specs of whole networks, over all ops and all constructs of the language.

`random_case(seed)` is the same each time. About two in three are meant to be sound; into the others
a fault is put, which may make them invalid at some size, at all sizes, or not at all.
"""

import json
from collections.abc import Mapping
from random import Random

import torch
from torch import Tensor

from tests.differential.draft import UNARY, Draft, Node, World
from tests.differential.images import draw_dims, draw_points, draw_shape
from tests.differential.oracle import Oracle
from tests.differential.sizes import Forms, declared
from tests.differential.spoil import SPOILERS

Spec = dict[str, object]
CHANNELS = (1, 2, 3, 4, 4, 6, 8)


def random_spec(seed: int, size: int = 14) -> Spec:
    """The spec of a number; `size` is about how many nodes it has."""
    draw = Random(seed)
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        drawn: Spec = {}
        while not drawn.get("nodes"):  # an input may have been too large
            drawn = Maker(draw, size).spec()
    spec: Spec = json.loads(json.dumps(drawn))  # no part of it is another
    if draw.random() < 0.42:
        draw.choice(SPOILERS)(draw, spec)
    return spec


class Maker:
    """Draws one spec."""

    def __init__(self, draw: Random, size: int) -> None:
        self.draw = draw
        self.size = size
        self.dims = draw_dims(draw) if draw.random() < 0.6 else {}

    def spec(self) -> Spec:
        channels = self.draw.choice(CHANNELS)
        first = draw_shape(self.draw, self.dims, channels)
        inputs = {"image": first}
        if self.draw.random() < 0.3:
            inputs["other"] = (
                first if self.draw.random() < 0.6 else draw_shape(self.draw, self.dims, channels)
            )
        used = {name for name in self.dims if name in str(inputs)}
        self.dims = {name: dim for name, dim in self.dims.items() if name in used}
        spec: Spec = {"netspec": 1, "name": "network"}
        if self.dims:
            spec["dims"] = self.dims
        spec["inputs"] = inputs
        if self.draw.random() < 0.15:
            spec["defaults"] = {"batch_norm": {"eps": 0.001}, "conv": {"bias": False}}
        points = draw_points(self.draw, self.dims)
        world = World(self.draw, points, Oracle(spec), Forms(self.draw, points))
        tensors: dict[str, list[Tensor]] = {name: [] for name in inputs}
        for point in points:
            for name, tensor in zip(inputs, world.oracle.inputs(point), strict=True):
                tensors[name].append(tensor)
        network = self.scope(world, tensors, params=False)
        network.last = "image"
        blocks = self.blocks(world, network)
        while len(network.nodes) < self.size:
            if not self.grow(network, blocks):
                break
        spec["params"] = network.used()
        spec["blocks"] = {
            name: block for name, block in world.oracle.blocks.items() if name in blocks
        }
        spec["nodes"] = network.nodes
        spec["outputs"] = self.outputs(network)
        for key in ("params", "blocks"):
            if not spec[key]:
                del spec[key]
        return self.with_places(spec)

    def scope(
        self, world: World, tensors: Mapping[str, list[Tensor]], *, params: bool = True
    ) -> Draft:
        names = [
            {**point, **{name: every[index] for name, every in tensors.items()}}
            for index, point in enumerate(world.points)
        ]
        return Draft(world, names, dict(tensors), unread=dict.fromkeys(tensors))

    # --- constructs ---------------------------------------------------------------------------

    def grow(self, draft: Draft, blocks: list[str]) -> bool:
        """One more node, of any kind; an op where that kind does not fit."""
        kinds = [*[self.chain] * 2, self.subgraph, self.repeat, self.share, self.condition]
        if blocks:
            kinds += [lambda draft: self.call(draft, blocks)] * 3
        if self.draw.random() < 0.3 and self.draw.choice(kinds)(draft):
            return True
        return any(draft.grow() for _ in range(3))

    def blocks(self, world: World, network: Draft) -> list[str]:
        """Blocks, each drawn for a tensor that there is, and called at once."""
        found: list[str] = []
        for number in range(self.draw.choice([0, 0, 1, 1, 2])):
            name = f"block{number}"
            inputs = ["x"] if self.draw.random() < 0.8 else ["x", "y"]
            reads = [network.source() for _ in inputs]
            tensors = {key: network.tensors[each] for key, each in zip(inputs, reads, strict=True)}
            body = self.scope(world, tensors)
            body.place, body.last = (name,), inputs[0]
            if self.draw.random() < 0.3:
                body.keep({"op": body.param({"op": self.activation()})}, [body.source()])
            for _ in range(self.draw.randint(2, 5)):
                body.grow()
            if not body.nodes or set(inputs) & set(body.unread):
                continue
            world.oracle.blocks[name] = self.block(body, inputs)
            if network.keep({"op": name, **self.passed(body)}, reads):
                found.append(name)
            else:
                del world.oracle.blocks[name]
        return found

    def block(self, body: Draft, inputs: list[str]) -> Node:
        block: Node = {}
        if body.used():
            block["params"] = body.used()
        if inputs != ["x"]:
            block["inputs"] = inputs
        block["nodes"] = body.nodes
        ends = body.ends()
        if len(ends) > 1:
            block["outputs"] = {f"out{index}": end for index, end in enumerate(ends)}
        elif ends[0] != [*body.nodes][-1]:
            block["output"] = ends[0]
        return block

    def activation(self) -> str:
        return self.draw.choice(["relu", "gelu", "tanh", "identity", "softplus"])

    def passed(self, body: Draft) -> Node:
        """Some of the parameters, with their values said once more."""
        return {key: value for key, value in body.used().items() if self.draw.random() < 0.3}

    def call(self, draft: Draft, blocks: list[str]) -> bool:
        name = self.draw.choice(blocks)
        block = draft.world.oracle.blocks[name]
        node: Node = {"op": name}
        for key, value in block.get("params", {}).items():
            if self.draw.random() < 0.4:
                is_node = isinstance(value, dict)
                other = {"op": self.activation()} if is_node else self.draw.choice([1, 2, 3, 4])
                node[key] = draft.hidden(other)
        if self.draw.random() < 0.2:
            node["repeat"] = self.draw.randint(1, 3)
        return draft.keep(node, [draft.source() for _ in block.get("inputs", ["x"])])

    def chain(self, draft: Draft) -> bool:
        """A chain of ops, of which some are repeated, spliced or conditional."""
        first = draft.source()
        inner = Draft(draft.world, draft.names, {"x": draft.tensors[first]}, draft.params)
        inner.place, inner.last = (*draft.place, f"chain{len(draft.nodes)}"), "x"
        members: list[object] = []
        for _ in range(self.draw.randint(1, 4)):
            op = self.draw.choice(["conv", "linear", "relu", "batch_norm", "tanh", "layer_norm"])
            op = op if self.draw.random() < 0.5 else self.unary()
            node = inner.op(op, ["x"])
            if node is None or (made := inner.attempt(f"m{len(members)}", node, ["x"])) is None:
                continue
            if len(made[0].tensors) > 1:
                continue
            inner.tensors["x"] = [each.tensors[0] for each in made]
            if self.draw.random() < 0.1:
                node["when"] = draft.param(True)
            members.append(node if len(node) > 1 or self.draw.random() < 0.5 else op)
        if not members:
            return False
        if self.draw.random() < 0.2:
            members.append({"op": "relu", "repeat": self.draw.randint(0, 2)})
        if self.draw.random() < 0.2:
            members.insert(0, {"chain": [{"op": "identity"}, "tanh"], "splice": True})
        return draft.keep({"chain": members}, [first])

    def unary(self) -> str:
        return self.draw.choice(UNARY)

    def subgraph(self, draft: Draft) -> bool:
        first = draft.source()
        inner = self.scope(draft.world, {"z": draft.tensors[first]})
        inner.params = draft.params
        inner.names = [
            {**{k: v for k, v in outer.items() if not isinstance(v, Tensor)}, **own}
            for outer, own in zip(draft.names, inner.names, strict=True)
        ]
        inner.place, inner.last = (*draft.place, f"sub{len(draft.nodes)}"), "z"
        before = set(draft.params)
        for _ in range(self.draw.randint(1, 3)):
            inner.grow()
        for key in set(draft.params) - before:
            for names in draft.names:
                names[key] = draft.params[key]
        if not inner.nodes or "z" in inner.unread:
            return False
        block = self.block(inner, ["z"])
        block.pop("params", None)
        return draft.keep(block, [first])

    def repeat(self, draft: Draft) -> bool:
        """Copies of an op, whose arguments may count."""
        op, first = self.unary(), draft.source()
        node = draft.op(op, [first])
        if node is None:
            return False
        node["repeat"] = self.draw.randint(1, 3)
        if "out_channels" in node and self.draw.random() < 0.5:
            node["out_channels"] = "2 * (index + 1)"
            node.pop("groups", None)
        if op in ("conv", "max_pool") and self.draw.random() < 0.5:
            node["first"] = {"stride": 1}
        if self.draw.random() < 0.3:
            node["when"] = "index > 0 or count < 3"
        if self.draw.random() < 0.3:
            node["label"] = "layer1"
        return draft.keep(node, [first])

    def share(self, draft: Draft) -> bool:
        """Another use of a module that there is."""
        owners = [
            name
            for name, node in draft.nodes.items()
            if node.get("op") not in (None, "parameter", "reshape", "expand")
            and len(node) > 1
            and not node.keys() & {"share", "when", "repeat"}
        ]
        if not owners:
            return False
        owner = self.draw.choice(owners)
        given = draft.nodes[owner].get("from", "")
        if isinstance(given, list):
            return False
        return draft.keep({"share": owner}, [draft.source()])

    def condition(self, draft: Draft) -> bool:
        """A node that a parameter switches on or off."""
        op, first = self.unary(), draft.source()
        node = draft.op(op, [first])
        if node is None:
            return False
        holds = self.draw.random() < 0.6
        name = draft.param(holds)
        return draft.keep({**node, "when": self.draw.choice([name, f"not (not {name})"])}, [first])

    # --- the frame ----------------------------------------------------------------------------

    def outputs(self, network: Draft) -> dict[str, object]:
        found: dict[str, object] = {}
        for index, end in enumerate(network.ends()):
            entry: dict[str, object] = {"from": end}
            if self.draw.random() < 0.5:
                entry["shape"] = declared(network.shapes(end), network.world.forms)
            if index and self.draw.random() < 0.1:
                entry["training"] = True
            found[f"out{index}"] = entry if len(entry) > 1 else end
        return found

    def with_places(self, spec: Spec) -> Spec:
        """Some modules put elsewhere."""
        for name, node in spec["nodes"].items():
            if self.draw.random() < 0.05 and "share" not in node:
                node["at"] = f"held.{name}"
        return spec
