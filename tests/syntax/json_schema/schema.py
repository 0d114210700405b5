"""The schema in these tests, and specs as it sees them."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft7Validator

from netspec.diagnostics import Collector
from netspec.graph.initialization import INITIALIZERS
from netspec.ops.base import Op
from netspec.ops.registry import find_builtin, op_names
from netspec.syntax.json_schema.spec import spec_schema
from netspec.syntax.json_schema.values import Schema
from netspec.syntax.reader import read_text
from netspec.syntax.tree import plain

ROOT = Path(__file__).parents[3]
ZOO = sorted((ROOT / "specs").rglob("*.yaml"))
SPECS = [
    *ZOO,
    *sorted((ROOT / "examples").rglob("*.yaml")),
    *sorted((ROOT / "tests" / "specs").rglob("*.yaml")),
]


def builtin_ops() -> dict[str, type[Op]]:
    """Those that are registered whatever else the tests do."""
    return {name: op for name in op_names() if (op := find_builtin(name))}


@cache
def schema() -> Schema:
    return spec_schema(builtin_ops(), INITIALIZERS)


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(schema())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


def read(text: str) -> object:
    """What a text says, as our own reader has it."""
    tree = read_text(text, "spec.yaml", Collector())
    assert tree is not None
    return plain(tree)


def faults(data: object) -> list[str]:
    """What the schema refuses: the places."""
    return [error.json_path for error in validator().iter_errors(data)]


def faults_of(text: str) -> list[str]:
    return faults(read(text))


def committed() -> object:
    return json.loads((ROOT / "specs" / "netspec.schema.json").read_text(encoding="utf-8"))
