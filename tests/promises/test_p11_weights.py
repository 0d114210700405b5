"""P11: weights are safetensors; a pickle is refused, and never loaded.

Pickles in every form that torch writes, under every name, whole or cut off, go through every way
to give weights: `weights=`, `--weights`, `transfer`, a spec's place. Each is refused with the line
that converts it, and nothing in it runs. Then headers of safetensors files that lie.
"""

import io
import json
import os
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import netspec
from netspec.cli.main import run
from netspec.diagnostics import NetspecError
from tests.bad_inputs import GOOD

SPEC = netspec.Text(GOOD)


class Bomb:
    """What runs code when it is loaded."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return Path.touch, (Path("exploded"),)  # type: ignore[return-value]


def state() -> dict[str, torch.Tensor]:
    return netspec.compile_spec(SPEC, seed=3).state_dict()


def zipped() -> bytes:
    stream = io.BytesIO()
    torch.save({**state(), "bomb": Bomb()}, stream)
    return stream.getvalue()


def legacy() -> bytes:
    stream = io.BytesIO()
    torch.save({**state(), "bomb": Bomb()}, stream, _use_new_zipfile_serialization=False)
    return stream.getvalue()


def tarred() -> bytes:
    """As torch wrote before version 0.1.10."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("sys_info", "pickle", "tensors", "storages"):
            content = pickle.dumps(Bomb(), protocol=2)
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


FORMS: dict[str, Callable[[], bytes]] = {
    "zip": zipped,
    "legacy": legacy,
    "tar": tarred,
    **{f"protocol {n}": lambda n=n: pickle.dumps(Bomb(), protocol=n) for n in range(6)},
    "numpy": lambda: b"\x93NUMPY\x01\x00" + pickle.dumps(Bomb()),
}
NAMES = [
    "w.pt",
    "w.pth",
    "w.bin",
    "w.ckpt",
    "w.pkl",
    "w.PT",
    "w.safetensors",
    "w",
    "w.safetensors.pt",
]
TORCH = {"zip", "legacy", "tar", *(f"protocol {n}" for n in range(2, 6))}
"""Forms that torch writes, or wrote; they are known by their first bytes."""
SUFFIXES = {".pt", ".pth", ".bin", ".ckpt", ".pkl"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(GOOD)
    return tmp_path


def refusal(name: str) -> tuple[str, str]:
    """The code and help of the refusal of a file."""
    with pytest.raises(NetspecError) as caught:
        netspec.compile_spec("good.yaml", weights=name)
    (error,) = caught.value.diagnostics
    assert len(error.message) < 400
    assert error.help
    assert not Path("exploded").exists()
    return error.code, error.help


def test_the_bomb_is_live(folder: Path) -> None:
    pickle.loads(FORMS["protocol 2"]())
    assert Path("exploded").exists()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_a_pickle_is_refused(form: str, name: str, folder: Path) -> None:
    content = FORMS[form]()
    for cut in (None, len(content) // 2, 9):
        Path(name).write_bytes(content[:cut])
        code, help = refusal(name)
        known = form in TORCH and not (form == "tar" and cut == 9)
        if known or Path(name).suffix.lower() in SUFFIXES:
            assert code == "weights-pickle"
            assert f"torch.load({name!r}, weights_only=True)" in help
        else:
            assert code == "weights-unreadable"


WAYS = {
    "build": ["build", "good.yaml", "--weights"],
    "build in part": ["build", "good.yaml", "--weights-partial", "--weights"],
    "export .onnx": ["export", "good.yaml", "-o", "out.onnx", "--weights"],
    "export .pt2": ["export", "good.yaml", "-o", "out.pt2", "--weights"],
    "export .safetensors": ["export", "good.yaml", "-o", "out.safetensors", "--weights"],
    "transfer": ["transfer", "--from", "good.yaml", "--vs", "k=1", "-o", "out.safetensors"],
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_give_weights(
    way: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("good.yaml").write_text(
        GOOD.replace("kernel_size: 3", "kernel_size: k") + "params: {k: 3}\n"
    )
    for form, name in (("zip", "w.pth"), ("legacy", "w.safetensors"), ("tar", "w.bin")):
        Path(name).write_bytes(FORMS[form]())
        assert run([*WAYS[way], name]) == 1
        told = capsys.readouterr()
        assert "error[weights-pickle]" in told.err
        assert "weights_only=True" in told.err and "Traceback" not in told.err
        assert not list(Path().glob("out*"))
    assert not Path("exploded").exists()


@pytest.mark.parametrize("form", FORMS)
def test_in_place_of_a_spec(form: str, folder: Path) -> None:
    for name in ("w.safetensors", "w.pt", "w.yaml"):
        Path(name).write_bytes(FORMS[form]())
        with pytest.raises(NetspecError):
            netspec.compile_spec(name)
    assert not Path("exploded").exists()


def test_the_help_converts(folder: Path) -> None:
    torch.save(state(), "w.pth")
    _, help = refusal("w.pth")
    code = help.split("`")[1]
    assert code == (
        "safetensors.torch.save_file(torch.load('w.pth', weights_only=True), 'w.safetensors')"
    )
    save_file(torch.load("w.pth", weights_only=True), "w.safetensors")
    model = netspec.compile_spec("good.yaml", weights="w.safetensors")
    assert all(torch.equal(value, state()[key]) for key, value in model.state_dict().items())


def header(entries: dict[str, object] | bytes, tensors: int, length: int | None = None) -> bytes:
    text = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    size = len(text) if length is None else length
    return size.to_bytes(8, "little") + text + bytes(tensors)


def entry(shape: object, start: object, end: object, dtype: object = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


ONE = entry([2], 0, 8)
LYING = {
    "huge length": header({}, 0, 2**63),
    "length of a gigabyte": header({}, 0, 2**30),
    "length beyond the file": header({"a": ONE}, 8, 4096),
    "length of nothing": header(b"", 0),
    "overlap": header({"a": ONE, "b": entry([2], 4, 12)}, 12),
    "same place": header({"a": ONE, "b": ONE}, 8),
    "hole": header({"a": ONE, "b": entry([2], 16, 24)}, 24),
    "beyond the end": header({"a": entry([2], 1000, 1008)}, 8),
    "backwards": header({"a": entry([2], 8, 0)}, 8),
    "negative": header({"a": entry([2], -8, 0)}, 8),
    "fraction": header({"a": entry([2], 0, 8.5)}, 8),
    "shape that is larger": header({"a": entry([2**40], 0, 8)}, 8),
    "shape that overflows": header({"a": entry([2**32, 2**32, 2**32], 0, 0)}, 0),
    "shape below zero": header({"a": entry([-2], 0, 8)}, 8),
    "shape of nan": header(b'{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}', 8),
    "shape of text": header({"a": entry(["2"], 0, 8)}, 8),
    "shape missing": header({"a": {"dtype": "F32", "data_offsets": [0, 8]}}, 8),
    "dtype unknown": header({"a": entry([2], 0, 8, "X99")}, 8),
    "dtype of objects": header({"a": entry([2], 0, 8, "O")}, 8),
    "dtype of a number": header({"a": entry([2], 0, 8, 5)}, 8),
    "entry that is no object": header({"a": [1, 2]}, 8),
    "a list": header(b"[]", 0),
    "no JSON": header(b"{'a': 1}", 0),
    "comma": header(b'{"a": 1,}', 0),
    "no UTF-8": header(b'{"\xff": 1}', 0),
    "nested": header(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 0),
    "deep": header(b"[" * 500_000, 0),
    "more at the end": header({"a": ONE}, 100),
    "less at the end": header({"a": ONE}, 4),
    "metadata of numbers": header({"__metadata__": {"netspec": 1}, "a": ONE}, 8),
}
"""Headers that no writer makes."""


@pytest.mark.parametrize("name", LYING)
def test_a_header_that_lies(name: str, folder: Path) -> None:
    Path("w.safetensors").write_bytes(LYING[name])
    code, _ = refusal("w.safetensors")
    assert code == "weights-unreadable"
    with pytest.raises(NetspecError):
        netspec.check_spec("w.safetensors")


def test_a_key_that_is_written_twice(folder: Path) -> None:
    twice = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},'
    twice += b'"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    Path("w.safetensors").write_bytes(header(twice, 8))
    with pytest.raises(NetspecError):
        netspec.compile_spec("good.yaml", weights="w.safetensors")
    with pytest.raises(NetspecError, match="no whole safetensors file"):
        netspec.check_spec("w.safetensors")


def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo("w.safetensors")
    assert refusal("w.safetensors")[0] == "file-not-found"
    Path("folder.safetensors").mkdir()
    assert refusal("folder.safetensors")[0] == "file-not-found"
    assert refusal("/dev/zero")[0] == "file-not-found"


def test_an_honest_file_is_loaded(folder: Path) -> None:
    save_file(state(), "w.safetensors")
    assert netspec.compile_spec("good.yaml", weights="w.safetensors")
    assert load_file("w.safetensors").keys() == state().keys()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_are_taken_as_they_are(number: float, folder: Path) -> None:
    """A tensor of nan is a tensor: what it means is the user's."""
    spoiled = {**state(), "conv.bias": torch.full((8,), number)}
    save_file(spoiled, "w.safetensors")
    model = netspec.compile_spec("good.yaml", weights="w.safetensors")
    assert not model.state_dict()["conv.bias"].isfinite().any()
