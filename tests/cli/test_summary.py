"""`netspec summary`: what a spec takes, without torch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from netspec.analysis import measure


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("resnet50", ["torchvision/resnet50"]),
        ("resnet50_fixed", ["torchvision/resnet50", "--dim", "H=299", "--dim", "W=299"]),
        ("googlenet", ["torchvision/googlenet", "--depth", "2", "--freeze", "inception3*"]),
        ("resnet34_sorted", ["resnet34", "--depth", "9", "--sort", "parameters"]),
    ],
)
def test_tables(netspec, golden, name: str, arguments: list[str]) -> None:
    result = netspec("summary", *arguments)
    assert (result.status, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= 100
    golden(f"summary_{name}.txt", result.out)


def test_markdown(netspec, golden) -> None:
    golden("summary_lenet5.md", netspec("summary", "lenet5", "--format", "markdown").out)


def test_batch_and_dtype(netspec) -> None:
    one, eight, half = (
        json.loads(netspec("summary", "lenet5", "--format", "json", *more).out)
        for more in ((), ("--batch", "8"), ("--dtype", "float16"))
    )
    assert eight["peak_bytes"] == 8 * one["peak_bytes"]
    assert eight["macs"] == 8 * one["macs"]
    assert eight["nodes"][0]["output"] == [[8, 6, 28, 28]]
    assert eight["weights_bytes"] == one["weights_bytes"] == 2 * half["weights_bytes"]


def test_batch_is_the_dim_of_that_name(netspec) -> None:
    batch = netspec("summary", "lenet5", "--batch", "3").out
    assert batch == netspec("summary", "lenet5", "--dim", "N=3").out
    result = netspec("summary", "lenet5", "--batch", "3", "--dim", "N=3")
    assert (result.status, result.out) == (2, "")
    assert "`--batch` sets the size `N`, which is not free in the inputs of `lenet5`" in result.err


def test_a_batch_that_is_a_number_cannot_be_set(netspec, folder: Path) -> None:
    text = (folder / "good.yaml").read_text().replace("[N, ", "[2, ")
    (folder / "fixed.yaml").write_text(text)
    assert netspec("summary", "fixed.yaml").status == 0
    result = netspec("summary", "fixed.yaml", "--batch", "3")
    assert (result.status, result.out) == (2, "")
    assert "which is not free in the inputs of `small`" in result.err


def test_columns(netspec) -> None:
    lines = netspec("summary", "good.yaml", "--columns", "node, stride,MACs").out.splitlines()
    assert lines[2].split() == ["node", "stride", "MACs"]
    assert lines[3].split() == ["conv", "1", "6.9", "k"]
    result = netspec("summary", "good.yaml", "--columns", "node,mac")
    assert result.status == 2
    assert "there is no `mac` among node, what," in result.err
    assert "did you mean `macs`?" in result.err


def test_csv(netspec) -> None:
    out = netspec("summary", "good.yaml", "--format", "csv", "--columns", "node,output,memory").out
    assert out == "node,output,memory\nconv,N×4×H×8,1024\nact,N×4×H×8,1024\n"


def test_a_glob_that_fits_nothing(netspec) -> None:
    result = netspec("summary", "good.yaml", "--freeze", "layer1.*")
    assert (result.status, result.out) == (2, "")
    assert "no parameter of the network fits the glob `layer1.*`" in result.err


def test_errors_go_to_standard_error(netspec) -> None:
    result = netspec("summary", "bad.yaml", "-o", "table.txt")
    assert (result.status, result.out) == (1, "")
    assert "error[unknown-op]" in result.err
    assert not Path("table.txt").exists()


def test_output_goes_to_a_file_that_is_not_there_yet(netspec, folder: Path) -> None:
    assert netspec("summary", "good.yaml", "-o", "table.txt", "--quiet").out == ""
    assert (folder / "table.txt").read_text().startswith("small   x N×3×H×8\n")
    result = netspec("summary", "good.yaml", "-o", "table.txt")
    assert result.status == 2
    assert "--force" in result.err
    assert netspec("summary", "good.yaml", "-o", "table.txt", "--force").status == 0


def test_quiet_prints_nothing(netspec) -> None:
    result = netspec("summary", "-q", "good.yaml")
    assert (result.status, result.out, result.err) == (0, "", "")


def test_torch_is_not_imported(folder: Path) -> None:
    code = (
        "import sys; from netspec.cli.main import run; run(['summary', 'good.yaml']);"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_other_numbers_would_be_seen(
    netspec, golden, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--overwrite-golden"):
        pytest.skip("nothing is compared")
    monkeypatch.setitem(measure.FLOAT_BYTES, "float32", 5)
    with pytest.raises(AssertionError):
        test_tables(netspec, golden, "resnet50", ["torchvision/resnet50"])
