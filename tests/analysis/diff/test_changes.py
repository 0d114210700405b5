"""What is told of single nodes."""

from netspec.analysis.diff import diff_graphs
from tests.analysis.diff.specs import diff, told
from tests.graph.specs import accept, spec

LINE = "{a: relu, b: sigmoid, y: tanh}"
CONV = "{op: conv, out_channels: 4, kernel_size: 1%s}"


def test_an_argument() -> None:
    found = diff("{y: %s}" % (CONV % ""), "{y: %s}" % (CONV % ", bias: false"))
    assert told(found) == ["changed y: bias true → false"]


def test_an_op_in_the_place_of_another() -> None:
    assert told(diff(LINE, "{a: relu, b: gelu, y: tanh}")) == ["replaced b: op sigmoid → gelu"]


def test_a_node_that_joins_a_line_changes_nothing_else() -> None:
    after = "{a: relu, new: gelu, b: sigmoid, y: tanh}"
    assert told(diff(LINE, after)) == ["added new"]
    assert told(diff(after, LINE)) == ["removed new"]


def test_a_node_that_moves_changes_nothing_else() -> None:
    assert told(
        diff("{a: relu, b: gelu, c: sigmoid, y: tanh}", "{b: gelu, c: sigmoid, a: relu, y: tanh}")
    ) == ["moved a"]


def test_what_a_node_reads() -> None:
    before = "{a: relu, b: gelu, y: {op: add, from: [b, x]}}"
    after = "{a: relu, b: gelu, y: {op: add, from: [b, a]}}"
    assert told(diff(before, after)) == ["changed y: from [b, x] → [b, a]"]


def test_a_name() -> None:
    assert told(diff(LINE, "{a: relu, other: sigmoid, y: tanh}")) == ["renamed other"]


def test_a_place_in_the_module_tree() -> None:
    found = diff("{y: %s}" % (CONV % ""), "{y: %s}" % (CONV % ", at: head.0"))
    assert told(found) == ["moved head.0"]
    assert found.weights.renamed == {"y.weight": "head.0.weight", "y.bias": "head.0.bias"}


def test_copies() -> None:
    found = diff("{y: {op: relu, repeat: 3}}", "{y: {op: relu, repeat: 5}}")
    assert told(found) == ["repeated y: copies 3 → 5"]


def test_copies_of_another_kind_are_additions() -> None:
    before = "{y: {op: dropout, p: 0.5, repeat: 3}}"
    after = "{y: {op: dropout, p: 0.5, repeat: 4, first: {p: 0.2}}}"
    assert told(diff(before, after)) == ["added y.0"]


def test_a_share() -> None:
    nodes = f"{{a: {CONV % ''}, b: B, y: {{op: add, from: [a, b]}}}}"
    before = nodes.replace("B", "{share: a, from: a}")
    after = nodes.replace("B", CONV % ", from: a")
    assert told(diff(before, after)) == ["replaced b: op share → conv"]


def test_a_node_that_is_wrapped_moves() -> None:
    before = "{a: %s, y: relu}" % (CONV % "")
    after = "{a: [%s, batch_norm], y: relu}" % (CONV % "")
    found = diff(before, after)
    assert told(found) == ["replaced a: op conv → chain", "moved a.0"]
    assert found.weights.renamed == {"a.weight": "a.0.weight", "a.bias": "a.0.bias"}


def outputs(before: str, after: str) -> list[str]:
    nodes = "{a: relu, y: tanh, z: {op: gelu, from: a}}"
    left, right = (accept(spec(nodes, outputs=each)) for each in (before, after))
    return told(diff_graphs(left, right))


def test_outputs() -> None:
    assert outputs("{y: y, z: z}", "{y: z, z: y}") == [
        "changed y: from y → z",
        "changed z: from z → y",
    ]
    assert outputs("{y: y, z: z}", "{y: y, z: z, more: a}") == ["changed more: from none → a"]
    assert outputs("{y: y, z: z}", "{z: z, y: y}") == []


def test_when_it_is_computed() -> None:
    assert outputs("{y: y, z: z}", "{y: y, z: {from: z, training: true}}") == [
        "changed z: computed always → in training only"
    ]


BLOCK = """
block:
  params: {n}
  nodes:
    c: {op: conv, out_channels: n, kernel_size: 1}
    d: {op: conv, out_channels: 4, kernel_size: 1}
"""


def test_what_a_block_is_called_with_explains_what_is_in_it() -> None:
    before, after = "{y: {op: block, n: 8}}", "{y: {op: block, n: 16}}"
    found = diff(before, after, blocks=BLOCK)
    assert told(found) == ["changed y: n 8 → 16", "changed y.c: out_channels 8 → 16"]
    assert [each.follows for change in found.changes for each in change.details] == [False, True]


def test_a_default_that_is_written_out_is_no_difference() -> None:
    block = BLOCK.replace("{n}", "{n: 8}")
    assert not diff("{y: {op: block, n: 8}}", "{y: block}", blocks=block)
    found = diff("{y: block}", "{y: {op: block, n: 16}}", blocks=block)
    assert told(found) == ["changed y: n 8 → 16", "changed y.c: out_channels 8 → 16"]


def test_what_the_uses_of_one_block_give_is_told_of_each() -> None:
    before = "{a: {op: block, n: 8}, b: block, y: relu}"
    after = "{a: block, b: {op: block, n: 9}, y: relu}"
    found = diff(before, after, blocks=BLOCK.replace("{n}", "{n: 8}"))
    assert told(found) == ["changed b: n 8 → 9", "changed b.c: out_channels 8 → 9"]


UNITS = """
one:
  nodes:
    p: {op: conv, out_channels: 4, kernel_size: 3, padding: 1}
    q: {op: batch_norm, from: p}
    r: {op: relu, from: q}
two:
  nodes:
    NAME: {op: conv, out_channels: 4, kernel_size: 5, padding: 2}
    t: {op: batch_norm, from: NAME}
    u: {op: relu, from: t, inplace: true}
    v: {op: add, from: [x, u]}
"""


def test_another_block_under_another_name_is_no_change_of_the_first() -> None:
    blocks = UNITS.replace("NAME", "s").replace("q:", "norm:").replace("from: q", "from: norm")
    found = diff("{a: one, y: tanh}", "{b: two, y: tanh}", blocks=blocks)
    assert told(found) == ["removed a", "added b"]


def test_another_block_under_the_same_name_takes_its_place() -> None:
    found = diff("{a: one, y: tanh}", "{a: two, y: tanh}", blocks=UNITS.replace("NAME", "s"))
    assert "replaced a: op one → two" in told(found)


def test_a_block_that_keeps_the_names_of_its_nodes_is_told_inside() -> None:
    blocks = UNITS.replace("NAME", "p").replace("t:", "q:").replace("from: t", "from: q")
    found = diff("{a: one, y: tanh}", "{b: two, y: tanh}", blocks=blocks)
    assert told(found)[0] == "renamed b"
    assert "changed b.p: kernel_size 3 → 5: padding 1 → 2" in told(found)
