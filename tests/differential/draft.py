"""A scope of a random spec that grows node by node, each tried in eager torch before it is kept.

Tensors are known at several points, sizes of the free dims; a node is kept where torch runs it at
all of them with one module.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import torch
from torch import Tensor

from netspec.ops.registry import find_builtin, op_names
from tests.differential.arguments import draw_arguments
from tests.differential.oracle import Oracle
from tests.differential.reading import SHAPED, Held, Made, Refused, present
from tests.differential.sizes import Forms, Points, declared, expanded, reshaped

Node = dict[str, object]
LARGEST = 12000
"""Elements of a tensor; small tensors make fast networks."""
OFTEN = {"conv": 3, "matmul": 4, "multihead_attention": 5, "parameter": 2, "upsample": 2, "mul": 2}
OFTEN |= {"concat": 2, "add": 3, "linear": 2, "expand": 2, "group_norm": 2}
ARITIES = {name: kind.arity for name in op_names() if (kind := find_builtin(name))}
OPS = [name for name in ARITIES for _ in range(OFTEN.get(name, 1))]
UNARY = [name for name in OPS if ARITIES[name] == (1, 1)]


@dataclass
class World:
    """What all scopes of a spec have in common."""

    draw: Random
    points: Points
    oracle: Oracle
    forms: Forms

    def chance(self, probability: float) -> bool:
        return self.draw.random() < probability


@dataclass
class Draft:
    """Nodes, the tensors that can be read (by what a spec calls them), and those not yet read."""

    world: World
    names: list[dict[str, object]]
    tensors: dict[str, list[Tensor]]
    params: dict[str, object] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    written: dict[str, tuple[str, ...]] = field(default_factory=dict)
    last: str | None = None
    place: tuple[str, ...] = ()

    # --- choosing -----------------------------------------------------------------------------

    def source(self) -> str:
        """A tensor to read: mostly the last, or one that nothing reads yet."""
        draw = self.world.draw
        if self.last and self.world.chance(0.6):
            return self.last
        if self.unread and self.world.chance(0.5):
            return draw.choice([*self.unread])
        return draw.choice([*self.tensors])

    def shapes(self, reference: str) -> list[tuple[int, ...]]:
        """The shape at the points, dimension by dimension."""
        return list(zip(*(tensor.shape for tensor in self.tensors[reference]), strict=True))

    def partners(self, op: str, first: str) -> list[str]:
        """Further inputs of an op that takes several."""
        least, most = ARITIES[op]
        if most == 1:
            return []
        draw, shapes = self.world.draw, self.shapes(first)
        count = draw.randint(max(least, 1), most or 3) - 1
        if op in ("add", "mul", "concat") and self.world.chance(0.9):
            alike = [name for name in self.tensors if len(self.shapes(name)) == len(shapes)]
            equal = [name for name in alike if self.shapes(name) == shapes]
            alike = equal if self.world.chance(0.7) else alike
            fresh = [name for name in alike if name in self.unread]
            return [draw.choice(fresh or alike) for _ in range(count)]
        if op == "multihead_attention" and count == 1:
            count = draw.choice([0, 2])
        return [draw.choice([*self.tensors]) for _ in range(count)]

    def op(self, name: str, reads: Sequence[str]) -> Node | None:
        """A node that applies an op, with arguments that may fit."""
        draw, kind = self.world.draw, find_builtin(name)
        assert kind is not None
        shapes = [tuple(self.tensors[each][0].shape) for each in reads]
        node = draw_arguments(draw, kind, shapes)
        if name in ("reshape", "expand"):
            fitted = reshaped if name == "reshape" else expanded
            if not self.shapes(reads[0]) or not (
                shape := fitted(draw, self.shapes(reads[0]), self.world.forms)
            ):
                return None
            node["shape"] = shape
        if isinstance(node.get("size"), list) and self.world.chance(0.4):
            said = [self.world.forms.say(size) for size in self.shapes(reads[0])[2:]]
            node["size"] = [4 if size is None else size for size in said]
        hidden = {key: self.hidden(value) for key, value in node.items()}
        return {"op": name, **hidden}

    def hidden(self, value: object) -> object:
        """A number, or an expression that gives it here."""
        if isinstance(value, list):
            return [self.hidden(item) for item in value] if self.world.chance(0.1) else value
        if isinstance(value, bool) or not isinstance(value, int) or not self.world.chance(0.15):
            return value
        channels = [
            name
            for name, tensor in self.names[0].items()
            if isinstance(tensor, Tensor) and tensor.ndim > 1 and tensor.shape[1] == value
        ]
        if channels and self.world.chance(0.5):
            return f"{self.world.draw.choice(channels)}.channels"
        form, held = self.world.draw.choice(
            [
                ("{}", value),
                ("{} - 1", value + 1),
                ("{} + 1", value - 1),
                ("{} // 2", 2 * value),
                ("{} / 2", 2 * value),
                ("min({}, 9)", value),
            ]
        )
        return form.format(self.param(held))

    def param(self, value: object) -> str:
        """A parameter of the scope with this default; one that is there is used again."""
        same = [key for key, known in self.params.items() if known is value or known == value]
        same = [key for key in same if type(self.params[key]) is type(value)]
        if same and self.world.chance(0.6):
            return self.world.draw.choice(same)
        name = f"p{len(self.params)}"
        self.params[name] = value
        for names in self.names:
            names[name] = Held(value, {}) if isinstance(value, dict) else value
        return name

    # --- growing ------------------------------------------------------------------------------

    def grow(self) -> bool:
        """One more op. False where none of a few fits."""
        for _ in range(6):
            op = self.world.draw.choice(OPS)
            if not self.tensors and op != "parameter":
                continue
            first = self.source() if op != "parameter" else ""
            reads = [first, *self.partners(op, first)] if first else []
            node = self.op(op, reads)
            if node is not None and self.keep(node, reads):
                return True
        return False

    def keep(self, node: Node, reads: Sequence[str], name: str = "") -> bool:
        """Write a node, if torch runs it at all points."""
        name = name or f"n{len(self.nodes)}"
        by_default = [*reads] == [self.last] and self.world.chance(0.7)
        if reads and not by_default:
            node = {**node, "from": reads[0] if len(reads) == 1 else [*reads]}
        made = self.attempt(name, node, reads)
        if made is None:
            return False
        self.write(name, node, reads, made)
        return True

    def attempt(self, name: str, node: Node, reads: Sequence[str]) -> list[Made] | None:
        """What it gives at each point; None where torch refuses it at one of them."""
        oracle, home = self.world.oracle, (*self.place, name)
        owner = self.nodes[str(node["share"])] if "share" in node else node
        if "share" in node:
            home = (*self.place, str(node["share"]))
        made, before, oracle.fixed = [], set(oracle.modules), {}
        try:
            for index, point in enumerate(self.world.points):
                oracle.bind(point)
                read = [self.tensors[each][index] for each in reads]
                copies = present(owner, self.names[index])
                copies = copies if present(node, self.names[index]) else []
                with torch.no_grad():
                    if copies:
                        found = oracle.line(owner, copies, read, home, home)
                    else:
                        found = Made(read[:1])
                if any(not 0 < each.numel() < LARGEST or each.ndim > 6 for each in found.tensors):
                    raise Refused(home, "too large, or empty", own=True)
                made.append(found)
        except (Refused, ValueError, TypeError, KeyError, ZeroDivisionError, IndexError):
            for place in set(oracle.modules) - before:
                del oracle.modules[place]
            return None
        return made

    def write(self, name: str, node: Node, reads: Sequence[str], made: list[Made]) -> None:
        for reference in reads:
            self.unread.pop(reference, None)
            for other in self.written.get(reference.partition(".")[0], ()):
                self.unread.pop(other, None)
        self.nodes[name] = node
        first = made[0]
        selects = first.names or tuple(map(str, range(len(first.tensors))))
        if len(first.tensors) == 1:
            references = [name]
        else:
            references = [f"{name}.{select}" for select in selects]
        for index, reference in enumerate(references):
            self.tensors[reference] = [each.tensors[index] for each in made]
        self.written[name] = tuple(references)
        self.unread[references[-1]] = None
        self.last = name if len(references) == 1 else None
        plain = node.get("op") not in SHAPED and "share" not in node and "when" not in node
        if plain and self.world.chance(0.25):
            shapes = [declared(self.shapes(each), self.world.forms) for each in references]
            node["shape"] = shapes[0] if len(shapes) == 1 else shapes

    def used(self) -> dict[str, object]:
        """Parameters that the nodes read: some were drawn for nodes that were not kept."""
        text = str(self.nodes)
        return {key: held for key, held in self.params.items() if re.search(rf"\b{key}\b", text)}

    def ends(self) -> list[str]:
        """What nothing reads: the outputs of the scope."""
        return [*self.unread]
