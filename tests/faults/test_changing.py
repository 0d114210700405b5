"""Files that change, shrink or vanish while they are read: what is read is refused or is one of the
states that the file had, and nothing but NetspecError or OSError comes out."""

import os
import signal
import struct
import subprocess
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

import pytest

import netspec
from netspec.backends.torch import weights
from netspec.diagnostics import NetspecError
from tests.cli.samples import GOOD
from tests.faults.command import command, names

WIDE = GOOD.replace("width: 4", "width: 123")
LONG = GOOD + "# padding\n" * 20_000


def changing(change: Callable[[], None], read: Callable[[], object], times: int) -> list[object]:
    """What `read` gives while another thread changes the file."""
    stop, found = Event(), []

    def keep_changing() -> None:
        while not stop.is_set():
            change()

    thread = Thread(target=keep_changing)
    thread.start()
    try:
        for _ in range(times):
            with suppress(NetspecError, OSError):
                found.append(read())
    finally:
        stop.set()
        thread.join()
    return found


def parameters(spec: str) -> int:
    return netspec.check_spec(spec).parameters


def test_a_spec_that_is_written_in_place(folder: Path) -> None:
    """An editor that truncates the file and fills it again."""
    states = cycle([LONG, LONG.replace("width: 4", "width: 123"), ""])
    target = folder / "good.yaml"
    found = changing(
        lambda: void(target.write_text(next(states))), lambda: parameters("good.yaml"), 60
    )
    assert set(found) <= {112, 3444}


def void(_value: object) -> None:
    return None


def test_a_spec_that_is_replaced_is_always_whole(folder: Path) -> None:
    states = cycle([GOOD, WIDE])

    def replace() -> None:
        (folder / "next").write_text(next(states))
        os.replace(folder / "next", folder / "good.yaml")

    found = changing(replace, lambda: parameters("good.yaml"), 60)
    assert len(found) == 60
    assert set(found) <= {112, 3444}


def test_a_parent_that_comes_and_goes(folder: Path) -> None:
    (folder / "child.yaml").write_text("netspec: 1\nextends: good.yaml\n")

    def toggle() -> None:
        (folder / "good.yaml").rename(folder / "away")
        (folder / "away").rename(folder / "good.yaml")

    assert set(changing(toggle, lambda: parameters("child.yaml"), 60)) <= {112}


def test_what_is_seen_of_it_would_be_noticed(folder: Path) -> None:
    """A reader of two halves at two times sees a state that the file never had."""
    target = folder / "good.yaml"
    first = target.read_text()[:60]
    target.write_text(GOOD.replace("kernel_size: 3", "kernel_size: 1").replace("padding: 1, ", ""))
    torn = first + target.read_text()[60:]
    assert netspec.check_spec(netspec.Text(torn)).parameters not in (112, 3444)


def test_a_file_without_end_is_read_to_the_limit(folder: Path) -> None:
    with (folder / "good.yaml").open("a") as stream:
        grow = changing(
            lambda: void(stream.write("# more\n" * 999)), lambda: parameters("good.yaml"), 20
        )
        stream.write("# more\n" * (1 << 18))  # how far it came is left to chance
    assert set(grow) <= {112}
    assert (folder / "good.yaml").stat().st_size > 1 << 20
    with pytest.raises(NetspecError, match="file-too-large"):
        netspec.check_spec("good.yaml")


def test_weights_that_end_before_their_header_says(folder: Path) -> None:
    data = (folder / "weights.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    for end in (0, 4, 8, 9, length, 8 + length, 8 + length + 1, len(data) - 1):
        (folder / "weights.safetensors").write_bytes(data[:end])
        with pytest.raises(NetspecError) as caught:
            netspec.compile_spec("good.yaml", weights="weights.safetensors")
        assert caught.value.diagnostics[0].code == "weights-unreadable"


@pytest.mark.parametrize("change", ["cut", "written", "replaced"])
def test_weights_that_change_between_the_look_and_the_load(
    folder: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is mapped changes with the file; another file in its place leaves it as it was."""
    path = folder / "weights.safetensors"
    real = weights.safe_open

    def opened(*arguments: object, **options: object) -> object:
        file = real(*arguments, **options)
        (folder / "next").write_bytes(path.read_bytes())
        os.utime(path, ns=(0, 0))  # whatever the clock of the disk counts
        if change == "cut":
            os.truncate(path, 100)
        elif change == "written":
            path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\0")
        else:
            os.replace(folder / "next", path)
        return file

    monkeypatch.setattr(weights, "safe_open", opened)
    if change == "replaced":
        model = netspec.compile_spec("good.yaml", weights=path)
        assert all(bool((tensor == 1).all()) for tensor in model.state_dict().values())
        return
    with pytest.raises(NetspecError, match="was changed while it was read") as caught:
        netspec.compile_spec("good.yaml", weights=path)
    assert caught.value.diagnostics[0].help


CUT = """
import os
from netspec.backends.torch import weights
real = weights.safe_open
def opened(path, **options):
    file = real(path, **options)
    os.truncate(path, 100)
    return file
weights.safe_open = opened
"""


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["export", "transfer"])
def test_weights_that_are_cut_while_they_are_read(folder: Path, verb: str) -> None:
    """They are mapped, so the system may end the process; the old output is whole all the same."""
    arguments = {
        "export": ["export", "good.yaml", "--weights", "weights.safetensors"],
        "transfer": ["transfer", "weights.safetensors", "--from", "good.yaml", "--vs", "width=5"],
    }[verb]
    (folder / "out.safetensors").write_text("old")
    before = names(folder)
    done = subprocess.run(
        command([*arguments, "-o", "out.safetensors", "--force"], CUT),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode in (1, -signal.SIGBUS)
    assert "Traceback" not in done.stderr
    assert (folder / "out.safetensors").read_text() == "old"
    assert names(folder) == before
