"""`netspec export` to ONNX, torch.export programs and safetensors files."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import netspec as library
from netspec.backends.torch import onnx
from tests.parity import formats

FORMATS = ["onnx", "pt2", "safetensors"]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_is_written_and_never_over_another(netspec, folder: Path, ending: str) -> None:
    result = netspec("export", "good.yaml", "-o", f"net.{ending}")
    assert (result.status, result.out, result.err) == (0, f"net.{ending}\n", "")
    before = (folder / f"net.{ending}").read_bytes()
    refused = netspec("export", "good.yaml", "-o", f"net.{ending}", "--set", "width=5")
    assert refused.status == 2
    assert "exists: write over it with --force" in refused.err
    assert (folder / f"net.{ending}").read_bytes() == before
    assert (
        netspec("export", "good.yaml", "-o", f"net.{ending}", "--set", "width=5", "--force").status
        == 0
    )
    assert (folder / f"net.{ending}").read_bytes() != before


@pytest.mark.parametrize("ending", FORMATS)
def test_a_path_that_cannot_be_written_costs_no_work(
    netspec, folder: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library.pipeline, "build", None)
    (folder / f"folder.{ending}").mkdir()
    (folder / f"link.{ending}").symlink_to(folder / "elsewhere")
    for path, told in {
        f"missing/net.{ending}": "there is no folder `missing`",
        f"good.yaml/net.{ending}": "there is no folder `good.yaml`",
        f"folder.{ending}": "is a folder",
        f"link.{ending}": "is a symbolic link",
        f"net.{ending}.txt": "must end in .py, .onnx, .pt2 or .safetensors",
        "net": "must end in",
    }.items():
        result = netspec("export", "good.yaml", "-o", path, "--force")
        assert result.status == 2
        assert told in result.err.replace("\n", " ")


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_is_written_for_a_spec_with_errors(netspec, folder: Path, ending: str) -> None:
    before = sorted(folder.iterdir())
    assert netspec("export", "bad.yaml", "-o", f"net.{ending}").status == 1
    assert sorted(folder.iterdir()) == before


def test_a_file_stands_where_a_spec_does(netspec, folder: Path) -> None:
    netspec("export", "good.yaml", "--set", "width=6", "--seed", "3", "-o", "net.safetensors")
    weights = load_file(folder / "net.safetensors")
    assert netspec("check", "net.safetensors").status == 0
    built = netspec("build", "net.safetensors")
    assert built.status == 0
    assert "net.safetensors: 2 tensors loaded" in built.out
    netspec("export", "net.safetensors", "-o", "net.pt2", "--seed", "9")
    program = torch.export.load(folder / "net.pt2")
    assert all(torch.equal(program.state_dict[key], value) for key, value in weights.items())
    netspec("export", "good.yaml", "--set", "width=6", "--seed", "9", "-o", "other.pt2")
    other = torch.export.load(folder / "other.pt2").state_dict
    assert not torch.equal(other["conv.weight"], weights["conv.weight"])


def test_weights_and_sizes_of_the_command_line(netspec, folder: Path) -> None:
    netspec("export", "good.yaml", "--seed", "3", "-o", "net.safetensors")
    arguments = ("--weights", "net.safetensors", "--dim", "H=10")
    assert netspec("export", "good.yaml", *arguments, "-o", "net.onnx").status == 0
    model = library.compile_spec("good.yaml", dims={"H": 10}, weights="net.safetensors")
    graph = library.check_spec("good.yaml", dims={"H": 10}).graph
    formats.check(model, graph, formats.onnx_run((folder / "net.onnx").read_bytes()))


def test_a_spec_that_needs_another_file(netspec, folder: Path) -> None:
    text = (folder / "good.yaml").read_text().replace("act: relu", "act: {op: other}")
    (folder / "two.yaml").write_text(f"{text}include: {{other: good.yaml}}\n")
    result = netspec("export", "two.yaml", "-o", "net.safetensors")
    assert result.status == 1
    assert not (folder / "net.safetensors").exists()


def test_without_the_extra_one_line_tells_what_to_install(
    netspec, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx, "find_spec", lambda name: None)
    result = netspec("export", "good.yaml", "-o", "net.onnx")
    assert result.status == 2
    assert "pip install 'torch-netspec[onnx]'" in result.err
    assert not (folder / "net.onnx").exists()


def test_source_takes_no_weights(netspec, folder: Path) -> None:
    netspec("export", "good.yaml", "-o", "net.safetensors")
    result = netspec("export", "good.yaml", "--weights", "net.safetensors", "-o", "net.py")
    assert result.status == 2
    assert "leave `--weights` out" in result.err
