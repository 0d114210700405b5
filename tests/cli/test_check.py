"""`netspec check`: a line for each good spec, and the errors in four formats."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netspec.ops import registry


def test_a_good_spec_is_one_line(netspec) -> None:
    result = netspec("check", "good.yaml")
    assert result.out == "good.yaml: ok, 1 of 1 declared shapes hold for every H ≥ 1\n"
    assert (result.status, result.err) == (0, "")


def test_errors_are_text_on_standard_output(netspec, golden) -> None:
    result = netspec("check", "bad.yaml")
    assert (result.status, result.err) == (1, "")
    golden("check_errors.txt", result.out)


def test_every_spec_is_checked(netspec) -> None:
    result = netspec("check", "bad.yaml", "good.yaml", "--format", "concise")
    assert result.status == 1
    assert result.out.startswith("bad.yaml:")
    result = netspec("check", "bad.yaml", "good.yaml")
    assert "good.yaml: ok" in result.out


def test_quiet_says_nothing_of_good_specs(netspec) -> None:
    assert netspec("check", "-q", "good.yaml").out == ""
    assert "unknown-op" in netspec("check", "-q", "bad.yaml").out


@pytest.mark.parametrize("form", ["concise", "json", "github"])
def test_the_same_errors_in_each_format(netspec, form: str) -> None:
    result = netspec("check", "bad.yaml", "--format", form)
    assert result.status == 1
    if form == "json":
        codes = [found["code"] for found in json.loads(result.out)["diagnostics"]]
    else:
        codes = [line.split("error[")[1].split("]")[0] for line in result.out.splitlines()]
    assert sorted(codes) == ["shape-mismatch", "unknown-op"]


@pytest.mark.parametrize(("form", "text"), [("concise", ""), ("github", "")])
def test_a_good_spec_is_silent_where_programs_read(netspec, form: str, text: str) -> None:
    assert netspec("check", "good.yaml", "--format", form).out == text


def test_json_of_a_good_spec(netspec) -> None:
    document = json.loads(netspec("check", "good.yaml", "--format", "json").out)
    assert document == {"errors": 0, "warnings": 0, "diagnostics": []}


def test_parameters_and_dims_are_set(netspec) -> None:
    assert netspec("check", "good.yaml", "--set", "width=8", "--dim", "H=16").status == 0


@pytest.mark.parametrize(
    "flags",
    [
        ("--set", "widht=8"),
        ("--set", "width=[8"),
        ("--set", "width=!!python/name:os.system"),
        ("--set", "width"),
        ("--set", "width=1", "--set", "width=2"),
        ("--dim", "K=3"),
        ("--dim", "H=x"),
        ("--dim", "H=0"),
        ("--format", "xml"),
        ("--ops", "no_such_module"),
        ("--no-such-flag",),
    ],
)
def test_mistakes_of_the_command_line_are_usage(netspec, flags: tuple[str, ...]) -> None:
    result = netspec("check", "good.yaml", *flags)
    assert result.status == 2
    assert "Traceback" not in result.out + result.err
    assert result.out + result.err


@pytest.mark.parametrize("spec", ["missing.yaml", ".", "resnet43", "good.yaml/x"])
def test_what_cannot_be_opened_is_usage(netspec, spec: str) -> None:
    result = netspec("check", spec)
    assert result.status == 2
    assert spec in result.err


def test_a_spec_that_is_missing_leaves_the_others_checked(netspec, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    result = netspec("check", "good.yaml", "nosuch", "pipe", "bad.yaml", "--format", "concise")
    assert result.status == 2
    assert "named `nosuch`" in result.err
    assert "`pipe` is no regular file" in result.err
    assert len(result.out.splitlines()) == 2
    assert "good.yaml: ok" in netspec("check", "nosuch", "good.yaml").out


def test_a_misspelt_name_of_the_zoo_gets_a_suggestion(netspec) -> None:
    assert "did you mean `resnet34`?" in netspec("check", "resnet43").err


def test_a_missing_parent_is_an_error_of_the_spec(netspec, folder: Path) -> None:
    (folder / "child.yaml").write_text("netspec: 1\nname: c\nextends: missing.yaml\n")
    assert netspec("check", "child.yaml").status == 1


def test_standard_input(netspec, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, status in (("good.yaml", 0), ("bad.yaml", 1)):
        stream = io.TextIOWrapper(io.BytesIO((folder / name).read_bytes()))
        monkeypatch.setattr(sys, "stdin", stream)
        result = netspec("check", "-")
        assert result.status == status
        assert "<stdin>" in result.out or result.out.startswith("-: ok")


def test_other_bytes_on_standard_input_are_an_error(
    netspec, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data, code in ((b"\xff\xfea\0", "encoding"), (b"x" * (1 << 21), "file-too-large")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        result = netspec("check", "-", "--format", "concise")
        assert (result.status, code in result.out) == (1, True)


def test_own_ops_are_imported(netspec, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_OPS", dict(registry._OPS))
    (folder / "own_ops_of_a_test.py").write_text(
        "from netspec.ops.base import Call, Op\n"
        "from netspec.ops.registry import register_op\n"
        "@register_op\n"
        "class Twice(Op):\n"
        "    'The same.\\n\\nExample:\\n\\n    netspec: 1'\n"
        "    name = 'twice_of_a_test'\n"
        "    def infer(self, inputs): return (inputs[0],)\n"
        "    def lower(self, inputs): return Call('torch.add', arguments=())\n"
    )
    (folder / "own.yaml").write_text(
        "netspec: 1\nname: o\ninputs: {x: [N, 3]}\nnodes: {y: twice_of_a_test}\noutputs: {y: y}\n"
    )
    assert netspec("check", "own.yaml").status == 1
    assert netspec("check", "own.yaml", "--ops", "own_ops_of_a_test").status == 0


def test_check_imports_neither_torch_nor_rich_nor_networkx() -> None:
    script = (
        "import sys\nfrom netspec.cli.main import run\n"
        "assert run(['check', 'resnet34']) == 0\n"
        "print([m for m in ('torch', 'rich', 'networkx', 'numpy') if m in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"
