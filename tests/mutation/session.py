"""A warm pytest session that runs the tests of a file against its mutants, a fork for each.

A fork imports netspec and the tests anew, with the mutant in the place of the file; pytest,
Hypothesis and the libraries below netspec are there already. Its CPU time is limited, not its
wall time, so that a busy machine changes no score.
"""

import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest

from tests.mutation.targets import ROOT

LONG = 0.3
"""CPU seconds of a test that is left out, unless the long ones are asked for."""

SECONDS_MORE = 2
MEMORY_MORE = 2 << 30
WAIT = 60
"""Seconds of the clock, for a mutant that waits and does nothing."""

KEPT = ROOT / "build" / "mutation"
SECONDS = KEPT / "seconds.json"
"""The CPU seconds of each test without a mutant."""


@dataclass
class Outcome:
    """What the tests said of one source: the first that failed, or how long each took."""

    killer: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)


class Runner:
    """A pytest plugin: instead of the tests it runs `job`, which calls `try_source`."""

    def __init__(self, path: Path, tests: list[str], is_alone: bool, with_long: bool) -> None:
        self.path = path
        self.tests = tests
        self.is_alone = is_alone
        self.with_long = with_long
        self.seconds: dict[str, float] = {}
        if SECONDS.is_file():
            self.seconds = json.loads(SECONDS.read_text(encoding="utf-8"))
        self.killers: list[str] = []
        self.failed: str | None = None
        self.is_baseline = True
        self.job: Callable[[], None] = lambda: None

    def run(self, job: Callable[[], None]) -> None:
        self.job = job
        quiet = ["-qq", "--no-summary", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
        loaded = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = pytest.main([*quiet, *loaded, *self.tests], plugins=[self])
        assert code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED), code

    def pytest_collection(self) -> bool:
        return True

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.session = session
        importlib.import_module("netspec")  # with the libraries below it
        self._time(self._unchanged())
        self.is_baseline = False
        self._unchanged()  # nor does the session itself kill, with its order and its limits
        self.job()
        return True

    def _unchanged(self) -> Outcome:
        outcome = self.try_source(self.path.read_text(encoding="utf-8"))
        if outcome.killer:
            raise pytest.UsageError(f"fails without a mutant: {outcome.killer}")
        return outcome

    def _time(self, baseline: Outcome) -> None:
        self.seconds |= baseline.seconds
        KEPT.mkdir(parents=True, exist_ok=True)
        SECONDS.write_text(json.dumps(self.seconds), encoding="utf-8")

    def try_source(self, source: str) -> Outcome:
        """The outcome of the tests where the file holds `source`."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            self._in_child(source, writing)
        os.close(writing)
        with open(reading, encoding="utf-8") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        outcome = Outcome(**json.loads(told)) if told else Outcome(f"dies, status {status}")
        if outcome.killer in self.killers:
            self.killers.remove(outcome.killer)
        if outcome.killer:
            self.killers.insert(0, outcome.killer)
        return outcome

    def _in_child(self, source: str, writing: int) -> None:
        """Never returns."""
        status = 1
        try:
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            self.session.config.pluginmanager.unregister(name="terminalreporter")
            _limit_memory()
            outcome = self._outcome(source)
            with open(writing, "w", encoding="utf-8") as pipe:
                json.dump({"killer": outcome.killer, "seconds": outcome.seconds}, pipe)
            status = 0
        finally:
            os._exit(status)

    def _outcome(self, source: str) -> Outcome:
        _forget("tests")
        _forget("netspec", keep=("netspec",) if self.is_alone else ())
        _put(self.path, source)
        try:
            items = self.session.perform_collect(self.tests, genitems=True)
        except Exception as error:
            return Outcome(f"collection: {type(error).__name__}")
        if self.failed:
            return Outcome(self.failed)
        outcome = Outcome()
        items = self._in_order(list(items))
        for item, following in zip(items, [*items, None][1:], strict=True):
            begin = time.process_time()
            if not self.is_baseline:
                _limit_seconds(begin + SECONDS_MORE + 3 * self.seconds.get(item.nodeid, 0))
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return Outcome(self.failed)
            outcome.seconds[item.nodeid] = time.process_time() - begin
        return outcome

    def _in_order(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """What killed last comes first, then by time."""
        if self.is_baseline:
            return [item for item in items if item.nodeid not in self.seconds]
        rank = {name: i for i, name in enumerate(self.killers)}
        wanted = [i for i in items if self.with_long or self.seconds.get(i.nodeid, 0) <= LONG]
        last = len(rank)
        return sorted(
            wanted, key=lambda i: (rank.get(i.nodeid, last), self.seconds.get(i.nodeid, 0))
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = f"collection: {report.nodeid}"


def _limit_seconds(most: float) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(most) + 1, resource.RLIM_INFINITY))


def _limit_memory() -> None:
    signal.alarm(WAIT)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_MORE, used + MEMORY_MORE))


def _forget(package: str, keep: tuple[str, ...] = ()) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] == package and name not in keep and "conftest" not in name:
            del sys.modules[name]


def _put(path: Path, source: str) -> None:
    """Make `source` what an import of the file at `path` runs."""
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        if Path(loader.path) == path:
            return compile(source, str(path), "exec")
        return original(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
