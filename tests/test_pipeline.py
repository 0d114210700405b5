"""The whole flow, and what a caller of it may do wrong."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import netspec
from netspec import NetspecError, Text, pipeline

SPEC = """
netspec: 1
name: net
inputs: {x: [N, 3, 8, 8]}
nodes:
  c: {op: conv, out_channels: 4, kernel_size: 3}
  act: {op: relu, inplace: true}
outputs: {y: act}
"""


def codes(error: pytest.ExceptionInfo[NetspecError]) -> list[str]:
    return [found.code for found in error.value.diagnostics]


def test_a_check_tells_counts_names_and_shapes() -> None:
    checked = netspec.check_spec(Text(SPEC))
    assert checked.parameters == 112
    assert checked.macs == 4 * 27 * 36
    assert list(checked.state_dict_shapes) == ["c.weight", "c.bias"]
    assert str(checked.shapes["act"][0][1:]) == "(4, 6, 6)"
    assert "conv 3×3" in str(checked)


def test_a_variant_is_what_a_check_with_these_parameters_gives() -> None:
    text = Text(SPEC.replace("name: net", "params: {width: 4}\ndims: {H: 9}"))
    text = Text(str(text.text).replace("channels: 4", "channels: width").replace("8, 8", "H, 8"))
    wide = netspec.check_spec(text, params={"width": 5})
    fixed = wide.vary(dims={"H": 7})
    assert (fixed.parameters, fixed.macs) == (140, 5 * 27 * 5 * 6)
    assert str(fixed.shapes["act"]) == "((Dim(N), 5, 5, 6),)"
    assert fixed.vary(params={"width": 6}).shapes["act"] == ((*fixed.shapes["c"][0][:1], 6, 5, 6),)
    assert wide.parameters == netspec.check_spec(text, params={"width": 5}).parameters
    assert pipeline.build(fixed)(torch.zeros(1, 3, 7, 8)).shape == (1, 5, 5, 6)


def test_a_variant_reports_what_is_wrong_with_it() -> None:
    checked = netspec.check_spec(Text(SPEC))
    with pytest.raises(NetspecError) as error:
        checked.vary(params={"width": 4})
    assert codes(error) == ["unknown-parameter"]
    with pytest.raises(NetspecError) as error:
        checked.vary(dims={"H": object()})
    assert codes(error) == ["wrong-type"]


def test_a_variant_keeps_what_reading_had_to_say() -> None:
    text = SPEC.replace("  act:", "  C: batch_norm\n  act:")
    checked = netspec.check_spec(Text(text))
    assert [found.code for found in checked.warnings] == ["names-alike"]
    assert checked.vary().warnings == checked.warnings


def test_one_output_and_one_glob_may_be_text() -> None:
    model = netspec.compile_spec(Text(SPEC), outputs="c", freeze="c.*")
    assert model(torch.randn(1, 3, 8, 8)).shape == (1, 4, 6, 6)
    assert not any(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize("outputs", [[], ["c", "c"]])
def test_outputs_name_nodes_each_once(outputs: list[str]) -> None:
    with pytest.raises(ValueError, match="each once"):
        netspec.compile_spec(Text(SPEC), outputs=outputs)


def test_weights_do_not_go_to_the_meta_device(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    save_file(netspec.compile_spec(Text(SPEC)).state_dict(), path)
    with pytest.raises(NetspecError, match="meta device") as error:
        netspec.compile_spec(Text(SPEC), device="meta", weights=path)
    assert codes(error) == ["weights-mismatch"]


def test_the_search_for_garbage_goes_on_afterwards() -> None:
    import gc

    for spec in (SPEC, SPEC.replace("relu", "rellu")):
        try:
            netspec.check_spec(Text(spec))
        except NetspecError:
            assert spec != SPEC
        assert gc.isenabled()


def test_the_same_result_each_time() -> None:
    first, second = (netspec.compile_spec(Text(SPEC), seed=3).state_dict() for _ in range(2))
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not torch.equal(
        first["c.weight"], netspec.compile_spec(Text(SPEC), seed=4).state_dict()["c.weight"]
    )
