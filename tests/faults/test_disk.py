"""A disk that is full, fails, or may not be written: the old file stays whole, nothing else is
left, and one line says what to do."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import click
import pytest

from netspec.cli import output
from netspec.cli.main import run
from netspec.cli.output import write, write_bytes
from tests.faults.command import SLOW_WRITERS, WRITERS, call, command, names

FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
"""No file can be longer, as where the room ends after so many bytes."""

ALL = [
    *WRITERS.items(),
    *(pytest.param(*item, marks=pytest.mark.slow) for item in SLOW_WRITERS.items()),
]


@pytest.mark.parametrize(("verb", "arguments"), ALL)
def test_room_ends_in_the_midst_of_a_file(
    folder: Path, verb: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quick verbs in this process, where a file ends short as it does on a full disk."""
    target = folder / arguments[-1]
    target.write_text("old")
    before = names(folder)
    if verb in WRITERS:
        monkeypatch.setattr(os, "fsync", fail)
        assert run([*arguments, "--force"]) == 2
    else:
        done = call(folder, *arguments, "--force", before=FULL.format(64))
        assert done.returncode == 2
        assert "cannot be written: File too large; make room, or name another" in done.stderr
        assert "Traceback" not in done.stderr
    assert target.read_text() == "old"
    assert names(folder) == before


def fail(_handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_limit_of_the_system_is_a_full_disk_too(folder: Path) -> None:
    before = names(folder)
    done = call(folder, "resolve", "good.yaml", "-o", "out.yaml", before=FULL.format(64))
    assert done.returncode == 2
    assert "`out.yaml` cannot be written: File too large; make room, or name" in done.stderr
    assert names(folder) == before


def small_disk(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a folder on a disk of 8 KB, which holds a spec; then what is in the folder."""
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    script = (
        "mount -t tmpfs -o size=8k none disk && cd disk && cp ../good.yaml . || exit 99\n"
        '"$@"; status=$?; ls -A; exit $status'
    )
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *command(arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_real_disk_that_is_full(folder: Path) -> None:
    if not shutil.which("unshare"):
        pytest.skip("a disk of its own needs `unshare`, of Linux")
    done = small_disk(folder, "view", "good.yaml", "-o", "out.html")
    if done.returncode in (1, 99) and ("unshare" in done.stderr or "mount" in done.stderr):
        pytest.skip(f"this system mounts no disk for a user: {done.stderr.strip()}")
    assert (done.returncode, done.stdout) == (2, "good.yaml\n")
    assert "cannot be written: No space left on device; make room" in done.stderr
    fits = small_disk(folder, "view", "good.yaml", "-o", "out.mmd", "-q")
    assert (fits.returncode, fits.stdout) == (0, "good.yaml\nout.mmd\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("verb", ["check", "resolve"])
def test_standard_output_that_is_full(folder: Path, verb: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command([verb, "good.yaml"]),
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr == "Error: standard output: No space left on device\n"


def test_a_folder_that_may_not_be_written_is_refused_before_the_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The system is asked, which knows of modes, other owners and disks that only read."""
    locked = folder / "locked"
    locked.mkdir(mode=0o555)
    if os.access(locked, os.W_OK):  # the superuser may
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != Path("locked"))
    assert run(["view", "bad.yaml", "-o", "locked/out.html"]) == 2
    said = capsys.readouterr().err
    assert "nothing can be written in `locked`: name another folder" in said
    assert "rellu" not in said
    assert names(locked) == []


def test_a_disk_without_links_takes_new_files_and_keeps_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(_source: str, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", without)
    write("new", tmp_path / "out", False)
    assert (tmp_path / "out").read_text() == "new\n"
    monkeypatch.setattr(output, "refuse_early", lambda path, force: None)
    with pytest.raises(click.UsageError, match="--force"):
        write("newer", tmp_path / "out", False)
    assert (tmp_path / "out").read_text() == "new\n"
    assert names(tmp_path) == ["out"]


def test_the_longest_name_there_is(tmp_path: Path) -> None:
    name = "x" * os.pathconf(tmp_path, "PC_NAME_MAX")
    write("text", tmp_path / name, False)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_file_that_is_written_over_stays_as_private_as_it_was(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    path.chmod(mode)
    write_bytes(b"new", path, True)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == b"new"


def test_the_full_disk_is_what_is_tested(folder: Path) -> None:
    """Where a file were written in place, the same fault would leave half of it."""
    plain = "open(sys.argv[1], 'wb', buffering=0).write(b'x' * 100); sys.exit(0)"
    call(folder, "half.txt", before=f"{FULL.format(64)}\n{plain}")
    assert (folder / "half.txt").stat().st_size == 64
