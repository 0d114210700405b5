"""From a scope to the body of a class."""

from netspec.backends.source.hints import Hints
from netspec.backends.source.lines import Lines
from netspec.backends.source.lower import Generated, Lowering
from netspec.backends.source.model import Make, Sequential, Source, Zeros
from tests.backends.source.parts import checked, scope

TEXT = """blocks:
  unit: {params: {w: 4}, chain: [{op: conv, out_channels: w, kernel_size: 1}, relu]}
  both:
    nodes:
      bias: {op: parameter, shape: [4, 1, 1]}
      conv: {op: conv, from: x, out_channels: 4, kernel_size: 1}
      twin: {share: conv, from: conv}
      moved: {op: add, from: [twin, bias], broadcast: true}
      line: [relu, {op: dropout, p: 0.1, repeat: 3}, {op: mean, dim: 1, keepdim: true}, both2]
  both2: {nodes: {a: relu}}
nodes:
  both: both
  two: {chain: [{op: unit, repeat: 2, splice: true}, {op: unit, w: 8, splice: true}]}
outputs: {y: two}
"""
SPEC = checked(TEXT)
LOWERING = Lowering(
    Lines(SPEC.graph, Hints(SPEC.doc).blocks),
    Generated(
        lambda scope: Make("AClass"),
        lambda scope: Make("a_function", tuple(scope.params.items())),
        lambda node, leaf: "AFunction",
    ),
)
BOTH = LOWERING.body(scope(SPEC.graph, "both"))


def test_a_scope_has_children_and_steps() -> None:
    assert [child.node for child in BOTH.children] == ["bias", "conv", "line"]
    assert [step.node for step in BOTH.steps] == ["bias", "conv", "twin", "moved", "line"]
    assert (BOTH.inputs, BOTH.outputs, BOTH.line) == (("x",), (Source("line"),), None)


def test_children_say_how_they_are_made() -> None:
    bias, conv, line = (child.make for child in BOTH.children)
    assert bias == Zeros((4, 1, 1))
    assert isinstance(conv, Make) and conv.target == "torch.nn.Conv2d"
    assert dict(conv.arguments)["in_channels"] == 4 and conv.defaults["stride"] == 1
    assert isinstance(line, Sequential)
    runs = [(run.make.target, run.count) for run in line.runs if isinstance(run.make, Make)]
    assert runs == [
        ("torch.nn.ReLU", 1),
        ("torch.nn.Dropout", 3),
        ("AFunction", 1),
        ("AClass", 1),
    ]


def test_a_line_has_members_alone() -> None:
    two = LOWERING.body(scope(SPEC.graph, "two"))
    assert (two.children, two.steps) == ((), ()) and two.line is not None
    assert [(run.make, run.count, run.is_spliced) for run in two.line.runs] == [
        (Make("a_function", (("w", 4),)), 2, True),
        (Make("a_function", (("w", 8),)), 1, True),
    ]
