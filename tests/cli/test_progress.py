"""A word while something takes long, and only on a terminal."""

import io
import time
from contextlib import redirect_stderr

import pytest

from netspec.cli import progress as module
from netspec.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def xterm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def shown(stream: io.StringIO, seconds: float) -> str:
    """What a job of so many seconds prints."""
    with redirect_stderr(stream), progress("thinking"):
        time.sleep(seconds)
    return stream.getvalue()


def test_what_takes_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    assert "thinking" in shown(Terminal(), 0.2)


def test_what_is_quick_says_nothing() -> None:
    assert shown(Terminal(), 0) == ""


def test_a_pipe_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    assert shown(io.StringIO(), 0.05) == ""


def test_errors_pass_through() -> None:
    stream = Terminal()
    with pytest.raises(ValueError, match="inside"), redirect_stderr(stream), progress("thinking"):
        raise ValueError("inside")
    assert stream.getvalue() == ""
