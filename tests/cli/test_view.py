"""`netspec view`"""

import sys
from pathlib import Path

import pytest

from netspec.backends.picture import engine
from tests.cli.conftest import Run


def test_a_page_by_default(netspec: Run, folder: Path) -> None:
    result = netspec("view", "good.yaml")
    assert (result.status, result.err) == (0, "")
    name = result.out.strip()
    assert name.endswith(".html")
    assert (folder / name).read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("ending", ["svg", "PNG", "mmd"])
def test_other_endings(netspec: Run, folder: Path, ending: str) -> None:
    assert netspec("view", "good.yaml", "-o", f"net.{ending}").out == f"net.{ending}\n"
    assert (folder / f"net.{ending}").stat().st_size > 100


def test_a_spec_with_errors_is_told_as_by_check_and_nothing_is_written(
    netspec: Run, folder: Path
) -> None:
    before = sorted(folder.iterdir())
    result = netspec("view", "bad.yaml", "-o", "net.html")
    assert result.status == 1
    assert result.err == netspec("check", "bad.yaml").out + netspec("check", "bad.yaml").err
    assert sorted(folder.iterdir()) == before


def test_a_file_that_exists_is_kept(netspec: Run, folder: Path) -> None:
    (folder / "net.svg").write_text("mine")
    result = netspec("view", "good.yaml", "-o", "net.svg")
    assert result.status == 2
    assert "write over it with --force" in result.err
    assert (folder / "net.svg").read_text() == "mine"
    assert netspec("view", "good.yaml", "-o", "net.svg", "--force").status == 0
    assert (folder / "net.svg").read_text("utf-8").startswith("<svg")


def test_an_ending_that_is_not_known(netspec: Run) -> None:
    result = netspec("view", "good.yaml", "-o", "net.pdf")
    assert result.status == 2
    assert "`net.pdf` must end in .html, .svg, .png or .mmd" in result.err


def test_a_node_that_is_not_there(netspec: Run) -> None:
    result = netspec("view", "torchvision/resnet50", "--open", "layr1", "-o", "net.mmd")
    assert result.status == 2
    assert "--open: the network has no node `layr1`; did you mean `layer1`?" in result.err


def test_without_the_extra(netspec: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    engine._engine.cache_clear()
    result = netspec("view", "good.yaml", "-o", "net.svg")
    assert result.status == 2
    assert "drawing needs mini-racer: `pip install 'torch-netspec[picture]'`" in result.err


def test_quiet(netspec: Run) -> None:
    assert netspec("view", "good.yaml", "-q").out == ""


def test_settings_reach_the_spec(netspec: Run, folder: Path) -> None:
    assert netspec("view", "resnet34", "--set", "num_classes=7", "-o", "net.mmd").status == 0
    assert "N×7" in (folder / "net.mmd").read_text("utf-8")


@pytest.mark.parametrize("ending", ["html", "svg", "png", "mmd"])
def test_a_difference(netspec: Run, folder: Path, ending: str) -> None:
    text = (folder / "good.yaml").read_text()
    (folder / "other.yaml").write_text(text.replace("name: ", "name: other_", 1))
    result = netspec("view", "--diff", "good.yaml", "other.yaml", "-o", f"net.{ending}")
    assert (result.status, result.out, result.err) == (0, f"net.{ending}\n", "")
    assert (folder / f"net.{ending}").stat().st_size > 100


def test_a_difference_of_two_settings(netspec: Run, folder: Path) -> None:
    arguments = ("view", "inception_v4", "--vs", "k=256")
    assert netspec(*arguments).out == "inception_v4_diff.html\n"
    assert "inception_v4 with k=256" in (folder / "inception_v4_diff.html").read_text("utf-8")
    assert netspec(*arguments, "-o", "net.mmd").status == 0
    assert "~ conv conv 1×1 → 256".replace("~", "#126;") in (folder / "net.mmd").read_text("utf-8")


@pytest.mark.parametrize("pair", [("good.yaml", "bad.yaml"), ("bad.yaml", "good.yaml")])
def test_errors_of_either_are_told_and_nothing_is_written(
    netspec: Run, folder: Path, pair: tuple[str, str]
) -> None:
    before = sorted(folder.iterdir())
    result = netspec("view", "--diff", *pair, "-o", "net.html")
    assert result.status == 1
    assert result.err == netspec("diff", *pair).err
    assert sorted(folder.iterdir()) == before
