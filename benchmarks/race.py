"""Two runs side by side: each in processes of its own, in turns, the lowest of several medians."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter
from typing import Literal

ROUNDS = 5
STARTS = 3
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
"""One thread: the ratios are those of the work, not of how many cores happen to be idle."""
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # both sides start from bytecode, as pip leaves it

Unit = Literal["time", "memory", "growth"]
Costs = list[dict[Unit, float]]
"""What each of several things took: seconds; resident bytes of its process at the peak, and how
many of them came in the task itself, after the imports."""
_TITLES: dict[Unit, str] = {"time": "", "memory": ", peak memory", "growth": ", growth of memory"}


@dataclass(frozen=True)
class Command:
    """A whole process, from start to exit."""

    program: str
    arguments: tuple[str, ...]

    def costs(self) -> Costs:
        """The median over some starts."""
        return [{"time": median(self._once() for _ in range(STARTS))}]

    def _once(self) -> float:
        program = Path(sys.executable).with_name(self.program)
        start = perf_counter()
        subprocess.run([program, *self.arguments], check=True, capture_output=True, env=ENVIRONMENT)
        return perf_counter() - start


@dataclass(frozen=True)
class Task:
    """A task of `benchmarks.tasks`, repeated in a process that is warm."""

    name: str
    arguments: tuple[str, ...] = ()

    def costs(self) -> Costs:
        """The median over the repetitions, and the peak memory, of each thing that it measures."""
        command = [sys.executable, "-m", "benchmarks.tasks", self.name, *self.arguments]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=ENVIRONMENT)
        costs: Costs = json.loads(done.stdout)
        return costs


Run = Command | Task


@dataclass(frozen=True)
class Race:
    """`what` is measured: `ours` as a multiple of `theirs`; as it is where there is none.

    `wanted` says for each unit that is measured what was promised. Where a run measures several
    things, the geometric mean over them counts.
    """

    what: str
    ours: Run
    theirs: Run | None
    wanted: Mapping[Unit, str]

    def rows(self) -> list[tuple[str, ...]]:
        """For each unit: what, both costs, and the ratio beside the one wanted."""
        runs = [self.ours] if self.theirs is None else [self.ours, self.theirs]
        rounds = [[run.costs() for run in runs] for _ in range(ROUNDS)]
        sides = [list(side) for side in zip(*rounds, strict=True)]
        return [
            self._row(unit, [_lowest(side, unit) for side in sides], wanted)
            for unit, wanted in self.wanted.items()
        ]

    def _row(self, unit: Unit, best: list[float], wanted: str) -> tuple[str, ...]:
        what = self.what + _TITLES[unit]
        if len(best) == 1:
            return what, _words(best[0], unit), "", "", wanted
        ours, theirs = best
        return what, _words(ours, unit), _words(theirs, unit), f"{ours / theirs:.3f}", wanted


def _lowest(rounds: Sequence[Costs], unit: Unit) -> float:
    """The lowest of all rounds, as the geometric mean over the things measured."""
    things = zip(*rounds, strict=True)
    return geometric_mean([min(cost[unit] for cost in thing) for thing in things])


def _words(cost: float, unit: Unit) -> str:
    if unit != "time":
        return f"{cost / 1e6:,.1f} MB"
    return f"{cost:,.2f} s" if cost >= 1 else f"{cost * 1000:,.1f} ms"


def table_row(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"
