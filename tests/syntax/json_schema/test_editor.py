"""A real language server with the schema: what a person sees who writes a spec in an editor."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from netspec.cli.schema import as_text
from netspec.ops.registry import find_builtin
from tests.syntax.json_schema.language_server import LanguageServer, running
from tests.syntax.json_schema.schema import ROOT, builtin_ops, schema

pytestmark = pytest.mark.slow

SERVER = "yaml-language-server"
SPEC = """\
# yaml-language-server: $schema=netspec.schema.json
netspec: 1
inputs: {image: [N, 3, 32, 32]}
blocks:
  part:
    nodes:
      conv: {op: conv, out_channels: 8, kernel_size: 3}
nodes:
  stem: {op: conv, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
  act: relu
  tail:
    - {op: max_pool, kernel_size: 2}
    - op: part
  fc:
    op: linear
    out_features: 4
outputs: {y: fc}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("editor")
    (path / "netspec.schema.json").write_text(as_text(schema()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[LanguageServer]:
    with running([find_server(folder), "--stdio"], folder) as server:
        yield server


def find_server(folder: Path) -> str:
    """The server on PATH, or one that npm installs into the folder."""
    known = shutil.which(SERVER)
    if known:
        return known
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip(f"{SERVER} is not installed, nor are node and npm")
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), SERVER]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        pytest.skip(f"npm cannot install {SERVER}: {result.stderr[-300:]}")
    return str(folder / "node_modules" / ".bin" / SERVER)


def changed(old: str, new: str) -> tuple[str, int, int]:
    """The spec with one change, and where the `|` in it was."""
    assert old in SPEC
    before, after = SPEC.replace(old, new, 1).split("|")
    return before + after, before.count("\n"), len(before.rpartition("\n")[2])


def offered(server: LanguageServer, old: str, new: str) -> set[str]:
    """What is offered at the `|` in `new`, which takes the place of `old`."""
    text, line, character = changed(old, new)
    uri, _ = server.open(text)
    return server.completions(uri, line, character)


def told(server: LanguageServer, old: str, new: str) -> str:
    text, line, character = changed(old, new)
    uri, _ = server.open(text)
    return server.hover(uri, line, character)


def faults(server: LanguageServer, old: str, new: str) -> list[tuple[int, str]]:
    """Line and message of each diagnostic."""
    assert old in SPEC
    _, found = server.open(SPEC.replace(old, new, 1))
    return [(entry["range"]["start"]["line"], str(entry["message"])) for entry in found]


def test_right_specs_have_no_diagnostics(server: LanguageServer) -> None:
    assert faults(server, SPEC, SPEC) == []
    modeline = "# yaml-language-server: $schema=netspec.schema.json\n"
    for name in ("resnet34", "timm/resnet34d", "inception_v4", "torchvision/densenet121"):
        text = (ROOT / "specs" / f"{name}.yaml").read_text(encoding="utf-8")
        assert server.open(modeline + text.partition("\n")[2])[1] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("stride: 2", "strde: 2", 8, "strde is not allowed"),
        ("{op: max_pool, kernel_size: 2", "{op: max_pool, kernelsize: 2", 11, "kernelsize is not"),
        ("out_features: 4", "out_features: true", 15, "Incorrect type"),
        ("padding: 1", 'padding: "1"', 8, ""),
        ("op: part", "opp: part", 12, 'Missing property "op"'),
        ("inputs:", "input:", 2, "input is not allowed"),
        ("netspec: 1", "netspec: 2", 1, "must be 1"),
        ("outputs: {y: fc}", "outputs: {y: {form: fc}}", 16, "form is not allowed"),
        ("out_channels: 8", "out_channels:8", 6, "a space after its colon"),
    ],
)
def test_a_mistake_is_marked_where_it_is(
    server: LanguageServer, old: str, new: str, line: int, message: str
) -> None:
    found = faults(server, old, new)
    assert [text for where, text in found if where == line and message in text], found


def test_ops_are_offered(server: LanguageServer) -> None:
    ops = set(builtin_ops())
    for old, new in (
        ("act: relu", "act: |"),
        ("act: relu", "act: re|"),
        ("op: part", "op: |"),
        ("op: part", "|"),
    ):
        assert ops <= offered(server, old, new), new


def test_arguments_are_offered(server: LanguageServer) -> None:
    linear = offered(server, "out_features: 4", "out_features: 4\n    |")
    assert {"bias", "from", "when", "shape"} <= linear
    assert not {"out_features", "kernel_size"} & linear
    conv = offered(server, "stride: 2, padding: 1}", "stride: 2, pad|}")
    assert {"padding", "padding_mode", "groups", "dilation", "bias"} <= conv
    assert {"zeros", "reflect"} <= offered(server, "padding: 1}", "padding: 1, padding_mode: |}")


def test_keys_of_a_spec_are_offered(server: LanguageServer) -> None:
    assert {"params", "dims", "extends", "init"} <= offered(
        server, "netspec: 1\n", "netspec: 1\n|\n"
    )


def test_hover_shows_what_an_op_and_an_argument_are(server: LanguageServer) -> None:
    conv = find_builtin("conv")
    assert conv is not None and conv.__doc__ is not None
    page = told(server, "stem: {op: conv", "stem: {op: co|nv")
    assert page.count("Convolution:") == 1 and "outputs: {y: y}" in page
    assert "Rectified linear unit" in told(server, "act: relu", "act: re|lu")
    assert "step of the kernel" in told(server, "stride: 2", "str|ide: 2")
    assert "node by node" in told(server, "nodes:\n  stem", "no|des:\n  stem")
