"""`netspec export`"""

import ast
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.own_ops import isolate

OWN = """\
from netspec.ops import Call, Inputs, Op, Shape
from netspec.ops.registry import _OPS


class Own(Op):
    name = "own"

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)

    def lower(self, inputs: Inputs) -> Call:
        return Call("elsewhere.Own")


_OPS["own"] = Own
"""
SPEC = "netspec: 1\nname: n\ninputs: {x: [N, 3]}\nnodes:\n  y: own\noutputs: {y: y}\n"


def test_source_is_written(netspec: Run, folder: Path) -> None:
    result = netspec("export", "good.yaml", "-o", "model.py")
    assert (result.status, result.out, result.err) == (0, "model.py\n", "")
    tree = ast.parse((folder / "model.py").read_text("utf-8"))
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == ["Small"]
    assert "netspec" not in (folder / "model.py").read_text("utf-8")


def test_settings_reach_the_spec(netspec: Run, folder: Path) -> None:
    arguments = ("--set", "width=7", "--dim", "H=12", "-o", "model.py", "-q")
    assert netspec("export", "good.yaml", *arguments).out == ""
    text = (folder / "model.py").read_text("utf-8")
    assert "nn.Conv2d(3, 7, 3, padding=1)" in text and "x [N, 3, 12, 8]" in text


def test_a_file_that_exists_is_kept(netspec: Run, folder: Path) -> None:
    (folder / "model.py").write_text("mine")
    result = netspec("export", "good.yaml", "-o", "model.py")
    assert result.status == 2
    assert "write over it with --force" in result.err
    assert (folder / "model.py").read_text() == "mine"
    assert netspec("export", "good.yaml", "-o", "model.py", "--force").status == 0
    assert (folder / "model.py").read_text("utf-8").startswith("from torch import")


def test_an_ending_that_is_not_known(netspec: Run, folder: Path) -> None:
    result = netspec("export", "good.yaml", "-o", "model.txt")
    assert result.status == 2
    assert "`model.txt` must end in .py" in result.err


def test_a_spec_with_errors_writes_nothing(netspec: Run, folder: Path) -> None:
    result = netspec("export", "bad.yaml", "-o", "model.py")
    assert result.status == 1
    assert result.err == netspec("check", "bad.yaml").out + netspec("check", "bad.yaml").err
    assert not (folder / "model.py").exists()


def test_an_op_without_source_writes_nothing(
    netspec: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolate(monkeypatch)
    (folder / "own_op.py").write_text(OWN)
    (folder / "own.yaml").write_text(SPEC)
    result = netspec("export", "own.yaml", "--ops", "own_op", "-o", "model.py")
    assert result.status == 1
    assert "error[not-exportable]: `y`: the op `own` is `elsewhere.Own`" in result.err
    assert "--> own.yaml:5" in result.err
    assert not (folder / "model.py").exists()
