"""What is known of the uses of a class."""

from netspec.backends.source.arithmetic import text_of
from netspec.backends.source.hints import Hints
from netspec.backends.source.known import known_of
from netspec.backends.source.model import REQUIRED
from tests.backends.source.parts import checked, scope

TEXT = """dims: {H: 8}
inputs: {x: [N, 4, H, 6], y: [N, 8, H, 6], z: [N, 6]}
blocks:
  unit:
    params: {w, K: 3, grade: 1.0, act: {op: relu}}
    nodes:
      conv: {op: conv, out_channels: w * K, kernel_size: 1}
      by: {op: scale, factor: grade}
      act: act
  two: {inputs: [A, a], nodes: {sum: {op: concat, from: [A, a]}}}
  any: {nodes: {act: relu}}
nodes:
  a: {op: unit, w: 2, from: x}
  b: {op: unit, w: 4, from: y, grade: 2}
  c: {op: two, from: [a, b]}
  d: any
  e: {op: any, from: z}
  f: {op: mean, from: d, dim: [2, 3]}
  g: {op: concat, from: [f, e]}
outputs: {y: g}
"""
SPEC = checked(TEXT)


def known(names: str, *taken: str) -> dict[str, tuple[object, object]]:
    scopes = [scope(SPEC.graph, name) for name in names]
    variables, _ = known_of(scopes, Hints(SPEC.doc), taken)
    return {each.name: (each.values, each.default) for each in variables}


def test_sizes_of_inputs_and_parameters_by_use() -> None:
    assert known("ab") == {
        "in_channels": ((4, 8), REQUIRED),
        "in_width": ((6, 6), REQUIRED),
        "w": ((2, 4), REQUIRED),
        "k": ((3, 3), 3),
        "grade": ((1.0, 2.0), 1.0),
    }
    assert all(type(value) is float for value in known("ab")["grade"][0])


def test_names_are_not_taken_twice() -> None:
    assert list(known("c")) == ["a_channels", "a_width", "a_channels2", "a_width2"]
    assert "w2" in known("ab", "w")


def test_expressions_of_the_spec_name_them() -> None:
    _, names = known_of([scope(SPEC.graph, "a")], Hints(SPEC.doc), ())
    assert text_of(names["x", "channels"]) == "in_channels"
    assert text_of(names["K",]) == "k" and ("act",) not in names


def test_inputs_of_different_ranks_have_no_sizes_in_common() -> None:
    assert known("de") == {}
