"""Two runs side by side: each in processes of its own, in turns, the lowest of several medians."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

ROUNDS = 5
STARTS = 3
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
"""One thread: the ratios are those of the work, not of how many cores happen to be idle."""


@dataclass(frozen=True)
class Command:
    """A whole process, from start to exit."""

    program: str
    arguments: tuple[str, ...]

    def seconds(self) -> float:
        """The median over some starts."""
        return median(self._once() for _ in range(STARTS))

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

    def seconds(self) -> float:
        """The median over the repetitions."""
        command = [sys.executable, "-m", "benchmarks.tasks", self.name, *self.arguments]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=ENVIRONMENT)
        return float(done.stdout)


Run = Command | Task


@dataclass(frozen=True)
class Race:
    """`what` is measured: `ours` as a multiple of `theirs`; in milliseconds where there is none.

    `wanted` is the most that it may come to, if something is promised.
    """

    what: str
    ours: Run
    theirs: Run | None
    wanted: float | None = None

    def row(self) -> tuple[str, ...]:
        """What, both times, and the ratio beside the one wanted."""
        runs = [self.ours] if self.theirs is None else [self.ours, self.theirs]
        times = [[run.seconds() for run in runs] for _ in range(ROUNDS)]
        best = [min(column) for column in zip(*times, strict=True)]
        wanted = "" if self.wanted is None else f"≤ {self.wanted:g}"
        if len(best) == 1:
            return self.what, _words(best[0]), "", "", f"{wanted} ms"
        ratio = f"{best[0] / best[1]:.3f}"
        return self.what, _words(best[0]), _words(best[1]), ratio, wanted


def _words(seconds: float) -> str:
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{seconds * 1000:,.1f} ms"


def table_row(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"
