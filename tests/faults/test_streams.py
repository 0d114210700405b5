"""Streams that are closed, stop being read, or stand where a file should: no traceback, no hang,
and no device or pipe is ever replaced by a file."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import click
import pytest

import netspec
from netspec.cli.main import run
from netspec.cli.output import refuse_early
from netspec.diagnostics import NetspecError
from netspec.syntax.files import read_file
from tests.faults.command import WRITERS, command, names


@pytest.mark.parametrize("verb", WRITERS)
@pytest.mark.parametrize("what", ["pipe", "link to a pipe", "socket"])
def test_only_regular_files_are_written(
    folder: Path, verb: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    *most, name = WRITERS[verb]
    target = Path(name)
    make(what, target)
    for force in ([], ["--force"]):
        before = target.lstat(), names(folder)
        assert run([*most, name, *force]) == 2
        assert f"`{name}` is no regular file: name another" in capsys.readouterr().err
        assert (target.lstat(), names(folder)) == before


def make(what: str, target: Path) -> None:
    if what == "socket":
        os.mknod(target, stat.S_IFSOCK | 0o600)
    elif what == "pipe":
        os.mkfifo(target)
    else:
        os.mkfifo("pipe")
        target.symlink_to("pipe")


@pytest.mark.parametrize("path", ["/dev/null", "/dev/full", "/dev/tty"])
def test_a_device_is_never_replaced(path: str) -> None:
    """Asked of the gate alone: who tests as the superuser wants to keep the devices."""
    if not Path(path).exists():
        pytest.skip(f"there is no {path} here")
    for force in (False, True):
        with pytest.raises(click.UsageError, match="is no regular file"):
            refuse_early(Path(path), force)


@pytest.mark.parametrize("path", ["pipe", "/dev/zero", "/dev/null"])
def test_what_would_be_waited_for_is_no_spec(
    folder: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo("pipe")
    assert run(["check", path]) == 2
    assert f"`{path}` is no regular file: pipe it into `-`" in capsys.readouterr().err
    with pytest.raises(OSError, match="not a regular file"):
        netspec.check_spec(Path(path))


@pytest.mark.parametrize("path", ["pipe", "/dev/zero"])
def test_weights_are_not_waited_for_either(folder: Path, path: str) -> None:
    os.mkfifo("pipe")
    with pytest.raises(NetspecError) as caught:
        netspec.compile_spec("good.yaml", weights=path)
    (error,) = caught.value.diagnostics
    assert error.code == "file-not-found"
    assert "not a regular file" in error.message
    assert error.help


@pytest.mark.parametrize("path", ["/proc/self/status", "/proc/self/environ", "/proc/self/maps"])
def test_what_the_system_makes_up_is_read_once_and_bounded(path: str) -> None:
    if not Path(path).exists():
        pytest.skip("there is no /proc here")
    assert 0 < len(read_file(Path(path), 1 << 20)) <= 1 << 20
    with pytest.raises(NetspecError):
        netspec.check_spec(Path(path))


def test_memory_that_cannot_be_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("there is no /proc here")
    assert run(["check", "/proc/self/mem"]) == 2
    assert "/proc/self/mem: " in capsys.readouterr().err


CLOSED = [
    (["check", "good.yaml"], "<&- >&- 2>&-", 0),
    (["check", "bad.yaml"], ">&-", 1),
    (["check", "-"], "<&-", 1),
    (["summary", "good.yaml"], ">&- 2>&-", 0),
]


@pytest.mark.parametrize(("arguments", "redirection", "status"), CLOSED)
def test_streams_that_the_caller_closed(
    folder: Path, arguments: list[str], redirection: str, status: int
) -> None:
    done = shell(folder, redirection, command(arguments))
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def shell(folder: Path, redirection: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


PRINTS = "fsync = os.fsync; os.fsync = lambda handle: (os.write(1, b'stray'), fsync(handle))"
LEFT_CLOSED = "; from netspec.cli import main as module; module._open_streams = lambda: None"


@pytest.mark.parametrize(("before", "strays"), [(PRINTS, False), (PRINTS + LEFT_CLOSED, True)])
def test_a_file_does_not_become_standard_output(folder: Path, before: str, strays: bool) -> None:
    """Where 1 is closed, the next file that is opened is 1, and gets what a library prints."""
    arguments = command(["resolve", "good.yaml", "-o", "out.yaml"], before)
    assert shell(folder, ">&-", arguments).returncode == 0
    assert ("stray" in (folder / "out.yaml").read_text()) is strays


@pytest.mark.parametrize("arguments", [["schema"], ["check", *["bad.yaml"] * 400]])
def test_a_reader_that_has_seen_enough(folder: Path, arguments: list[str]) -> None:
    process = subprocess.Popen(
        command(arguments), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(60) == -signal.SIGPIPE
