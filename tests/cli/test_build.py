"""`netspec build`: the layer table and the one forward run."""

import json
import re
from pathlib import Path

import pytest

AUXILIARY = """\
netspec: 1
name: two_heads
inputs: {image: [N, 3, 16, 16], mask: [N, 1, 16, 16]}
nodes:
  both: {op: concat, from: [image, mask]}
  stem: {op: conv, out_channels: 8, kernel_size: 3, padding: 1, repeat: 2, shape: [N, 8, 16, 16]}
  pool: {op: adaptive_avg_pool, output_size: 1}
  flat: flatten
  aux: {op: linear, from: flat, out_features: 5}
  head: {op: linear, from: flat, out_features: 10}
outputs:
  logits: {from: head, shape: [N, 10]}
  features: pool
  aux: {from: aux, training: true}
"""


def masked(text: str) -> str:
    return re.sub(r"in [\d,]+ ms", "in … ms", text)


@pytest.mark.parametrize("depth", [1, 3])
def test_the_table_of_the_readme(netspec, golden, depth: int) -> None:
    result = netspec("build", "resnet34", "--depth", str(depth))
    assert (result.status, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= 100
    golden(f"build_resnet34_depth{depth}.txt", masked(result.out))


def test_several_inputs_and_outputs(netspec, golden, folder: Path) -> None:
    (folder / "two.yaml").write_text(AUXILIARY)
    golden("build_two_heads.txt", masked(netspec("build", "two.yaml").out))


def test_a_free_size_is_run_at_the_size_that_is_set(netspec) -> None:
    assert "ran 1×3×8×8 in" in netspec("build", "good.yaml").out
    assert "ran 1×3×24×8 in" in netspec("build", "good.yaml", "--dim", "H=24").out


def test_json_is_the_same_as_data(netspec) -> None:
    data = json.loads(netspec("build", "good.yaml", "--format", "json", "--set", "width=8").out)
    assert data["name"] == "small"
    assert [node["path"] for node in data["nodes"]] == ["conv", "act"]
    assert data["parameters"] == data["nodes"][0]["parameters"] == 8 * 27 + 8
    assert data["outputs"] == {"y": ["N", 8, "H", 8]}
    assert data["run"]["outputs"] == {"y": [1, 8, 8, 8]}


def test_quiet_prints_nothing(netspec) -> None:
    result = netspec("build", "-q", "good.yaml")
    assert (result.status, result.out, result.err) == (0, "", "")


def test_output_goes_to_a_file_that_is_not_there_yet(netspec, folder: Path) -> None:
    assert netspec("build", "good.yaml", "-o", "table.txt").out == ""
    assert (folder / "table.txt").read_text().startswith("small   x N×3×H×8\n")
    result = netspec("build", "good.yaml", "-o", "table.txt")
    assert result.status == 2
    assert "--force" in result.err
    assert netspec("build", "good.yaml", "-o", "table.txt", "--force").status == 0


def test_errors_go_to_standard_error(netspec) -> None:
    result = netspec("build", "bad.yaml")
    assert (result.status, result.out) == (1, "")
    assert "error[unknown-op]" in result.err


def test_the_torch_run_is_compared_with_the_check(monkeypatch: pytest.MonkeyPatch, netspec) -> None:
    from netspec.backends.torch import trial

    monkeypatch.setattr(trial, "_outputs", lambda graph: {"y": (1, 2, 3)})
    with pytest.raises(RuntimeError, match="was checked"):
        netspec("build", "good.yaml")


@pytest.fixture
def weights(folder: Path) -> Path:
    """Weights that fit the good spec."""
    from safetensors.torch import save_file

    from netspec import compile_spec

    save_file(compile_spec("good.yaml", seed=1).state_dict(), "good.safetensors")
    return folder / "good.safetensors"


def test_weights_are_loaded(netspec, weights: Path) -> None:
    result = netspec("build", "good.yaml", "--weights", str(weights))
    assert result.out.endswith(f" {weights}: 2 tensors loaded\n")
    result = netspec("build", "good.yaml", "--weights", str(weights), "--format", "json")
    assert json.loads(result.out)["weights"]["loaded"] == ["conv.weight", "conv.bias"]


def test_weights_that_do_not_fit(netspec, weights: Path) -> None:
    wider = ("build", "good.yaml", "--set", "width=8", "--weights", str(weights))
    result = netspec(*wider)
    assert (result.status, result.out) == (1, "")
    assert "error[weights-mismatch]" in result.err
    result = netspec(*wider, "--weights-partial")
    assert "0 tensors loaded; left at initialization: conv.weight, conv.bias" in result.out
    assert netspec("build", "good.yaml", "--weights", "missing.safetensors").status == 2


def test_part_of_no_weights_is_a_mistake(netspec) -> None:
    result = netspec("build", "good.yaml", "--weights-partial")
    assert (result.status, result.out) == (2, "")
    assert "name it, `--weights`" in result.err


def test_optimized_for_inference_it_runs_and_tells_what_was_done(netspec) -> None:
    result = netspec("build", "lenet5", "--optimize", "inference")
    assert (result.status, result.err) == (0, "")
    report = result.out.split("\n\n")[-1].splitlines()
    assert report[0].endswith("ops became 9")
    assert report[3].split()[:3] == ["lower", "convolutions", "3"]
    data = json.loads(netspec("build", "lenet5", "--optimize", "inference", "--format", "json").out)
    assert data["optimized"]["after"] == 9
    assert data["optimized"]["passes"][2]["done"] == ["c1", "c3", "c5"]


def test_an_optimization_that_is_not_there_is_refused(netspec) -> None:
    result = netspec("build", "lenet5", "--optimize", "speed")
    assert result.status == 2
    assert "'speed' is not 'inference'" in result.err
