"""Specs in files, for those that include others."""

from pathlib import Path

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.graph.ir import Graph


def included(tmp_path: Path, **files: str) -> None:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)


def check(tmp_path: Path, text: str, **how: object) -> Graph:
    return netspec.check_spec(netspec.Text(text), root=tmp_path, **how).graph  # type: ignore[arg-type]


def errors(tmp_path: Path, text: str) -> list[Diagnostic]:
    with pytest.raises(NetspecError) as caught:
        check(tmp_path, text)
    return [error for error in caught.value.diagnostics if error.severity == "error"]
