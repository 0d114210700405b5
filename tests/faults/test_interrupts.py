"""Ctrl-C at any moment: status 130, no traceback, no part of a file, and nothing left over.

The long part, `pytest -m slow tests/faults/test_interrupts.py`, presses it at moments that are
spread over all that each verb does.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from netspec.cli import output
from netspec.cli.output import write_bytes
from tests.faults.command import SLOW_WRITERS, WRITERS, call, command, names

TIMES = 8
"""How often each verb is interrupted."""


@pytest.mark.parametrize("step", ["fsync", "chmod", "link", "replace", "unlink"])
@pytest.mark.parametrize("force", [False, True])
def test_in_each_step_of_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, force: bool
) -> None:
    """Right behind it, as a signal is seen. Nothing but KeyboardInterrupt comes out."""
    path = tmp_path / "out"
    if force:
        path.write_text("old")
    real = getattr(os, step)

    def interrupted(*arguments: object) -> None:
        real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(output.os, step, interrupted)
    if force and step in ("link", "unlink"):
        return write_bytes(b"new", path, force)  # neither is done
    with pytest.raises(KeyboardInterrupt):
        write_bytes(b"new", path, force)
    monkeypatch.undo()
    assert names(tmp_path) in ([], ["out"])
    assert not path.exists() or path.read_text() in ("old", "new")
    return None


STUBBORN = """
from click import Group
def invoke(*_):
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as error:
        raise {error} from error
Group.invoke = invoke
"""


@pytest.mark.parametrize("error", ["ImportError('cut short')", "error"])
def test_a_library_that_makes_an_error_of_its_own_of_it(folder: Path, error: str) -> None:
    done = call(folder, "list", before=STUBBORN.format(error=error))
    assert (done.returncode, done.stderr.strip()) == (130, "")


def test_one_that_makes_a_message_of_it(folder: Path) -> None:
    """What torch cannot trace, for one, is told of; but the status says what happened."""
    message = "__import__('click').ClickException('cut short')"
    done = call(folder, "list", before=STUBBORN.format(error=message))
    assert (done.returncode, done.stderr.strip()) == (130, "Error: cut short")


def test_an_error_that_is_none_of_ctrl_c_is_told(folder: Path) -> None:
    done = call(folder, "list", before="from click import Group; Group.invoke = lambda *_: 1 / 0")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def start(folder: Path, arguments: list[str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command(arguments, "import netspec.cli.main; print('ready', flush=True)"),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


VERBS = {"check": ["check", "resnet34"], **WRITERS, **SLOW_WRITERS}


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_at_any_moment(folder: Path, verb: str) -> None:
    arguments = VERBS[verb]
    before = names(folder)
    target = folder / arguments[-1]
    process = start(folder, arguments)
    began = time.monotonic()
    out, err = process.communicate(timeout=300)
    seconds = time.monotonic() - began
    whole = {*before, target.name} if verb != "check" else {*before}
    assert {*names(folder)} == whole
    content = target.stat().st_size if verb != "check" else 0
    seen = set()
    for attempt in range(TIMES):
        if verb != "check":
            target.unlink(missing_ok=True)
        process = start(folder, arguments)
        time.sleep(seconds * (attempt + 1) / (TIMES + 1))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
        seen.add(process.returncode)
        ends = (0, 130, -signal.SIGINT)  # the others where all was done before, or nearly
        assert process.returncode in ends, err
        assert "Traceback" not in err
        assert {*names(folder)} in ({*before}, whole), out
        if target.exists() and verb not in ("check", "build"):  # the time of a run is in its text
            assert abs(target.stat().st_size - content) <= 64
    assert 130 in seen
