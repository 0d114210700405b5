"""What the README and the pages under docs/ show and name is there, and right."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netspec.cli.main import run
from netspec.ops import registry
from tests.documented.reader import Reader, faults_of, mended

ROOT = Path(__file__).parent.parent
GENERATED = {ROOT / "docs" / "project", ROOT / "docs" / "reference"}
PAGES = [
    page for page in sorted((ROOT / "docs").rglob("*.md")) if GENERATED.isdisjoint(page.parents)
]
RUN = [ROOT / "README.md", *PAGES]
NAMED = [*RUN, ROOT / "CONTRIBUTING.md"]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).with_suffix("").as_posix()


def parameters() -> list[object]:
    """Every page, those with a comment `<!-- slow -->` marked so."""
    slow = {page for page in RUN if "<!-- slow -->" in page.read_text("utf-8")}
    return [
        pytest.param(page, id=name_of(page), marks=[pytest.mark.slow] if page in slow else [])
        for page in RUN
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What a clone has, as the current folder. Ops and modules of a page are gone after it."""
    for name in ("specs", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    assert list(registry.op_names())
    monkeypatch.setattr(registry, "_OPS", dict(registry._OPS))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    known = {*sys.modules}
    yield tmp_path
    for name in {*sys.modules} - known:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize("page", parameters())
def test_every_block_does_what_it_says(
    page: Path, folder: Path, request: pytest.FixtureRequest
) -> None:
    text = page.read_text("utf-8")
    faults = Reader().read(text)
    if request.config.getoption("--overwrite-golden"):
        page.write_text(mended(text, faults), encoding="utf-8")
        faults = [fault for fault in faults if fault.text is None]
    assert not faults, faults_of(page, faults)


def test_a_page_can_bring_modules_and_ops(folder: Path) -> None:
    page = "```python\n# halves.py\nx = 0.5\n```\n\n```python\nimport halves\n```\n"
    assert Reader().read(page) == []
    assert "halves" in sys.modules
    registry._OPS.clear()


def test_nothing_is_left_of_a_page() -> None:
    assert "halves" not in sys.modules
    assert registry.find_op("conv")


def missing(text: str, folder: Path) -> list[str]:
    """Files that a page links to, or names from the root of the repository, and that are gone."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text)
    paths = re.findall(r"`((?:benchmarks|docs|examples|netspec|specs|tests)/[\w./-]*\w/?)`", text)
    gone = [link for link in links if not (folder / link).exists()]
    return gone + [path for path in paths if "CODE" not in path and not (ROOT / path).exists()]


@pytest.mark.parametrize("page", NAMED, ids=name_of)
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
