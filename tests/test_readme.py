"""What the README shows is what happens."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from netspec.cli.main import run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def masked(text: str) -> str:
    return re.sub(r"in [\d,]+ ms", "in … ms", text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The specs, and the files of the README under the names in their first lines."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    for text in blocks("yaml"):
        name = re.match(r"# (\S+)\n", text)
        if name:
            (tmp_path / name[1]).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_spec_is_the_one_that_ships() -> None:
    assert blocks("yaml")[0] == (ROOT / "specs" / "resnet34.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", blocks("console"), ids=lambda text: text.split("\n")[0][2:])
def test_commands_print_what_is_shown(
    folder: Path, capsys: pytest.CaptureFixture[str], block: str
) -> None:
    command, _, shown = block.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "netspec"
    run(arguments)
    captured = capsys.readouterr()
    assert masked(captured.out + captured.err) == masked(shown)


@pytest.mark.parametrize("block", blocks("python"))
def test_python_runs(block: str) -> None:
    names: dict[str, object] = {}
    exec(block, names)
    assert names["model"]
    assert names["checked"]


def test_the_variant_has_five_lines() -> None:
    (variant,) = (text for text in blocks("yaml") if text.startswith("# narrow.yaml"))
    assert len(variant.splitlines()) - 1 == 5


def test_ci_ends_with_the_test_command() -> None:
    setup = next(text for text in blocks("sh") if "[dev]" in text)
    command = setup.strip().split(" && ")[-1].removeprefix(".venv/bin/")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(f"\n{command}")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_files_that_are_named_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    paths = re.findall(r"`((?:netspec|specs|tests|docs)/[\w./-]*\w/?)`", text)
    missing = [name for name in {*links, *paths} if not (ROOT / name).exists()]
    assert not [name for name in missing if "CODE" not in name]


def planted(text: str) -> str:
    return text.replace("6 of 6", "5 of 6")


def test_a_wrong_line_would_be_seen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check: Callable[..., None] = test_commands_print_what_is_shown
    with pytest.raises(AssertionError):
        check(folder, capsys, planted(blocks("console")[0]))
