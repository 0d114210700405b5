"""A child and its parent in a folder, and what the two make together."""

from pathlib import Path
from textwrap import dedent

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.graph.ir import Graph
from tests.graph.specs import reads

LINE = """\
netspec: 1
name: line
inputs: {x: [N, 4, 8, 8]}
nodes:
  a: {op: conv, out_channels: 4, kernel_size: 3, padding: 1}
  b: batch_norm
  c: relu
  d: {op: add, from: [c, a]}
outputs: {y: d}
"""
"""Four nodes: b and c read the line before, d reads by name."""


def write(folder: Path, child: str, parent: str = LINE, **others: str) -> Path:
    """child.yaml, which extends parent.yaml; more files by their names."""
    head = "netspec: 1\nname: child\nextends: parent.yaml\n"
    files = {"child": head + dedent(child), "parent": parent, **others}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "child.yaml"


def merged(folder: Path, child: str, parent: str = LINE, **others: str) -> Graph:
    """The graph of the child."""
    return netspec.check_spec(write(folder, child, parent, **others)).graph


def line(folder: Path, child: str, parent: str = LINE) -> str:
    """The nodes of the child in written order, each with what it reads: `a(x) b(a) d(c, a)`."""
    graph = merged(folder, child, parent)
    return " ".join(
        f"{node.name}({', '.join(reads(graph, node.name))})"
        for node in (graph.root.nodes[index] for index in graph.root.modules)
    )


def refused(folder: Path, child: str, parent: str = LINE, **others: str) -> list[Diagnostic]:
    """The errors of the child."""
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(write(folder, child, parent, **others))
    assert all(found.help for found in caught.value.diagnostics), "an error without help"
    return list(caught.value.diagnostics)


def check_error(
    folder: Path, child: str, code: str, message: str, help: str = "", **others: str
) -> None:
    """The family has one error, at the place that ⟦ and ⟧ enclose in one of its files."""
    files = {"child": child, "parent": others.pop("parent", LINE), **others}
    found = refused(folder, **{name: _unmarked(text)[0] for name, text in files.items()})
    extra = 3  # the lines that `write` puts before the child's own
    places = [
        f"{folder / name}.yaml:{line + extra * (name == 'child')}:{column}-{end}"
        for name, text in files.items()
        for line, column, end in _unmarked(text)[1]
    ]
    told = [f"{error.span}-{error.span.end_column}" for error in found]
    codes = [error.code for error in found]
    assert (told, codes) == (places, [code]), [error.message for error in found]
    assert message in found[0].message
    assert help in (found[0].help or "")


def _unmarked(text: str) -> tuple[str, list[tuple[int, int, int]]]:
    """A text without its marks, and the marked places: line, column, end."""
    places = []
    text = dedent(text)
    while "⟦" in text:
        start = text.index("⟦")
        text = text.replace("⟦", "", 1)
        end = text.index("⟧")
        text = text.replace("⟧", "", 1)
        column = start - text.rfind("\n", 0, start)
        places.append((text.count("\n", 0, start) + 1, column, column + end - start))
    return text, places
