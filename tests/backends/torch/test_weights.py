"""Weights from safetensors files."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import netspec
from netspec import NetspecError, Text

SPEC = Text(
    """
netspec: 1
name: net
params: {num_classes: 10, width: 8}
inputs: {x: [N, 3, 8, 8]}
nodes:
  conv1: {op: conv, out_channels: width, kernel_size: 3}
  bn1: batch_norm
  head: [{op: adaptive_avg_pool, output_size: 1}, flatten, {op: linear, out_features: num_classes}]
outputs: {y: head}
"""
)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "net.safetensors"
    save_file(netspec.compile_spec(SPEC, seed=7).state_dict(), path)
    return path


def codes(error: pytest.ExceptionInfo[NetspecError]) -> list[str]:
    return [found.code for found in error.value.diagnostics]


def test_all_tensors_are_loaded(weights: Path) -> None:
    model = netspec.compile_spec(SPEC, seed=1, weights=weights)
    expected = netspec.compile_spec(SPEC, seed=7).state_dict()
    assert all(torch.equal(tensor, expected[key]) for key, tensor in model.state_dict().items())


def test_features_take_the_weights_of_the_whole(weights: Path) -> None:
    model = netspec.compile_spec(SPEC, outputs=["bn1"], weights=weights)
    expected = netspec.compile_spec(SPEC, seed=7).state_dict()["conv1.weight"]
    assert torch.equal(model.state_dict()["conv1.weight"], expected)


def test_another_number_of_classes_leaves_the_head_and_says_so(weights: Path) -> None:
    with pytest.warns(UserWarning, match=r"left at initialization: head.2.weight, head.2.bias"):
        model = netspec.compile_spec(SPEC, params={"num_classes": 3}, weights=weights)
    assert model.state_dict()["head.2.weight"].shape == (3, 8)
    assert torch.equal(
        model.state_dict()["conv1.weight"],
        netspec.compile_spec(SPEC, seed=7).state_dict()["conv1.weight"],
    )


def test_a_variant_with_another_number_of_classes_is_the_same(
    weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "net.yaml").write_text(str(SPEC.text))
    for name, base, classes in (("three", "net", 3), ("two", "three", 2)):
        text = f"netspec: 1\nextends: {base}.yaml\nparams: {{num_classes: {classes}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
        with pytest.warns(UserWarning, match="left at initialization: head.2.weight, head.2.bias"):
            model = netspec.compile_spec(tmp_path / f"{name}.yaml", weights=weights)
        assert model.state_dict()["head.2.weight"].shape == (classes, 8)
    three = tmp_path / "three.safetensors"
    save_file(netspec.compile_spec(tmp_path / "three.yaml").state_dict(), three)
    with pytest.warns(UserWarning, match="left at initialization: head.2.weight, head.2.bias"):
        netspec.compile_spec(tmp_path / "two.yaml", params={"num_classes": 5}, weights=three)


def test_a_variant_of_another_width_does_not_fit(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(str(SPEC.text))
    text = "netspec: 1\nextends: net.yaml\nparams: {num_classes: 3, width: 16}\n"
    (tmp_path / "wide.yaml").write_text(text)
    with pytest.raises(NetspecError, match=r"`conv1.weight` is 8×3×3×3 float32 in the file"):
        netspec.compile_spec(tmp_path / "wide.yaml", weights=weights)


def test_another_width_does_not_fit_and_nothing_is_loaded(weights: Path) -> None:
    with pytest.raises(
        NetspecError, match=r"`conv1.weight` is 8×3×3×3 float32 in the file"
    ) as error:
        netspec.compile_spec(SPEC, params={"width": 16}, weights=weights)
    assert set(codes(error)) == {"weights-mismatch"}


def test_partial_says_what_was_left(weights: Path) -> None:
    with pytest.warns(UserWarning, match="2 tensors loaded; left at initialization: conv1.weight"):
        netspec.compile_spec(SPEC, params={"width": 16}, weights=weights, weights_partial=True)


def test_missing_and_unexpected_keys_name_the_nearest(tmp_path: Path) -> None:
    state = netspec.compile_spec(SPEC).state_dict()
    state["conv2.weight"] = state.pop("conv1.weight")
    path = tmp_path / "renamed.safetensors"
    save_file(state, path)
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, weights=path)
    assert codes(error) == ["weights-mismatch", "weights-mismatch"]
    assert "`conv1.weight`: did you mean `conv2.weight`?" in str(error.value)


def test_the_help_stands_once_and_keys_without_a_near_one_are_not_repeated(
    tmp_path: Path,
) -> None:
    state = netspec.compile_spec(SPEC).state_dict()
    path = tmp_path / "other.safetensors"
    save_file({"q9": state.pop("conv1.bias"), "bn1.bias": torch.zeros(3)}, path)
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, weights=path)
    missing, unexpected, misfits = error.value.diagnostics
    assert missing.message.startswith("8 of 9 tensors are missing: conv1.weight, ")
    assert unexpected.message == "1 tensor is not in the network: q9"
    assert unexpected.notes == ()
    assert all("did you mean" in note for note in missing.notes)
    assert misfits.message == "1 of 9 tensors has another shape or dtype"
    assert misfits.notes == ("`bn1.bias` is 3 float32 in the file and 8 float32 in the network",)
    assert [found.help is None for found in error.value.diagnostics] == [True, True, False]


def test_many_misfits_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "half.safetensors"
    save_file({k: v.double() for k, v in netspec.compile_spec(SPEC).state_dict().items()}, path)
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, weights=path)
    (found,) = error.value.diagnostics
    assert found.message == "9 of 9 tensors have another shape or dtype"
    assert (len(found.notes), found.notes[-1]) == (9, "and 1 more")


def with_header_of(length: int, weights: Path) -> bytes:
    """The same file with a header that is padded to `length` bytes."""
    data = weights.read_bytes()
    (before,) = struct.unpack("<Q", data[:8])
    header = data[8 : 8 + before].ljust(length)
    return struct.pack("<Q", length) + header + data[8 + before :]


def test_a_header_whose_length_begins_like_a_pickle_is_none(weights: Path, tmp_path: Path) -> None:
    path = tmp_path / "padded.safetensors"
    path.write_bytes(with_header_of(0x480, weights))
    assert path.read_bytes()[:1] == b"\x80"
    model = netspec.compile_spec(SPEC, weights=path)
    expected = netspec.compile_spec(SPEC, seed=7).state_dict()
    assert all(torch.equal(tensor, expected[key]) for key, tensor in model.state_dict().items())


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_by_a_wrong_name_is_refused(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "net.safetensors"
    state = netspec.compile_spec(SPEC).state_dict()
    torch.save(state, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, weights=path)
    (found,) = error.value.diagnostics
    assert found.code == "weights-pickle"
    assert found.help is not None
    assert found.help.endswith(", 'net.converted.safetensors')`")


def test_another_dtype_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "half.safetensors"
    save_file({k: v.half() for k, v in netspec.compile_spec(SPEC).state_dict().items()}, path)
    with pytest.raises(NetspecError, match=r"float16 in the file and .* float32 in the network"):
        netspec.compile_spec(SPEC, weights=path)


def damaged(weights: Path) -> Iterator[tuple[str, bytes, str]]:
    data = weights.read_bytes()
    yield "cut.safetensors", data[:-10], "weights-unreadable"
    yield "header.safetensors", data[:20], "weights-unreadable"
    yield "empty.safetensors", b"", "weights-unreadable"
    yield "huge.safetensors", struct.pack("<Q", 1 << 60) + data[8:], "weights-unreadable"
    yield "zip.safetensors", b"PK\x03\x04" + data, "weights-pickle"
    yield "old.pth", data, "weights-pickle"


def test_what_is_no_safetensors_file_is_refused(weights: Path, tmp_path: Path) -> None:
    for name, data, code in damaged(weights):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(NetspecError) as error:
            netspec.compile_spec(SPEC, weights=path)
        assert codes(error) == [code], name


def test_a_real_pickle_is_refused_with_the_line_that_converts_it(tmp_path: Path) -> None:
    model = netspec.compile_spec(SPEC, seed=7)
    torch.save(model.state_dict(), tmp_path / "net.pth")
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, weights=tmp_path / "net.pth")
    (found,) = error.value.diagnostics
    assert found.code == "weights-pickle"
    assert found.help is not None
    assert "save_file(torch.load('net.pth', weights_only=True), 'net.safetensors')" in found.help


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, weights=tmp_path / "none.safetensors")
    assert codes(error) == ["file-not-found"]


def test_frozen_parameters_do_not_learn() -> None:
    model = netspec.compile_spec(SPEC, freeze=["conv1.*", "bn1.weight"])
    frozen = [key for key, parameter in model.named_parameters() if not parameter.requires_grad]
    assert frozen == ["conv1.weight", "conv1.bias", "bn1.weight"]


def test_a_glob_that_fits_nothing_freezes_nothing() -> None:
    with pytest.raises(NetspecError) as error:
        netspec.compile_spec(SPEC, freeze=["conv1.*", "conv9.*"])
    assert codes(error) == ["unknown-weight"]
