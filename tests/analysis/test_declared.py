"""Parameters and free sizes in words."""

from netspec import Text
from netspec.analysis.declared import parameters, sizes
from netspec.pipeline import outline

SPEC = """\
netspec: 1
params:
  act: {op: relu, inplace: true}
  widths: {default: [8, 16], doc: "of both\\nlayers"}
  scale: {type: number, max: 1}
dims: {H: {nominal: 32, multiple_of: 8, doc: height}}
inputs: {x: [N, 3, H]}
nodes: {y: {op: act}}
outputs: {y: y}
"""


def test_defaults_bounds_and_docs() -> None:
    spec = outline(Text(SPEC)).doc
    assert spec is not None
    assert parameters(spec) == [
        ("act", "{op: relu, inplace: true}", ""),
        ("widths", "[8, 16]", "of both layers"),
        ("scale", "required", "number, at most 1"),
    ]
    assert sizes(spec) == [("H", "32", "a multiple of 8; height")]


def test_text_of_a_spec_is_inert() -> None:
    spec = outline(Text(SPEC.replace("height", '"\\x1b[2J"'))).doc
    assert spec is not None
    assert sizes(spec)[0][2] == "a multiple of 8; \\x1b[2J"
