"""`extends` on nodes: what changes, is replaced, added and removed, and who reads what then."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.graph.specs import node, shapes
from tests.syntax import family
from tests.syntax.family import LINE, check_error, merged

Line = Callable[..., str]


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """`line(child, parent)`: the nodes of the child, `a(x) b(a)`."""
    return partial(family.line, tmp_path)


def test_the_parent_itself(line: Line) -> None:
    assert line("") == "a(x) b(a) c(b) d(c, a)"


def test_a_change_of_arguments(tmp_path: Path, line: Line) -> None:
    graph = merged(tmp_path, "nodes: {a: {kernel_size: 1, padding: ~, bias: false}}")
    weights = {key: weight.shape for key, _, weight in graph.weights()}
    assert weights["a.weight"] == (4, 4, 1, 1)
    assert "a.bias" not in weights
    assert line("nodes: {b: {eps: 0.1}}") == "a(x) b(a) c(b) d(c, a)"


def test_a_change_of_a_short_node(tmp_path: Path) -> None:
    graph = merged(tmp_path, "nodes: {c: {shape: [N, 4, 8, 8]}, b: {doc: hello}}")
    assert node(graph, "c").checked == 1


def test_a_change_of_a_list(tmp_path: Path) -> None:
    parent = LINE.replace("b: batch_norm", "b: [batch_norm, relu]")
    assert node(merged(tmp_path, "nodes: {b: {shape: [N, 4, 8, 8]}}", parent), "b").checked == 1


def test_a_key_is_removed(tmp_path: Path) -> None:
    parent = LINE.replace("c: relu", "c: {op: relu, shape: [N, 9, 9, 9]}")
    assert shapes(merged(tmp_path, "nodes: {c: {shape: ~}}", parent), "c") == ["[N, 4, 8, 8]"]


def test_without_its_from_a_node_reads_the_line_before(line: Line) -> None:
    parent = LINE.replace("c: relu", "c: {op: relu, from: a}").replace("[c, a]", "[c, b]")
    assert line("", parent) == "a(x) b(a) c(a) d(c, b)"
    assert line("nodes: {c: {from: ~}}", parent) == "a(x) b(a) c(b) d(c, b)"


@pytest.mark.parametrize("new", ["silu", "{op: silu}", "[silu, relu]", "{nodes: {s: silu}}"])
def test_a_replacement_that_loses_a_condition_is_told(tmp_path: Path, new: str) -> None:
    parent = LINE.replace("c: relu", "c: {op: relu, when: 1 < 2}")
    (note,) = merged(tmp_path, f"nodes: {{c: {new}}}", parent).notes
    assert (note.code, note.severity) == ("lost-condition", "warning")
    assert note.message == "`c` replaces a node that is there when `1 < 2`, and is always there"


@pytest.mark.parametrize("new", ["{op: silu, when: true}", "{inplace: true}", "{when: ~}"])
def test_a_condition_that_is_not_lost_in_silence(tmp_path: Path, new: str) -> None:
    parent = LINE.replace("c: relu", "c: {op: relu, when: 1 < 2}")
    assert not merged(tmp_path, f"nodes: {{c: {new}}}", parent).notes


@pytest.mark.parametrize(
    "new",
    ["silu", "{op: silu}", "[silu, relu]", "{chain: [silu]}", "{nodes: {s: silu}}"],
)
def test_a_replacement_stands_in_place_and_reads_the_same(line: Line, new: str) -> None:
    assert line(f"nodes: {{c: {new}}}") == "a(x) b(a) c(b) d(c, a)"
    parent = LINE.replace("c: relu", "c: {op: relu, from: a, shape: [9]}")
    parent = parent.replace("[c, a]", "[c, b]")
    assert line(f"nodes: {{c: {new}}}", parent) == "a(x) b(a) c(a) d(c, b)"


def test_a_replacement_may_share(tmp_path: Path) -> None:
    graph = merged(tmp_path, "nodes: {c: {share: a}}")
    assert [node.name for node in graph.root.nodes] == ["a", "b", "c", "d"]
    assert not any(key.startswith("c.") for key, _, _ in graph.weights())


def test_a_replacement_with_its_own_from(line: Line) -> None:
    assert line("nodes: {d: {op: mul, from: [b, c]}}") == "a(x) b(a) c(b) d(b, c)"


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ("{b: ~}", "a(x) c(a) d(c, a)"),
        ("{b: ~, c: ~, d: {from: [a, a]}}", "a(x) d(a, a)"),
        ("{c: ~, b: ~, d: {from: [a, a]}}", "a(x) d(a, a)"),
        ("{c: ~, d: {from: [b, a]}}", "a(x) b(a) d(b, a)"),
        ("{a: ~, d: {from: [c, b]}}", "b(x) c(b) d(c, b)"),
    ],
)
def test_a_removal_closes_the_line(line: Line, nodes: str, wanted: str) -> None:
    assert line(f"nodes: {nodes}") == wanted


def test_a_removed_node_is_stood_for_by_what_it_reads_first(line: Line) -> None:
    parent = LINE.replace("{y: d}", "{y: f}").replace(
        "  d:", "  e: {op: add, from: [a, c]}\n  f: {op: add, from: [g, d]}\n  d:"
    )
    parent = parent.replace("  f:", "  g: relu\n  f:")
    assert line("", parent) == "a(x) b(a) c(b) e(a, c) g(e) f(g, d) d(c, a)"
    assert line("nodes: {e: ~}", parent) == "a(x) b(a) c(b) g(a) f(g, d) d(c, a)"
    both = "nodes: {e: ~, a: ~, b: {from: x}, d: {from: [c, b]}}"
    assert line(both, parent) == "b(x) c(b) g(x) f(g, d) d(c, b)"


def test_one_output_of_a_removed_node(line: Line) -> None:
    parent = """\
netspec: 1
inputs: {x: [N, 4, 8, 8]}
nodes:
  r: relu
  s: {op: chunk, chunks: 2}
  t: {op: relu, from: s.1}
  u: silu
  v: {op: add, from: [u, r]}
outputs: {y: v}
"""
    assert line("nodes: {s: ~, t: ~}", parent) == "r(x) u(r) v(u, r)"
    assert line("nodes: {t: ~, s: ~}", parent) == "r(x) u(r) v(u, r)"


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ("{n: {op: silu, after: b}}", "a(x) b(a) n(b) c(n) d(c, a)"),
        ("{n: {op: silu, before: c}}", "a(x) b(a) n(b) c(n) d(c, a)"),
        ("{n: {op: silu, before: a}}", "n(x) a(n) b(a) c(b) d(c, a)"),
        ("{n: {op: silu, after: a}}", "a(x) n(a) b(n) c(b) d(c, a)"),
        ("{n: {op: silu, after: b}, m: {op: mish, after: b}}",
         "a(x) b(a) n(b) m(n) c(m) d(c, a)"),
        ("{n: {op: silu, before: c}, m: {op: mish, before: c}}",
         "a(x) b(a) n(b) m(n) c(m) d(c, a)"),
        ("{n: {op: silu, after: b}, m: {op: mish, after: n}}",
         "a(x) b(a) n(b) m(n) c(m) d(c, a)"),
        ("{n: {op: silu, after: b}, m: {op: mish, before: n}}",
         "a(x) b(a) m(b) n(m) c(n) d(c, a)"),
        ("{n: {op: silu, after: b}, m: {op: mish, after: n}, k: {op: tanh, after: b}}",
         "a(x) b(a) n(b) m(n) k(m) c(k) d(c, a)"),
        ("{n: {op: silu, after: b}, m: {op: mish, after: n}, k: {op: tanh, after: b}, "
         "l: {op: tanh, after: n}}",
         "a(x) b(a) n(b) m(n) l(m) k(l) c(k) d(c, a)"),
        ("{n: {op: silu, after: b}, m: {op: mish, before: c}}",
         "a(x) b(a) n(b) m(n) c(m) d(c, a)"),
    ],
)  # fmt: skip
def test_additions_join_the_line(line: Line, nodes: str, wanted: str) -> None:
    assert line(f"nodes: {nodes}") == wanted


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ("{n: {op: silu, from: a, after: b}, d: {from: [c, n]}}",
         "a(x) b(a) n(a) c(b) d(c, n)"),
        ("{n: {op: silu, from: a, before: b}, d: {from: [c, n]}}",
         "a(x) n(a) b(a) c(b) d(c, n)"),
        ("{n: {op: silu, from: a, after: b}, m: {op: mish, after: b}, d: {from: [c, n]}}",
         "a(x) b(a) n(a) m(b) c(m) d(c, n)"),
        ("{n: {op: silu, after: b}, m: {op: mish, from: a, after: b}, d: {from: [c, m]}}",
         "a(x) b(a) n(b) m(a) c(n) d(c, m)"),
    ],
)  # fmt: skip
def test_additions_with_a_from_leave_their_neighbors_alone(
    line: Line, nodes: str, wanted: str
) -> None:
    assert line(f"nodes: {nodes}") == wanted


def test_an_explicit_from_is_never_rewired(line: Line) -> None:
    assert line("nodes: {n: {op: silu, after: a}}") == "a(x) n(a) b(n) c(b) d(c, a)"
    parent = LINE.replace("{y: d}", "{y: e}").replace("outputs", "  e: relu\noutputs")
    assert line("nodes: {n: {op: silu, after: d}}", parent).endswith("d(c, a) n(d) e(n)")


def test_a_replacement_that_reads_nothing_keeps_no_from(line: Line) -> None:
    parent = LINE.replace("c: relu", "c: {op: relu, from: a}").replace("outputs", "  e: b\noutputs")
    parent = parent.replace("e: b", "e: {op: add, from: [d, b]}").replace("{y: d}", "{y: e}")
    assert line("nodes: {c: gelu}", parent) == "a(x) b(a) c(a) d(c, a) e(d, b)"
    token = "nodes: {c: {op: parameter, shape: [1, 4, 8, 8]}, d: {op: add, broadcast: true}}"
    assert line(token, parent) == "a(x) b(a) c() d(c, a) e(d, b)"


def test_before_a_node_with_a_from_reads_its_first_input(line: Line) -> None:
    parent = LINE.replace("[c, a]", "[a, c]")
    nodes = "{n: {op: silu, before: d}, e: {op: add, from: [d, n], after: d}}"
    child = f"nodes: {nodes}\noutputs: {{y: e}}"
    assert line(child, parent) == "a(x) b(a) c(b) n(a) d(a, c) e(d, n)"


@pytest.mark.parametrize(
    "order", ["n: {op: silu, after: b}, b: ~", "b: ~, n: {op: silu, after: b}"]
)
def test_an_addition_beside_a_removed_node(line: Line, order: str) -> None:
    assert line(f"nodes: {{{order}}}") == "a(x) n(a) c(n) d(c, a)"
    order = order.replace("after", "before")
    assert line(f"nodes: {{{order}}}") == "a(x) n(a) c(n) d(c, a)"


BLOCK = """\
netspec: 1
inputs: {x: [N, 4, 8, 8]}
blocks:
  pair:
    nodes:
      a: relu
      b: silu
nodes: {y: pair}
outputs: {y: y}
"""


def block_output(folder: Path, nodes: str) -> str:
    graph = merged(folder, f"blocks: {{pair: {{nodes: {nodes}}}}}", BLOCK)
    body = node(graph, "y").body
    (output,) = body.outputs
    return str(body.nodes[output.node].name)


def test_the_default_output_of_a_block_is_the_end_of_the_line(tmp_path: Path) -> None:
    assert block_output(tmp_path, "{b: {doc: last}}") == "b"
    assert block_output(tmp_path, "{c: {op: mish, after: b}}") == "c"
    assert block_output(tmp_path, "{c: {op: mish, after: b}, d: {op: mish, after: b}}") == "d"
    assert block_output(tmp_path, "{b: ~}") == "a"
    assert block_output(tmp_path, "{b: mish}") == "b"
    assert block_output(tmp_path, "{c: {op: mish, before: b}}") == "b"


ERRORS = [
    ("{⟦bb⟧: ~}", "unknown-node", "the parent has no node `bb` to remove", "did you mean `b`?"),
    ("{⟦zzz⟧: ~}", "unknown-node", "no node `zzz` to remove", "the nodes are a, b, c, d"),
    ("{⟦bb⟧: {eps: 1}}", "unknown-node", "no node `bb` to change", "did you mean `b`?"),
    ("{⟦n⟧: relu}", "missing-place", "`n` does not say where it goes", "`after: NODE`"),
    ("{⟦bb⟧: relu}", "missing-place", "`bb` does not say", "did you mean `b`?"),
    ("{⟦n⟧: {op: relu}}", "missing-place", "does not say where", "before: NODE"),
    ("{⟦n⟧: [relu]}", "missing-place", "does not say where", "before: NODE"),
    (
        "{n: {op: relu, after: ⟦bb⟧}}",
        "unknown-node",
        "`after: bb` names no node of the parent",
        "did you mean `b`?",
    ),
    ("{n: {op: relu, after: ⟦x⟧}}", "unknown-node", "`after: x` names", "name one of a, b, c, d"),
    ("{n: {op: relu, before: ⟦~⟧}}", "unknown-node", "`before` names no node", "name one of"),
    ("{n: {op: relu, before: ⟦[a]⟧}}", "unknown-node", "`before` names no node", "name one of"),
    (
        "{n: {op: relu, before: a, ⟦after⟧: b}}",
        "misplaced-key",
        "`n` has both `before` and `after`",
        "keep one",
    ),
    ("{b: {⟦after⟧: a}}", "misplaced-key", "`b` stands in the parent", "under a new name"),
    ("{b: {op: relu, ⟦before⟧: a}}", "misplaced-key", "`b` stands in the parent", "delete"),
    ("{b: {⟦epz⟧: ~}}", "unknown-key", "`b` has no `epz` to remove", "delete the line"),
    ("{a: {⟦paddin⟧: ~}}", "unknown-key", "`a` has no `paddin` to remove", "`padding`?"),
    ("{b: ⟦3⟧}", "wrong-type", "a node is the name of an op, a mapping or a list", "relu"),
    ("⟦[relu]⟧", "wrong-type", "must be a mapping, not a list", "name: value"),
    ("{a: {kernel_size: ⟦0⟧}}", "argument-value", "positive integer", ""),
    ("{b: {op: ⟦relo⟧}}", "unknown-op", "no op or block `relo`", "`relu`"),
]


@pytest.mark.parametrize(("nodes", "code", "message", "help"), ERRORS)
def test_errors(tmp_path: Path, nodes: str, code: str, message: str, help: str) -> None:
    check_error(tmp_path, f"nodes: {nodes}", code, message, help)


def test_an_explicit_from_to_a_removed_node(tmp_path: Path) -> None:
    parent = LINE.replace("[c, a]", "[⟦c⟧, a]")
    message = "no node or input of this scope is named `c`"
    check_error(tmp_path, "nodes: {c: ~}", "unknown-node", message, parent=parent)


def test_an_addition_that_stands_later(tmp_path: Path) -> None:
    nodes = "nodes: {n: {op: relu, after: ⟦m⟧}, m: {op: relu, after: a}}"
    check_error(tmp_path, nodes, "unknown-node", "`after: m` names no node of the parent")


def test_what_a_removed_node_read_may_be_missing(tmp_path: Path) -> None:
    parent = LINE.replace("b: batch_norm", "b: {op: batch_norm, from: typo}")
    parent = parent.replace("  c: relu", "  ⟦c⟧: relu")
    check_error(tmp_path, "nodes: {b: ~}", "unknown-node", "`typo`", parent=parent)


def test_nodes_that_read_each_other_may_be_removed(line: Line) -> None:
    parent = LINE.replace("b: batch_norm", "b: {op: relu, from: e}\n  e: {op: relu, from: b}")
    assert line("nodes: {b: ~, e: ~}", parent) == "a(x) c(x) d(c, a)"


def test_a_chain_of_ten_thousand_changes(tmp_path: Path) -> None:
    """Each addition and removal takes one step, however many lines there are."""
    count = 4000
    nodes = "".join(f"  p{i}: relu\n" for i in range(count))
    parent = f"netspec: 1\ninputs: {{x: [N, 4]}}\nnodes:\n{nodes}outputs: {{y: p{count - 1}}}\n"
    gone = "".join(f"  p{i}: ~\n" for i in range(count - 1))
    new = "".join(f"  n{i}: {{op: relu, after: p0}}\n" for i in range(count))
    graph = merged(tmp_path, f"nodes:\n{gone}{new}", parent)
    assert [node.name for node in graph.root.nodes[:2]] == ["n0", "n1"]
    assert len(graph.root.nodes) == count + 1
