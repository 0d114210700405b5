"""What a module's forward does, fixed at build time: which call reads and writes which slot.

A plan holds plain data and functions of torch, no part of the graph, so that it pickles with the
module.
"""

from dataclasses import dataclass
from typing import NamedTuple

from netspec.backends.torch.calls import TensorFunction
from netspec.graph.sizes import RunTimeSize

Path = tuple[str, ...]


class Step(NamedTuple):
    """One call. It reads slots, writes slots, and empties those that it is the last to read.

    With no `function`, the module `child` is called; with both, `function` gets the module first.
    `reads` is one slot or several, in the order of the arguments; `write` is the slot of the
    result, or pairs (slot, element of the result). `place` is the node's name and where it is
    written.
    """

    child: str
    function: TensorFunction | None
    reads: int | tuple[int, ...]
    write: int | tuple[tuple[int, int], ...]
    empties: tuple[int, ...]
    place: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of one scope in one mode. Slots begin with the inputs, then `rest`.

    Before the steps, `sizes` and `parameters` fill their slots. `outputs` are the slots of the
    results, None where one is not computed in this mode.
    """

    inputs: int
    rest: tuple[None, ...]
    sizes: tuple[tuple[int, RunTimeSize], ...]
    parameters: tuple[tuple[int, Path], ...]
    steps: tuple[Step, ...]
    outputs: tuple[int | None, ...]


class Plans(NamedTuple):
    """The plans of a scope; equal, and one object, where it has nothing for training alone."""

    evaluation: Plan
    training: Plan
