"""`netspec diff`: two specs, or one with two settings."""

import io
import json
from pathlib import Path

import pytest

from tests.cli.samples import GOOD

DEEPER = GOOD.replace("  act: relu", "  norm: batch_norm\n  act: relu").replace("small", "deeper")


def test_two_specs(netspec, folder: Path) -> None:
    (folder / "deeper.yaml").write_text(DEEPER)
    result = netspec("diff", "good.yaml", "deeper.yaml")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[:3] == ["small → deeper", "", " + norm   batch_norm"]
    assert " 2 of 2 tensors by name and shape" in result.out
    assert max(map(len, result.out.splitlines())) <= 100


def test_one_spec_with_two_settings(netspec) -> None:
    out = netspec("diff", "good.yaml", "--set", "width=8", "--vs", "width=16").out
    assert out.splitlines()[0] == "small → small with width=16"
    assert " ~ conv   conv 3×3: out_channels 8 → 16" in out.splitlines()


def test_vs_is_on_top_of_set_for_one_spec_and_alone_for_two(netspec, folder: Path) -> None:
    (folder / "deeper.yaml").write_text(DEEPER.replace("width", "size"))
    one = json.loads(
        netspec("diff", "good.yaml", "--set", "width=8", "--vs", "width=8", "--format", "json").out
    )
    assert not one["different"]
    arguments = ("--set", "width=8", "--vs", "size=8", "--format", "json")
    two = json.loads(netspec("diff", "good.yaml", "deeper.yaml", *arguments).out)
    assert [change["kind"] for change in two["changes"]] == ["added"]


def test_a_size_is_for_both(netspec) -> None:
    arguments = ("good.yaml", "--vs", "width=5", "--dim", "H=16", "--format", "json")
    record = json.loads(netspec("diff", *arguments).out)
    assert record["shapes"][0]["after"] == "N×5×16×8"


def test_equal_names_are_told_apart_by_the_files(netspec, folder: Path) -> None:
    (folder / "deeper.yaml").write_text(DEEPER.replace("deeper", "small"))
    out = netspec("diff", "good.yaml", "deeper.yaml").out
    assert out.splitlines()[0] == "good.yaml → deeper.yaml"


def test_the_exit_status_tells_only_where_it_is_asked_to(netspec, folder: Path) -> None:
    (folder / "deeper.yaml").write_text(DEEPER)
    assert netspec("diff", "good.yaml", "deeper.yaml", "--exit-code", "-q").status == 1
    assert netspec("diff", "good.yaml", "good.yaml", "--exit-code").status == 0
    assert netspec("diff", "good.yaml", "good.yaml").out.splitlines()[-1] == " no difference"


def test_errors_of_both_are_told_and_nothing_is_written(netspec, folder: Path) -> None:
    (folder / "other.yaml").write_text(GOOD.replace("conv, out", "cnov, out"))
    result = netspec("diff", "bad.yaml", "other.yaml", "-o", "out.txt")
    assert (result.status, result.out) == (1, "")
    assert "bad.yaml" in result.err and "other.yaml" in result.err
    assert not (folder / "out.txt").exists()
    one = netspec("diff", "bad.yaml", "--vs", "width=4")
    assert one.err == netspec("check", "bad.yaml").out


def test_a_parameter_that_is_not_there(netspec) -> None:
    result = netspec("diff", "good.yaml", "--vs", "depth=5")
    assert result.status == 2 and "`small` has no parameter `depth`" in result.err


def test_standard_input_is_read_once(netspec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    result = netspec("diff", "-", "--vs", "width=5")
    assert (result.status, result.out.splitlines()[0]) == (0, "small → small with width=5")


def test_usage(netspec) -> None:
    assert "name a second spec" in netspec("diff", "good.yaml").err
    assert netspec("diff", "good.yaml").status == 2
    assert "standard input" in netspec("diff", "-", "-").err
    assert netspec("diff", "good.yaml", "nosuch").status == 2


def test_output(netspec, folder: Path) -> None:
    arguments = ("diff", "good.yaml", "--vs", "width=5", "--format", "markdown", "-o", "out.md")
    assert netspec(*arguments, "-q").out == ""
    assert (folder / "out.md").read_text().startswith("## small → small with width=5\n")
    assert netspec(*arguments).status == 2
    assert netspec(*arguments, "--force").status == 0
