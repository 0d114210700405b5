"""One spec and all the files that it extends and includes."""

from pathlib import Path

import pytest

import netspec
from netspec.diagnostics import NetspecError
from tests.graph.specs import node, reads

INNER = """\
netspec: 1
name: inner
doc: Something inside.
params: {width: 2}
inputs: {image: [N, 4, 8, 8]}
defaults: {conv: {bias: false}}
blocks:
  pair: {params: {w}, chain: [{op: conv, out_channels: w, kernel_size: 1}, relu]}
nodes: {p: {op: pair, w: width}}
outputs: {out: p}
"""
OUTER = """\
netspec: 1
inputs: {x: [N, 4, 8, 8]}
include: {inner: sub/inner.yaml}
nodes:
  a: {op: inner, width: 3}
  b: {op: inner.pair, w: 5}
  c: {op: conv, out_channels: 1, kernel_size: 1}
outputs: {y: c}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "inner.yaml").write_text(INNER)
    (tmp_path / "outer.yaml").write_text(OUTER)
    return tmp_path


def test_an_include_is_a_block_and_so_are_its_blocks(folder: Path) -> None:
    graph = netspec.check_spec(folder / "outer.yaml").graph
    weights = {key: weight.shape for key, _, weight in graph.weights()}
    assert weights == {
        "a.p.0.weight": (3, 4, 1, 1),
        "b.0.weight": (5, 3, 1, 1),
        "c.weight": (1, 5, 1, 1),
        "c.bias": (1,),
    }
    assert [reads(graph, name) for name in "abc"] == [["x"], ["a"], ["b"]]


def test_the_name_is_that_of_the_file_where_none_is_written(folder: Path) -> None:
    assert netspec.check_spec(folder / "outer.yaml").graph.name == "outer"
    inner = netspec.check_spec(folder / "sub" / "inner.yaml").graph
    assert (inner.name, inner.doc) == ("inner", "Something inside.")
    plain = netspec.Text(INNER.replace("name: inner\n", ""))
    assert netspec.check_spec(plain).graph.name == "network"


def test_an_included_path_is_relative_to_the_file_that_names_it(folder: Path) -> None:
    (folder / "sub" / "middle.yaml").write_text(OUTER.replace("sub/inner", "inner"))
    (folder / "top.yaml").write_text("netspec: 1\nextends: sub/middle.yaml\n")
    assert node(netspec.check_spec(folder / "top.yaml").graph, "a.p")
    (folder / "deep.yaml").write_text(OUTER.replace("sub/inner.yaml", "sub/middle.yaml").replace(
        "{op: inner, width: 3}", "inner").replace("inner.pair, w: 5", "relu"))  # fmt: skip
    assert node(netspec.check_spec(folder / "deep.yaml").graph, "a.a.p")


def test_one_file_under_two_names(folder: Path) -> None:
    text = OUTER.replace("{inner: sub/inner.yaml}", "{inner: sub/inner.yaml, o: ./sub/inner.yaml}")
    (folder / "two.yaml").write_text(text.replace("inner.pair", "o.pair"))
    assert netspec.check_spec(folder / "two.yaml").parameters


def errors(path: Path) -> list[str]:
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(path)
    return [
        f"{Path(e.span.source.name).name}:{e.span.line} {e.code}" for e in caught.value.diagnostics
    ]


def test_errors_of_an_include_and_of_the_file_itself_are_told_together(folder: Path) -> None:
    (folder / "sub" / "inner.yaml").write_text(INNER.replace("{w}", "{w: 010}"))
    (folder / "outer.yaml").write_text(OUTER.replace("kernel_size: 1", "when: ~"))
    assert errors(folder / "outer.yaml") == ["inner.yaml:8 leading-zero", "outer.yaml:7 wrong-type"]


def test_a_bad_parent_hides_what_would_follow_from_it(folder: Path) -> None:
    (folder / "top.yaml").write_text("netspec: 1\nextends: outer.yaml\nnodes: {zzz: ~}\n")
    (folder / "outer.yaml").write_text(OUTER.replace("netspec: 1", "netspec: 3"))
    assert errors(folder / "top.yaml") == ["outer.yaml:1 language-version"]


def test_a_missing_include_has_no_echo(folder: Path) -> None:
    (folder / "outer.yaml").write_text(OUTER.replace("sub/inner", "sub/iner"))
    assert errors(folder / "outer.yaml") == ["outer.yaml:3 file-not-found"]
