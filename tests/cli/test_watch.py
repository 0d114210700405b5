"""`netspec check --watch`: the check again at each save of a file that the spec is written in."""

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from queue import Empty, Queue
from typing import IO

import pytest

from netspec.cli import watch
from netspec.cli.watch import rounds
from tests.cli.samples import BAD, GOOD

COMMAND = [sys.executable, "-c", "from netspec.cli.main import main; main()", "check", "--watch"]
CHILD = "netspec: 1\nname: child\nextends: {}\n"
PATIENCE = 20.0


class Watcher:
    """A process that watches; its lines are gathered as they come."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_interruptible,
        )
        assert self._process.stdout is not None
        self._lines: Queue[str] = Queue()
        self._gatherer = threading.Thread(target=self._gather, args=(self._process.stdout,))
        self._gatherer.start()

    def _gather(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._lines.put(line.rstrip())

    def says(self, text: str) -> None:
        """Wait for a line with this text; what comes before it is left."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"it never said {text!r}") from None
            if text in line:
                return

    def is_silent(self) -> bool:
        time.sleep(6 * watch.POLL)
        return self._lines.empty()

    def stop(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._gatherer.join()


def _interruptible() -> None:
    """What runs in the background ignores control-C, and so does what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def watched(folder: Path) -> Iterator[Callable[..., Watcher]]:
    """Starts watchers in the current folder, and ends them."""
    started: list[Watcher] = []

    def start(*arguments: str) -> Watcher:
        started.append(Watcher(*arguments))
        return started[-1]

    yield start
    for watcher in started:
        watcher.close()


def replace(path: Path, text: str) -> None:
    """Save as many editors do: beside it, then in its place."""
    path.with_suffix(".tmp").write_text(text)
    os.replace(path.with_suffix(".tmp"), path)


@pytest.mark.parametrize("save", [Path.write_text, replace])
def test_each_save_is_checked_and_control_c_ends_it(
    watched, folder: Path, save: Callable[[Path, str], object]
) -> None:
    watcher = watched("good.yaml")
    watcher.says("good.yaml: ok")
    save(folder / "good.yaml", BAD)
    watcher.says("2 errors")
    save(folder / "good.yaml", GOOD)
    watcher.says("good.yaml: ok")
    assert watcher.is_silent()
    assert watcher.stop() == 0
    assert watcher.is_silent()


def test_a_parent_that_is_missing_wrong_and_gone_again(watched, folder: Path) -> None:
    (folder / "child.yaml").write_text(CHILD.format("parts/parent.yaml"))
    watcher = watched("child.yaml", "--format", "concise")
    watcher.says("error[file-not-found]")
    (folder / "parts").mkdir()
    parent = folder / "parts" / "parent.yaml"
    parent.write_text(BAD)
    watcher.says("error[unknown-op]")
    parent.write_text("nodes: [")
    watcher.says("error[yaml-syntax]")
    parent.unlink()
    watcher.says("error[file-not-found]")


def test_the_files_that_are_watched_change_with_the_spec(watched, folder: Path) -> None:
    (folder / "other.yaml").write_text(GOOD)
    (folder / "child.yaml").write_text(CHILD.format("good.yaml"))
    watcher = watched("child.yaml")
    watcher.says("child.yaml: ok")
    (folder / "child.yaml").write_text(CHILD.format("other.yaml"))
    watcher.says("child.yaml: ok")
    (folder / "good.yaml").write_text(BAD)
    assert watcher.is_silent()
    (folder / "other.yaml").write_text(BAD)
    watcher.says("2 errors")


def test_a_spec_that_is_deleted_is_awaited(watched, folder: Path) -> None:
    watcher = watched("good.yaml")
    watcher.says("good.yaml: ok")
    (folder / "good.yaml").unlink()
    watcher.says("Error: there is no file and no spec in the zoo named `good.yaml`")
    (folder / "good.yaml").write_text(GOOD)
    watcher.says("good.yaml: ok")


def test_standard_input_and_what_is_missing_cannot_be_watched(netspec) -> None:
    for spec, message in (("-", "standard input"), ("nosuch", "`nosuch`")):
        result = netspec("check", "--watch", spec)
        assert (result.status, result.out) == (2, "")
        assert message in result.err


def test_a_terminal_is_cleared_and_told_how_to_end(folder: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen(
        [*COMMAND, "good.yaml"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        preexec_fn=_interruptible,
    )
    os.close(theirs)
    screen = ""
    while "Ctrl-C ends" not in screen:
        screen += os.read(ours, 1000).decode()
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    os.close(ours)
    assert screen.startswith("\x1b[2J")
    assert screen.index("good.yaml: ok") < screen.index("watching 1 file;")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "POLL", 0.001)


@pytest.mark.usefixtures("quick")
def test_a_file_that_is_gone_for_a_moment_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "spec"
    path.write_text("old")
    found = rounds(lambda: [path])
    assert next(found) == 1

    def save() -> None:
        path.rename(tmp_path / "backup")
        time.sleep(watch.ABSENCE / 4)
        path.write_text("new")

    saving = threading.Thread(target=save)
    saving.start()
    next(found)
    saving.join()
    assert path.read_text() == "new"


@pytest.mark.usefixtures("quick")
def test_without_patience_the_moment_would_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ABSENCE", 0.0)
    path = tmp_path / "spec"
    path.write_text("old")
    found = rounds(lambda: [path])
    next(found)
    path.unlink()
    next(found)
    assert not path.exists()


def test_a_change_while_the_files_are_read_is_not_lost(tmp_path: Path) -> None:
    """The first look reads the old text; the file that the new one names must be watched."""
    spec, parent = tmp_path / "spec", tmp_path / "parent"
    spec.write_text("")
    looks = count()

    def paths() -> Iterator[Path]:
        text = spec.read_text()
        if next(looks) == 0:
            spec.write_text(str(parent))
        yield spec
        if text:
            yield Path(text)

    assert next(rounds(paths)) == 2
