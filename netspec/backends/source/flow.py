"""Which lines of a body are executed when, and who reads whom."""

from collections.abc import Sequence

from netspec.backends.source.model import Body, Source, Step
from netspec.graph.wiring import reachable


class Flow:
    """The `steps` that some output needs, those `for_training` alone, and at which position each
    tensor is read `last`; outputs are read after all."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.outputs = body.outputs
        self.by_name = {step.node: step for step in body.steps}
        evaluated = self._needed([not training for training in body.training])
        needed = self._needed([True] * len(body.outputs))
        self.steps = [step for step in body.steps if step.node in needed]
        self.for_training = needed - evaluated
        reads = {read: place for place, step in enumerate(self.steps) for read in step.reads}
        self.last = reads | dict.fromkeys(body.outputs, len(self.steps))

    def is_for_training(self, step: Step) -> bool:
        """Is it executed in training mode only?"""
        return step.node in self.for_training

    def readers(self, source: Source) -> int:
        """How often a tensor is read, as an output too."""
        reads = sum(step.reads.count(source) for step in self.steps)
        return reads + self._body.outputs.count(source)

    def _needed(self, wanted: Sequence[bool]) -> set[str]:
        names = [step.node for step in self._body.steps]
        index = {name: place for place, name in enumerate(names)}
        edges = [[index[r.node] for r in step.reads if r.node] for step in self._body.steps]
        outputs = zip(self._body.outputs, wanted, strict=True)
        start = [index[ref.node] for ref, flag in outputs if flag and ref.node]
        return {names[place] for place in reachable(edges, start)}
