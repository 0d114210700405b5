"""The group: help, exit statuses, streams."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netspec.cli import main
from netspec.cli.printing import columns, wants_color
from tests.cli.samples import BAD, GOOD

VERBS = tuple(main._VERBS)

COMMAND = [sys.executable, "-c", "from netspec.cli.main import main; main()"]


def test_help_lists_every_verb(netspec) -> None:
    result = netspec("--help")
    assert result.status == 0
    for verb in VERBS:
        assert f"\n  {verb} " in result.out


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help(netspec, verb: str) -> None:
    result = netspec(verb, "--help")
    assert result.status == 0
    assert "Usage: netspec " + verb in result.out


@pytest.mark.parametrize("arguments", [["biuld"], ["check"], ["ops", "--what"]])
def test_usage_errors_have_status_2(netspec, arguments: list[str]) -> None:
    result = netspec(*arguments)
    assert result.status == 2
    assert "Error" in result.err


def test_control_c_is_quiet() -> None:
    patch = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from click import Group; Group.invoke = lambda *_: signal.raise_signal(signal.SIGINT)\n"
    )
    *python, code = COMMAND
    result = subprocess.run([*python, patch + code, "list"], capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr.strip()) == (main.INTERRUPTED, "", "")


def test_a_closed_pipe_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([*COMMAND, "ops"], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (result.returncode, result.stderr) == (-signal.SIGPIPE, "")


def test_a_terminal_that_knows_no_unicode_gets_question_marks(folder: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    result = subprocess.run([*COMMAND, "check", "good.yaml"], capture_output=True, env=environment)
    assert result.returncode == 0
    assert b"H ? 1" in result.stdout


class Terminal:
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_and_not_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_color(Terminal())
    assert not wants_color(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_color(Terminal())


def test_columns_are_aligned() -> None:
    assert columns([("a", "b", "c"), ("long", "", "")], 80) == ["a      b   c", "long"]
    assert columns([], 80) == []


def test_the_last_column_wraps() -> None:
    text = "as much as there is space for"
    assert columns([("a", text)], 24) == ["a   as much as there is", "    space for"]
    assert columns([("a", text)], 5) == columns([("a", text)], 24)


def test_what_is_no_file_is_usage(netspec, folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    result = netspec("check", "pipe.yaml")
    assert result.status == 2
    assert "no regular file: pipe it into `-`" in result.err


@pytest.mark.parametrize("content", [GOOD.replace("name: small\n", ""), BAD, None])
@pytest.mark.parametrize("verb", ["check", "build"])
def test_a_hostile_file_name_is_spelled_out(
    netspec, folder: Path, verb: str, content: str | None
) -> None:
    name = "\x1b[2J\x9b1m\u202ex\r.yaml"
    if content is not None:
        (folder / name).write_text(content)
    result = netspec(verb, name)
    assert "\\x1b[2J" in result.out + result.err
    assert all(char.isprintable() or char == "\n" for char in result.out + result.err)
