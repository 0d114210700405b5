"""What a spec is given as, and what it declares."""

from pathlib import Path

import pytest

import netspec
from netspec import Text
from netspec.sources import outline

SPEC = """
netspec: 1
name: net
inputs: {x: [N, 3, 8, 8]}
nodes: {act: relu}
outputs: {y: act}
"""


def test_an_outline_has_the_declarations_and_the_files(tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text("netspec: 1\nextends: sub/parent.yaml\n")
    child = outline(tmp_path / "child.yaml")
    files = (tmp_path / "child.yaml", tmp_path / "sub" / "parent.yaml")
    assert (child.doc, child.files) == (None, files)
    assert [found.code for found in child.diagnostics] == ["file-not-found"]
    files[1].parent.mkdir()
    files[1].write_text(SPEC.replace("name: net", "params: {width: 4}").replace("3, 8", "width, 8"))
    child = outline(tmp_path / "child.yaml")
    assert child.doc is not None
    assert (list(child.doc.params), child.files, child.diagnostics) == (["width"], files, ())


def test_an_outline_survives_very_many_mistakes() -> None:
    lines = "".join(f"k{index}: 1\n" for index in range(300))
    assert outline(Text(SPEC + lines)).doc is None


def test_text_that_is_not_wrapped_is_told() -> None:
    with pytest.raises(ValueError, match=r"netspec\.Text"):
        netspec.check_spec(SPEC)


@pytest.mark.parametrize(
    ("name", "meant"), [("resnet18", "torchvision/resnet18"), ("resnet43", "resnet34")]
)
def test_a_name_that_is_not_in_the_zoo(name: str, meant: str) -> None:
    with pytest.raises(FileNotFoundError, match=f"did you mean `{meant}`"):
        netspec.compile_spec(name)
