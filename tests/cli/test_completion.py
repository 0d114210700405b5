"""What Tab offers: by click's own protocol, and in the shells themselves."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netspec import zoo
from netspec.cli.main import cli
from netspec.diagnostics.manual import codes
from netspec.ops.registry import op_names

BIN = Path(sys.executable).parent
PATIENCE = 30.0
FLAGS = """\
netspec: 1
name: flags
params: {fast: true, mode: {choices: [mean, max], default: mean}}
inputs: {x: [N, 3, 8, 8]}
nodes:
  act: {op: relu, when: fast and mode == "max"}
outputs: {y: act}
"""


def offers(capsys: pytest.CaptureFixture[str], monkeypatch, line: str) -> list[str]:
    """What is offered at the end of a line, as the script for bash asks for it."""
    monkeypatch.setenv("_NETSPEC_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"netspec {line}")
    with pytest.raises(SystemExit):
        cli.main([], prog_name="netspec", standalone_mode=False)
    return [reply.partition(",")[2] for reply in capsys.readouterr().out.splitlines() if reply]


@pytest.fixture
def offered(capsys: pytest.CaptureFixture[str], monkeypatch, netspec, folder: Path):
    assert netspec("completion", "bash").status == 0  # which makes bash's protocol ours
    (folder / "flags.yaml").write_text(FLAGS)
    (folder / "torch").mkdir()
    return lambda line: offers(capsys, monkeypatch, line)


def test_verbs_and_options(offered) -> None:
    assert offered("re") == ["resolve"]
    assert {"build", "check", "list", "completion"} <= set(offered(""))
    assert offered("check --wat") == ["--watch"]
    assert offered("check --format c") == ["concise"]


def test_specs_of_the_zoo_and_files(offered) -> None:
    assert offered("check resnet3") == ["resnet34"]
    assert {*zoo.names(), "good.yaml", "torch/"} <= set(offered("build "))
    assert offered("resolve torc")[-1] == "torch/"
    assert offered("check good.yaml timm/dark") == ["timm/darknet53"]
    assert offered("check goo") == ["goo"]  # a file: the shell looks itself
    assert offered("list torchvision/alex") == ["torchvision/alexnet"]


def test_ops_and_codes(offered) -> None:
    assert offered("ops conv_t") == [name for name in op_names() if name.startswith("conv_t")]
    assert offered("explain ") == list(codes())


def test_parameters_and_sizes_of_the_spec(offered) -> None:
    assert offered("build good.yaml --set ") == ["width="]
    assert offered("build resnet34 --set num") == ["num_classes="]
    assert offered("check good.yaml flags.yaml --set ") == ["width=", "fast=", "mode="]
    assert offered("check flags.yaml --set fast=") == ["fast=true", "fast=false"]
    assert offered("check flags.yaml --set mode=ma") == ["mode=max"]
    assert offered("check good.yaml --dim ") == ["H="]


def test_what_a_shell_would_run_is_not_offered(offered, folder: Path) -> None:
    (folder / "x;true.yaml").touch()
    (folder / "x1.yaml").touch()
    hostile = FLAGS.replace("max]", "max, 'max;true', '$(true)', \"max\\nplain,true\"]")
    (folder / "flags.yaml").write_text(hostile)
    assert offered("check flags.yaml --set mode=") == ["mode=mean", "mode=max"]
    assert "x1.yaml" in offered("check ") and "x;true.yaml" not in offered("check ")


@pytest.mark.parametrize("spec", ["", "nosuch", "torch", "-"])
def test_a_spec_that_cannot_be_read_has_no_parameters(offered, spec: str) -> None:
    assert offered(f"check {spec} --set ") == []


def test_completion_imports_no_torch() -> None:
    script = (
        "import atexit, sys\nfrom netspec.cli.main import run\n"
        "atexit.register(lambda: print('torch' in sys.modules))\nrun([])\n"
    )
    line = {"_NETSPEC_COMPLETE": "bash_complete", "COMP_WORDS": "netspec build resnet34 --set "}
    result = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **line}, capture_output=True, text=True
    )
    assert result.stdout.splitlines() == ["plain,in_channels=", "plain,num_classes=", "False"]


SETUPS = {
    "bash": ("bash --norc --noprofile -i", 'eval "$(netspec completion bash)"'),
    "zsh": (
        "zsh -f -i",
        'unsetopt beep; autoload -U compinit; compinit -u -D; eval "$(netspec completion zsh)"',
    ),
    "fish": ("fish --no-config --interactive", "netspec completion fish | source"),
}
"""How each shell is started, and the line that the documentation has for it."""


class Shell:
    """An interactive shell on a terminal, in the current folder."""

    def __init__(self, name: str) -> None:
        command, setup = SETUPS[name]
        pid, self._terminal = pty.fork()
        if pid == 0:
            os.environ.update(
                PATH=f"{BIN}:{os.environ['PATH']}", TERM="xterm", PS1="> ", HOME=os.getcwd()
            )
            os.execvp(command.split()[0], command.split())
        self._pid = pid
        self.run(setup)

    def run(self, line: str) -> None:
        self._type(f"{line}; echo rea''dy\r")
        self._until("ready")

    def completed(self, line: str, wanted: str) -> None:
        """Type a line and Tab: the shell must make `wanted` of it."""
        self._type(line + "\t")
        self._until(wanted)
        self._type("\x03")

    def _type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def _until(self, text: str) -> None:
        seen, end = "", time.monotonic() + PATIENCE
        while text not in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()]B|[\x00-\x1f]", "", seen):
            if not select.select([self._terminal], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} is not in {seen!r}")
            seen += os.read(self._terminal, 4096).decode(errors="replace")

    def close(self) -> None:
        os.kill(self._pid, 9)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)


@pytest.fixture(params=SETUPS)
def shell(request: pytest.FixtureRequest, folder: Path):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    (folder / "flags.yaml").write_text(FLAGS)
    started = Shell(request.param)
    yield started
    started.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("netspec resol", "netspec resolve "),
        ("netspec check --wat", "netspec check --watch "),
        ("netspec check inception_v3_", "netspec check inception_v3_paper "),
        ("netspec check good.ya", "netspec check good.yaml "),
        ("netspec ops conv_tr", "netspec ops conv_transpose "),
        ("netspec build good.yaml --set wi", "netspec build good.yaml --set width="),
        ("netspec build resnet34 --set num", "netspec build resnet34 --set num_classes="),
        ("netspec check flags.yaml --set mode=ma", "netspec check flags.yaml --set mode=max "),
    ],
)
def test_tab_in_the_shells(shell: Shell, line: str, wanted: str) -> None:
    shell.completed(line, wanted)


@pytest.mark.slow
def test_without_the_script_nothing_is_completed(shell: Shell, monkeypatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PATIENCE", 3.0)
    with pytest.raises(AssertionError, match="is not in"):
        shell.completed("netspecs resol", "netspecs resolve ")
