"""Files are written whole or not at all, and never over another one unasked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from netspec.cli import output
from netspec.cli.output import refuse_early, write


def test_prints_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    write("text", None, False)
    assert capsys.readouterr().out == "text\n"


def test_writes_a_new_file_and_nothing_else(tmp_path: Path) -> None:
    write("é", tmp_path / "out", False)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "é\n"
    assert os.listdir(tmp_path) == ["out"]
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o666 & ~output._umask()


def test_an_existing_file_needs_force(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    with pytest.raises(click.UsageError, match="--force"):
        write("new", path, False)
    assert path.read_text() == "old"
    write("new", path, True)
    assert path.read_text() == "new\n"
    assert os.listdir(tmp_path) == ["out"]


def test_a_file_that_appears_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    monkeypatch.setattr(output, "refuse_early", lambda path, force: None)
    with pytest.raises(click.UsageError, match="--force"):
        write("new", path, False)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("target", ["there", "missing"])
def test_a_symbolic_link_is_refused(tmp_path: Path, force: bool, target: str) -> None:
    (tmp_path / "there").write_text("old")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / target)
    with pytest.raises(click.UsageError, match="symbolic link"):
        write("new", link, force)
    assert (tmp_path / "there").read_text() == "old"
    assert not (tmp_path / "missing").exists()


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="is a folder"):
        refuse_early(tmp_path, True)
    with pytest.raises(click.UsageError, match=r"there is no folder .*: make it first"):
        write("new", tmp_path / "missing" / "out", False)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out"
    path.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(click.UsageError, match="No space left"):
        write("new", path, True)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.slow
def test_killed_at_any_moment_the_file_is_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "out"
    old, new = "old\n" * 200_000, "new\n" * 200_000
    path.write_text(old)
    script = (
        "import sys, pathlib\nfrom netspec.cli.output import write\n"
        "print('ready', flush=True)\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "text = ('new\\n' if path.read_text()[0] == 'o' else 'old\\n') * 200_000\n"
        "while True: write(text, path, True)\n"
    )
    for attempt in range(100):
        process = subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(attempt * 0.0005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert path.read_text().rstrip("\n") in (old.rstrip("\n"), new.rstrip("\n"))
