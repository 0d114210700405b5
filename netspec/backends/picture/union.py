"""A scope of the new network together with the nodes of the old one that are gone from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from netspec.analysis.diff.pairing import ScopePair
from netspec.analysis.diff.wiring import rewired
from netspec.backends.picture.runs import Run
from netspec.backends.picture.scene import Box, End, ScopeBox, Source
from netspec.graph.ir import INPUT, Ref

_Item = tuple[Literal["input", "box", "gone"], int]
_Tensor = tuple[_Item, int]


def united(
    scope: ScopeBox, each: ScopePair, folded: Sequence[Run], gone: Mapping[int, Box]
) -> ScopeBox:
    """The scope, whose boxes are marked, with those that are `gone`, by their index on the left.

    A node that is gone reads what it read, and what read it still does, by a line that is gone.
    Lines against the order of execution, which the new network may have turned, are left out.
    """
    union = _Union(scope, each, folded, gone)
    nodes = (union.old(i) if kind == "gone" else union.new(i) for kind, i in union.order)
    return replace(scope, nodes=tuple(nodes), outputs=tuple(map(union.end, scope.outputs)))


class _Union:
    def __init__(
        self, scope: ScopeBox, each: ScopePair, folded: Sequence[Run], gone: Mapping[int, Box]
    ) -> None:
        self.scope, self.each, self.folded, self.gone = scope, each, folded, gone
        self.partner = dict(each.matching.pairs)
        self.before = {j: i for i, j in each.matching.pairs}
        self.rewired = {j for _, j in rewired(each)}
        self.box_of = {
            index: number
            for number, run in enumerate(folded)
            for index in range(run.first, run.last + 1)
        }
        self.order: list[_Item] = [("box", number) for number in range(len(scope.nodes))]
        for i in sorted(gone):
            items = [item for item, _ in self.read(i) if item[0] != "input"]
            spot = 1 + max(map(self.order.index, items), default=-1)
            self.order.insert(spot, ("gone", i))
        self.place = {item: place for place, item in enumerate(self.order)}

    def read(self, i: int) -> list[_Tensor]:
        """What a node of the left read, as far as it is in the picture."""
        found = map(self.tensor, self.each.left.scope.nodes[i].inputs)
        return [tensor for tensor in found if tensor]

    def tensor(self, ref: Ref) -> _Tensor | None:
        """A tensor of the left."""
        left, right = self.each.left.scope, self.each.right.scope
        if ref.node == INPUT:
            name = left.input_names[ref.output]
            names = right.input_names
            return (("input", names.index(name)), 0) if name in names else None
        if ref.node in self.gone:
            return ("gone", ref.node), ref.output
        j = self.partner.get(ref.node)
        if j is None or ref.output >= len(right.nodes[j].outputs):
            return None
        return ("box", self.box_of[j]), ref.output

    def source(self, tensor: _Tensor) -> Source:
        item, output = tensor
        return (INPUT, item[1]) if item[0] == "input" else (self.place[item], output)

    def old(self, i: int) -> Box:
        return replace(self.gone[i], inputs=tuple(map(self.source, self.read(i))))

    def new(self, number: int) -> Box:
        """A box of the right: what it reads, and by lines that are gone what it read."""
        box = self.scope.nodes[number]
        now = [_tensor(source) for source in box.inputs]
        j = self.folded[number].first
        was = self.read(self.before[j]) if j in self.before else []
        here = self.place["box", number]
        lost = [
            tensor
            for tensor in was
            if tensor not in now
            and (tensor[0][0] == "gone" or j in self.rewired)
            and self.source(tensor)[0] < here
        ]
        changes = [self.line(tensor, was, j) for tensor in now] + ["removed"] * len(lost)
        return replace(
            box,
            inputs=tuple(map(self.source, now + lost)),
            changes=tuple(changes) if any(changes) else (),
        )

    def line(self, tensor: _Tensor, was: list[_Tensor], j: int) -> str:
        """The change of a line of the right."""
        (kind, number), _ = tensor
        comes_from_new = kind == "box" and self.scope.nodes[number].change == "added"
        return "added" if comes_from_new or (j in self.rewired and tensor not in was) else ""

    def end(self, end: End) -> End:
        """An output: what it is, and what it was if that is gone."""
        if end.ref is None:
            return end
        left, right = self.each.left.scope, self.each.right.scope
        ours = dict(zip(left.output_names, left.outputs, strict=True))
        alone = left.outputs[0] if len(left.outputs) == len(right.outputs) == 1 else None
        ref = ours.get(end.name, alone)
        was = self.tensor(ref) if ref else None
        now = _tensor(end.ref)
        return replace(
            end,
            ref=self.source(now),
            was=self.source(was) if was and was[0][0] == "gone" else None,
            change=self.line(now, [], INPUT),
        )


def _tensor(source: Source) -> _Tensor:
    """A tensor of the right."""
    node, output = source
    return (("input", output), 0) if node == INPUT else (("box", node), output)
