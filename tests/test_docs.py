"""What the pages under docs/ show and name is there, and right."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netspec import NetspecError, Text, check_spec
from netspec.cli.main import run

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
NAMED = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]


def fences(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def whole_specs() -> Iterator[str]:
    """Blocks that declare the language version stand for themselves; others are parts."""
    for page in PAGES:
        for block in fences(page.read_text("utf-8"), "yaml"):
            if re.match(r"(#.*\n)*netspec: 1\n", block):
                yield block


@pytest.mark.parametrize("block", [*whole_specs()])
def test_whole_specs_check(block: str) -> None:
    check_spec(Text(block), root=ROOT)


def test_there_are_whole_specs_and_a_mistake_in_one_is_seen() -> None:
    first = next(whole_specs())
    with pytest.raises(NetspecError, match="unknown-op"):
        check_spec(Text(first.replace("op: max_pool", "op: max_pol")))


def missing(text: str, folder: Path) -> list[str]:
    """Files that a page links to, or names from the root of the repository, and that are gone."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text)
    paths = re.findall(r"`((?:benchmarks|docs|examples|netspec|specs|tests)/[\w./-]*\w/?)`", text)
    gone = [link for link in links if not (folder / link).exists()]
    return gone + [path for path in paths if "CODE" not in path and not (ROOT / path).exists()]


@pytest.mark.parametrize("page", NAMED, ids=lambda page: page.stem)
def test_files_that_are_named_exist(page: Path) -> None:
    assert missing(page.read_text("utf-8"), page.parent) == []


def test_a_file_that_is_gone_is_seen() -> None:
    text = "[a](docs/gone.md), `specs/gone.yaml`, [b](README.md#x), `netspec/cli`, [c](https://x.y)"
    assert missing(text, ROOT) == ["docs/gone.md", "specs/gone.yaml"]


@pytest.fixture
def zoo_page(capsys: pytest.CaptureFixture[str]) -> str:
    """The page of the zoo as the specs have it now."""
    assert run(["list", "--format", "markdown"]) == 0
    return capsys.readouterr().out


def test_the_page_of_the_zoo_is_new(golden: Callable[[str, str], None], zoo_page: str) -> None:
    golden("../../docs/zoo.md", zoo_page)


def test_an_old_page_would_be_seen(
    golden: Callable[[str, str], None], zoo_page: str, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--overwrite-golden"):
        pytest.skip("nothing is compared")
    with pytest.raises(AssertionError):
        golden("../../docs/zoo.md", zoo_page.replace("25,557,032", "25,557,033"))
