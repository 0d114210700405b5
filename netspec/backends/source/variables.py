"""The variables of a `forward`: which tensor each holds, and which may be taken again."""

from collections.abc import Iterable
from dataclasses import dataclass

from netspec.backends.source.flow import Flow
from netspec.backends.source.layout import Code, flat
from netspec.backends.source.model import Source, Step
from netspec.backends.source.naming import unused, variable

_STEPS = ("activation", "convolution", "normalization")


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor that is at hand: a variable, or code that is to stand in the next call."""

    text: Code
    depth: int = 0
    is_variable: bool = True


class Variables:
    """The `values` of tensors so far, and the names in use."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.values: dict[Source, Value] = {}
        self.used: set[str] = set()
        self._declared: set[str] = set()

    def declare(self, name: str) -> bool:
        """Note that a variable has its type; True where it had none."""
        is_new = name not in self._declared
        self._declared.add(name)
        return is_new

    def new(self, *wishes: str) -> str:
        """A name that is not in use: one of these, or the last with a number."""
        found = (variable(wish) for wish in wishes if variable(wish) not in self.used)
        name = unused(next(found, variable(wishes[-1])), self.used)
        self.used.add(name)
        return name

    def target(self, step: Step, position: int) -> str:
        """The variable for the result: that of the tensor that the line goes on from."""
        dying = self.free(step, position)
        through = list(self._reads_through(step))
        onward = flat(self.values[through[0]].text) if through else ""
        if self._is_branch(step, position):
            return self.new(step.node, "x", "out")
        if onward in dying and onward in ("x", "out"):
            self.used.add(onward)
            return onward
        return self.new("x", "out", step.node)

    def free(self, step: Step, position: int) -> list[str]:
        """Give up the variables that this step is the last to read, and tell which."""
        dying = self.dying(step, position)
        self.used.difference_update(dying)
        return dying

    def dying(self, step: Step, position: int) -> list[str]:
        """The variables that this step is the last to read."""
        alive = {
            flat(value.text)
            for source, value in self.values.items()
            if self._flow.last.get(source, -1) > position and value.is_variable
        }
        names = [flat(self.values[read].text) for read in self._reads_through(step)]
        return [name for name in dict.fromkeys(names) if name.isidentifier() and name not in alive]

    def _reads_through(self, step: Step) -> Iterable[Source]:
        """What a step reads, and what the code that stands in its call reads."""
        for read in step.reads:
            if self.values[read].is_variable:
                yield read
            elif read.node:
                yield from self._reads_through(self._flow.by_name[read.node])

    def _is_branch(self, step: Step, position: int) -> bool:
        """Is the result worth a name of its own: is it for training alone, or kept for later lines,
        and more than a step of a line of layers?"""
        source = Source(step.node)
        if self._flow.is_for_training(step):
            return True
        if source in self._flow.outputs:
            return len(self._flow.outputs) > 1 and self._flow.readers(source) > 1
        if step.family in _STEPS:
            return False
        after = self._flow.steps[position + 1 : position + 2]
        return not (after and after[0].reads[:1] == (source,) and self._flow.readers(source) == 1)
