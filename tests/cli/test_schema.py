"""`netspec schema` prints the language for editors."""

import json
import sys
from pathlib import Path

import pytest

from netspec.cli.schema import as_text
from netspec.ops import registry
from tests.syntax.json_schema.schema import schema

CUSTOM = '''
from netspec import register_op
from netspec.ops import Call, Number, Op


@register_op
class Clip(Op):
    """Cuts off above: x [N, *] -> min(x, most) [N, *].

    - most: the greatest value

    Example:

        netspec: 1
        inputs: {x: [N, 4]}
        nodes: {y: {op: clip_of_a_test}}
        outputs: {y: y}
    """

    name = "clip_of_a_test"
    most: Number = 1.0

    def infer(self, inputs):
        return (inputs[0],)

    def lower(self, inputs):
        return Call("torch.clamp", {"max": self.most})
'''


def test_it_prints_the_schema(netspec) -> None:
    result = netspec("schema")
    assert (result.status, result.err) == (0, "")
    names = {op["const"] for op in json.loads(result.out)["definitions"]["op"]["anyOf"] if op}
    assert names == set(registry.op_names())
    assert json.loads(as_text(schema()))["properties"] == json.loads(result.out)["properties"]


def test_a_file_is_not_overwritten_unasked(netspec, folder: Path) -> None:
    assert netspec("schema", "-o", "s.json").out == ""
    assert json.loads((folder / "s.json").read_text())["title"] == "netspec"
    (folder / "s.json").write_text("mine")
    result = netspec("schema", "-o", "s.json")
    assert result.status == 2 and "write over it with --force" in result.err
    assert (folder / "s.json").read_text() == "mine"
    assert netspec("schema", "-o", "s.json", "--force").status == 0


def test_ops_of_a_module_are_included(
    netspec, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "clip_of_a_test" not in netspec("schema").out
    monkeypatch.setattr(registry, "_OPS", dict(registry._OPS))
    monkeypatch.setattr(sys, "path", list(sys.path))
    (folder / "ops_of_a_schema_test.py").write_text(CUSTOM)
    result = netspec("schema", "--ops", "ops_of_a_schema_test")
    assert result.err == ""
    arguments = json.loads(result.out)["definitions"]["clip_of_a_test_arguments"]
    assert arguments["properties"]["most"]["default"] == 1.0


def test_a_module_that_is_not_there(netspec) -> None:
    result = netspec("schema", "--ops", "no_such_module")
    assert result.status == 2 and "no_such_module" in result.err
