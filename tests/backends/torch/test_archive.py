"""A network as one safetensors file: it is built again from it, through the gate of every spec."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import netspec
from netspec.backends.torch.archive import as_archive
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.limits import Limits
from netspec.pipeline import resolve
from tests.bad_inputs import GOOD

VARIANT = "netspec: 1\nextends: good.yaml\nnodes: {norm: {eps: 1e-3}}\n"


def archive(path: Path, spec: object, tensors: bytes = b"") -> Path:
    """A file with anything as the text of its spec."""
    return raw(path, json.dumps({"__metadata__": {"netspec": spec}}).encode() + tensors)


def raw(path: Path, header: bytes, length: int | None = None) -> Path:
    path.write_bytes((len(header) if length is None else length).to_bytes(8, "little") + header)
    return path


def refusal(path: Path, limits: Limits | None = None) -> Diagnostic:
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(path, limits=limits)
    (error,) = caught.value.diagnostics
    assert error.help
    return error


def test_a_network_comes_back_with_its_weights(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "variant.yaml").write_text(VARIANT)
    model = netspec.compile_spec(tmp_path / "variant.yaml", seed=5).eval()
    path = tmp_path / "apart" / "model.safetensors"
    path.parent.mkdir()
    path.write_bytes(as_archive(model, resolve(tmp_path / "variant.yaml")))
    again = netspec.compile_spec(path).eval()
    assert load_file(path).keys() == model.state_dict().keys()
    x = torch.randn(2, 3, 32, 32)
    assert torch.equal(again(x), model(x))
    assert (
        netspec.compile_spec(path, device="meta").state_dict().keys() == again.state_dict().keys()
    )


def test_other_weights_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(as_archive(netspec.compile_spec(netspec.Text(GOOD), seed=1), GOOD))
    other = netspec.compile_spec(netspec.Text(GOOD), seed=2).state_dict()
    ours = netspec.compile_spec(path).state_dict()
    assert any(not torch.equal(ours[key], other[key]) for key in ours)


@pytest.mark.parametrize("key", ["extends: good.yaml\n", GOOD + "include: {other: good.yaml}\n"])
def test_it_reads_no_other_file(key: str, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    text = key if key.startswith("netspec") else f"netspec: 1\n{key}"
    assert refusal(archive(tmp_path / "x.safetensors", text)).code == "path-outside-root"


DAMAGED = {
    "empty": b"",
    "short": b"\1\0",
    "cut off": (100).to_bytes(8, "little") + b"{}",
    "no JSON": (3).to_bytes(8, "little") + b"abc",
    "a list": (2).to_bytes(8, "little") + b"[]",
    "deep": (200_000).to_bytes(8, "little") + b"[" * 200_000,
    "no UTF-8": (4).to_bytes(8, "little") + b'"\xff\xfe"',
    "a pickle": b"\x80\x02}q\x00." + b"\0" * 8,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(DAMAGED[name])
    wanted = "file-too-large" if name == "a pickle" else "weights-unreadable"
    assert refusal(path).code == wanted


def test_a_surrogate_without_its_partner(tmp_path: Path) -> None:
    assert refusal(archive(tmp_path / "x.safetensors", "doc: \ud800")).code == "encoding"


def test_two_specs_in_one_header(tmp_path: Path) -> None:
    twice = b'{"__metadata__": {"netspec": "a"}, "__metadata__": {"netspec": "b"}}'
    assert refusal(raw(tmp_path / "x.safetensors", twice)).code == "weights-unreadable"


@pytest.mark.parametrize("spec", [1, None, ["netspec: 1"], {}])
def test_no_spec_inside(spec: object, tmp_path: Path) -> None:
    assert refusal(archive(tmp_path / "x.safetensors", spec)).code == "no-spec-inside"


def test_the_header_is_measured_before_it_is_read(tmp_path: Path) -> None:
    limits = Limits(file_bytes=100)
    for extra, code in (
        (-1, "weights-unreadable"),
        (0, "weights-unreadable"),
        (1, "file-too-large"),
    ):
        path = raw(tmp_path / "x.safetensors", b"", 800 + extra)
        assert refusal(path, limits).code == code
    assert refusal(raw(tmp_path / "y.safetensors", b"", 2**64 - 1)).code == "file-too-large"


def test_weights_that_are_not_those_of_the_spec(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    other = GOOD.replace("out_channels: 8", "out_channels: 9")
    path.write_bytes(as_archive(netspec.compile_spec(netspec.Text(GOOD)), other))
    assert netspec.check_spec(path).parameters
    with pytest.raises(NetspecError) as caught:
        netspec.compile_spec(path)
    assert {error.code for error in caught.value.diagnostics} == {"weights-mismatch"}
    assert "another shape" in caught.value.diagnostics[0].message
