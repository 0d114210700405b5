"""P2: one gate for every entry.

A path, text, a dict, standard input, `extends`, `include`, a spec in a safetensors file, each verb,
and a value by `--set`, `--vs` or `Checked.vary`: what is refused by one is refused by all, with the
same code. The whole corpus of bad inputs goes through each. By default each verb gets one input in
ten; all are tried by `pytest -m slow tests/promises/test_p02_one_gate.py`, in half a minute.
"""

import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import netspec
from netspec.cli.main import run
from netspec.diagnostics import Collector, Diagnostic, NetspecError
from netspec.limits import Limits
from netspec.pipeline import Spec
from netspec.syntax.reader import read_text
from netspec.syntax.tree import plain
from netspec.syntax.value import read_value
from tests.bad_inputs import ACCEPTED, BAD, GOOD, Bad, unmarked

ROOMY = Limits(file_bytes=1 << 30, values=10**7)
INCLUDING = """\
netspec: 1
inputs: {image: [N, 3, 32, 32]}
include: {other: bad.yaml}
nodes: {y: {op: other}}
outputs: {y: y}
"""
PLACE = tuple[int, int] | None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with specs that lead to `bad.yaml`."""
    monkeypatch.chdir(tmp_path)
    texts = {
        "good": GOOD,
        "extending": "netspec: 1\nextends: bad.yaml\n",
        "including": INCLUDING,
        "parametric": parametric("3"),
    }
    for name, text in texts.items():
        Path(f"{name}.yaml").write_text(text)
    Path("weights.safetensors").write_bytes(b"")  # the specs are refused before it is read
    return tmp_path


def errors_of(spec: Spec, **given: object) -> tuple[Diagnostic, ...]:
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(spec, **given)  # type: ignore[arg-type]
    return tuple(found for found in caught.value.diagnostics if found.severity == "error")


def assert_refused(bad: Bad, spec: Spec, name: str, place: PLACE) -> None:
    (error,) = errors_of(spec)
    assert error.code == bad.code
    assert bad.message in error.message
    assert len(error.message) < 400, "a message is short"
    assert error.help
    assert error.span.source.name == name
    assert error.span.line > 0
    if place is not None:
        assert (error.span.line, error.span.column) == place


def test_the_good_spec_is_good(folder: Path) -> None:
    Path("bad.yaml").write_text(GOOD)
    for name in ("bad.yaml", "extending.yaml", "including.yaml", "parametric.yaml"):
        assert netspec.check_spec(name).warnings == ()


def as_archive(text: bytes) -> bytes:
    """A safetensors file with a spec, which need not be UTF-8, and no tensors."""
    spec = json.dumps(text.decode("utf-8", "surrogateescape"), ensure_ascii=False)
    header = f'{{"__metadata__": {{"netspec": {spec}}}}}'.encode("utf-8", "surrogateescape")
    return len(header).to_bytes(8, "little") + header


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name[:40])
def test_path_text_and_other_files(bad: Bad, folder: Path) -> None:
    data, place = unmarked(bad.text)
    Path("bad.yaml").write_bytes(data)
    before = os.listdir()
    assert_refused(bad, netspec.Text(data), "<text>", place)
    for name in ("bad.yaml", "extending.yaml"):
        assert_refused(bad, name, "bad.yaml", place)
    if bad.name not in ("47 input", "47 rank"):  # an include takes the sizes of its caller
        assert_refused(bad, "including.yaml", "bad.yaml", place)
    assert os.listdir() == before


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name[:40])
def test_the_spec_in_a_file_of_weights(bad: Bad, folder: Path) -> None:
    data, place = unmarked(bad.text)
    content = as_archive(data)
    Path("bad.safetensors").write_bytes(content)
    wanted = {bad.code}
    if not is_unicode(data):
        wanted = {"weights-unreadable", "encoding"}
    elif len(content) > 8 * Limits().file_bytes:
        wanted = {"file-too-large"}
    (error,) = errors_of("bad.safetensors")
    assert error.code in wanted and error.help
    if wanted == {bad.code} and place is not None:
        assert (error.span.line, error.span.column) == place
    assert run(["build", "bad.safetensors"]) == 1


def is_unicode(data: bytes) -> bool:
    """A JSON text can hold nothing else."""
    return data.decode(errors="replace").encode() == data


@pytest.mark.parametrize("bad", [b for b in BAD if b.data], ids=lambda bad: bad.name[:40])
def test_a_dict(bad: Bad) -> None:
    tree = read_text(unmarked(bad.text)[0], "x", Collector(), ROOMY)
    assert tree is not None
    (error,) = errors_of(plain(tree))  # type: ignore[arg-type]
    assert error.code == bad.code
    assert error.span.line == 0
    assert error.span.path or bad.name.startswith("24")


VERBS = {
    "check": "check bad.yaml",
    "check -": "check -",
    "build": "build bad.yaml",
    "build -": "build -",
    "resolve": "resolve bad.yaml",
    "resolve -o": "resolve bad.yaml -o out.yaml",
    "summary": "summary bad.yaml",
    "summary -o": "summary bad.yaml -o out.csv --format csv",
    "diff first": "diff bad.yaml good.yaml",
    "diff second": "diff good.yaml bad.yaml",
    "diff -": "diff good.yaml - -o out.txt",
    "transfer --from": "transfer weights.safetensors --from bad.yaml --to good.yaml -o out",
    "transfer --to": "transfer weights.safetensors --from good.yaml --to bad.yaml -o out",
    "view": "view bad.yaml",
    "view --diff": "view good.yaml --diff bad.yaml -o out.html",
    "view .mmd": "view bad.yaml -o out.mmd",
    "export .py": "export bad.yaml -o out.py",
    "export .onnx": "export bad.yaml -o out.onnx",
    "export .pt2": "export bad.yaml -o out.pt2",
    "export .safetensors": "export bad.yaml -o out.safetensors",
}


@pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("verb", VERBS)
def test_verbs(
    verb: str,
    every: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "<stdin>" if "-" in VERBS[verb].split() else "bad.yaml"
    before = sorted(["bad.yaml", *os.listdir()])
    for bad in BAD[list(VERBS).index(verb) % every :: every]:
        data, place = unmarked(bad.text)
        Path("bad.yaml").write_bytes(data)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert run(VERBS[verb].split()) == 1, bad
        told = capsys.readouterr()
        text = told.out + told.err
        where = f":{place[0]}:{place[1]}" if place else ""
        assert re.findall(r"error\[([\w-]+)\]", text) == [bad.code]
        assert f"--> {name}{where}" in text
        assert len(text) < 4000 and "Traceback" not in text
        assert sorted(os.listdir()) == before


def test_machine_formats(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for bad in BAD[::3]:
        data, place = unmarked(bad.text)
        Path("bad.yaml").write_bytes(data)
        where = f":{place[0]}:{place[1]}" if place else ""
        assert run(["check", "bad.yaml", "--format", "concise"]) == 1
        (line,) = capsys.readouterr().out.splitlines()
        assert line.startswith(f"bad.yaml{where}:")
        assert f" error[{bad.code}]: " in line
        assert line.isprintable()
        assert run(["check", "bad.yaml", "--format", "json"]) == 1
        (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
        assert found["code"] == bad.code


def parametric(value: str) -> str:
    """The good spec with a parameter for the size of its kernel."""
    return (
        GOOD.replace("kernel_size: 3", "kernel_size: k")
        + f"params: {{k: {{type: number, default: {value}}}}}\n"
    )


BEFORE, AFTER = GOOD.split("3}", 1)
VALUES = {
    bad.name: text[len(BEFORE) : -len(f"}}{AFTER}")]
    for bad in BAD
    if (text := unmarked(bad.text)[0].decode(errors="replace")).startswith(BEFORE)
    and text.endswith(f"}}{AFTER}")
    and ", " not in text[len(BEFORE) : -len(AFTER)]
}
"""Of the corpus what is a bad value for an argument."""
MORE = {
    "brackets": "[" * 100_000,
    "anchor": "&a 3",
    "alias": "*a",
    "tag": "!!python/object/apply:os.system [id]",
    "keys": "{a: 1, a: 2}",
    "merge": "{<<: {a: 1}}",
    "nan": ".nan",
    "document": "3\n---\n4",
    "directive": "%YAML 1.1\n---\n3",
    "control": '"\x07"',
    "half": '"\\ud800"',
    "large": "1e999",
    "far": "4294967296",
}
"""Bad values that no expression could be; a file can hold most of them as well."""


def by_set(text: str) -> object:
    return netspec.check_spec("parametric.yaml", params={"k": read_value(text, "--set k")})


def by_vary(text: str) -> object:
    checked = netspec.check_spec("parametric.yaml")
    return checked.vary(params={"k": read_value(text, "--set k")})


def in_the_file(text: str) -> object:
    return netspec.check_spec(netspec.Text(parametric(text)))


def by_data(text: str) -> object:
    return netspec.check_spec("parametric.yaml", params={"k": plain(read_value(text, "k"))})


def codes(gate: Callable[[str], object], text: str) -> list[str]:
    with pytest.raises(NetspecError) as caught:
        gate(text)
    return [found.code for found in caught.value.diagnostics]


@pytest.mark.parametrize("name", [*VALUES, *MORE])
def test_values(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = {**VALUES, **MORE}[name]
    wanted = codes(by_set, text)
    assert codes(by_vary, text) == wanted
    if name in VALUES:
        assert codes(in_the_file, text) == wanted
        (bad,) = (each for each in BAD if each.name == name)
        assert wanted == [bad.code]
        if bad.data:
            assert codes(by_data, text) == wanted
    for arguments in (["check", "--set"], ["diff", "--vs"]):
        verb, flag = arguments
        assert run([verb, "parametric.yaml", flag, f"k={text}"]) in (1, 2)
        told = capsys.readouterr()
        assert re.findall(r"error\[([\w-]+)\]", told.out + told.err) == wanted


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_fine(name: str, tmp_path: Path) -> None:
    text = ACCEPTED[name]
    path = tmp_path / "good.yaml"
    path.write_text(text, encoding="utf-8")
    graphs = [netspec.check_spec(spec).graph for spec in (path, netspec.Text(text))]
    tree = read_text(text, "x", Collector())
    assert tree is not None
    graphs.append(netspec.check_spec(plain(tree)).graph)  # type: ignore[arg-type]
    for graph in graphs:
        assert [key for key, _, _ in graph.weights()] == [key for key, _, _ in graphs[0].weights()]
    wanted = {"54 names alike": ["names-alike"], "76 momentum": ["advice"]}.get(name, [])
    assert [note.code for note in graphs[0].notes] == wanted


def test_an_entry_that_is_no_gate_would_be_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = next(each for each in BAD if each.code == "unknown-op")
    Path("bad.yaml").write_bytes(unmarked(bad.text)[0])
    good = read_text(GOOD, "bad.yaml", Collector())
    monkeypatch.setattr("netspec.syntax.load.read_text", lambda *_, **__: good)
    assert_refused(bad, "bad.yaml", "bad.yaml", None)
    with pytest.raises(pytest.fail.Exception):
        assert_refused(bad, "extending.yaml", "bad.yaml", None)
