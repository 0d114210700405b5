"""What is written reads back as the same tree, and reads well."""

from textwrap import dedent

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netspec.diagnostics import Collector, Source, Span
from netspec.syntax import write as writer
from netspec.syntax.data import read_data
from netspec.syntax.reader import read_text
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, plain
from netspec.syntax.write import WIDTH, write

NOWHERE = Span(Source("test"))

WORDS = r"""
~ null true False yes on 1:30 12 -1 +.5 1e-5 0x1F 0o17 007 1_000 .inf -.INF .nan 99999999999
1e999 - -a --- ... ? : a: a:b # a#b &a *a !a | >- %TAG @a `a` << = , a,b [ ] {a} depths[0]
ceil(H/2) a( )( ' " 'a' "a" it's ${k} <b>
"""
PHRASES = (
    "- a|--- a|? a|: a|a: b|# a|a #b|!!int 1|a, b|max(1, x.channels // 4)|kind == 'a'"
    "|$(rm -rf /)|{{ k }}"
)
OTHERS = [
    "",
    " ",
    " a",
    "a ",
    'say "it\'s"',
    "\\",
    "a\\nb",
    "\n",
    "a\n",
    "a\nb",
    "a\nb\n",
    "a\n\nb",
    "a\nb\n\n",
    "\na",
    " a\nb",
    "a \nb",
    "a\n b",
    "a\n# b",
    "a\n---\nb",
    "a\rb",
    "a\tb",
    "\ta",
    "\x00",
    "\x7f",
    "\x85",
    "\xa0",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\U0001f600",
    "\xe9",
    "\xd7",
]
LONG = [
    "a" * 300,
    "word " * 40,
    ("word " * 40).strip(),
    ("word  " * 40).strip(),
    ("# - word: " * 20).strip(),
    "x" * 120 + " y " + "z" * 120,
    "line of text\n" * 20,
]
NASTY = [*WORDS.split(), *PHRASES.split("|"), *OTHERS, *LONG]


def read(text: str) -> Tree:
    collector = Collector()
    tree = read_text(text, "test", collector)
    assert tree is not None, (text, [found.message for found in collector])
    assert not collector.errors, (text, [found.message for found in collector])
    return tree


def tree_of(value: object) -> Mapping:
    collector = Collector()
    tree = read_data(value, "test", collector)
    assert isinstance(tree, Mapping), list(collector)
    return tree


def typed(tree: Tree) -> object:
    """Values with their types: 1, 1.0 and true are equal in Python."""
    if isinstance(tree, Scalar):
        return type(tree.value).__name__, tree.value
    if isinstance(tree, Sequence):
        return [typed(item) for item in tree.items]
    return [(key, typed(value)) for key, value in tree.items()]


def check_returns(tree: Mapping) -> None:
    text = write(tree)
    again = read(text)
    assert typed(again) == typed(tree), text
    assert isinstance(again, Mapping)
    assert write(again) == text


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_nasty_texts_stay_what_they_are(text: str) -> None:
    check_returns(
        tree_of(
            {
                text: text,
                "flow": [text, {text: text}, {"k": [text]}],
                "doc": text,
                "deep": {"nodes": {"a": {"doc": text, "b": [{"doc": text}, text]}}},
            }
        )
    )


texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text(alphabet="ab1.-+:,#'\"[]{}()&*!|>%@`?~= \n\\", max_size=12),
    st.lists(st.sampled_from(["word", "#", "- a", "b:", "", "[x]"]), max_size=60).map(" ".join),
)
scalars = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-(2**31) + 1, 2**31 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.one_of(texts, st.sampled_from(["nodes", "chain"])), inner, max_size=5)
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.one_of(texts, st.sampled_from(["nodes", "blocks"])), values, max_size=6))
@example({})
@example({"a": [[], {}, [[]], [{}], {"b": []}]})
@example({"nodes": {}, "blocks": [[{"a": 1}], {"b": [{"c": 2}]}]})
def test_any_tree_reads_back(data: dict[str, object]) -> None:
    check_returns(tree_of(data))


@pytest.mark.parametrize("fault", ["_is_plain", "_escaped", "_wants_lines"])
def test_the_comparison_sees_a_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = {
        "_is_plain": lambda text, flow: True,
        "_escaped": lambda character: character,
        "_wants_lines": lambda key, tree: True,
    }
    monkeypatch.setattr(writer, fault, faulty[fault])
    tree = tree_of({"a": "1", "b": ["a, b", "x\"'y\n"]})
    if fault == "_wants_lines":  # a matter of looks: the same tree in more lines
        assert typed(read(write(tree))) == typed(tree)
        assert write(tree).count("\n") == 4
        return
    with pytest.raises(AssertionError):
        check_returns(tree)


@pytest.mark.parametrize(
    "spelled", ["1e-5", ".5", "1.10", "0x1F", "+1", "True", "null", "-0.0", "1e5"]
)
def test_a_number_keeps_its_spelling(spelled: str) -> None:
    """`at: 1.10` is a place in a module tree."""
    written = write(read(f"a: {{b: [{spelled}], c: {spelled}}}"))  # type: ignore[arg-type]
    wanted = "~" if spelled == "null" else spelled
    assert f"[{wanted}]" in written


LAYOUT = """\
netspec: 1
name: layout
doc: >-
  A text that is longer than a line of a hundred columns, which is folded below its key so that it
  still reads as one paragraph.
source: https://example.org/paper
include: {r50: torchvision/resnet50}
dims: {H: 224, W: {nominal: 224, multiple_of: 32}}
inputs: {image: [N, 3, H, "max(1, W // 2)"]}

blocks:
  residual:
    params: {out_channels, stride: 1}
    nodes:
      conv_path:
        - {op: conv, out_channels: out_channels, kernel_size: 3, stride: stride, padding: 1}
        - relu
      skip_path:
        op: conv
        from: x
        out_channels: out_channels
        kernel_size: 1
        stride: stride
        when: stride != 1 or x.channels != out_channels
      out_act: relu

nodes:
  conv1: {op: conv, out_channels: 64, kernel_size: 7, shape: [N, 64, ceil(H/2), ceil(W/2)]}
  conv2:
    chain:
      - {op: max_pool, kernel_size: 3}
      - {op: residual, out_channels: 64, repeat: 3, first: {stride: 2}}
    shape: [N, 64, _, _]
  tail: [relu, sigmoid]

outputs: {logits: {from: tail, shape: [N, 64, _, _]}}

init:
  - {match: "*.weight", fill: {kaiming_normal: {mode: fan_out, nonlinearity: relu}}}
  - {op: linear, fill: 0}
"""


def test_the_layout_is_that_of_the_language_page() -> None:
    assert write(read(LAYOUT)) == LAYOUT  # type: ignore[arg-type]


def test_lines_are_no_longer_than_they_must_be() -> None:
    entries = {f"argument_{index}": index for index in range(30)}
    text = write(tree_of({"nodes": {"a": {"op": "x", **entries}, "b": "relu"}}))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "    argument_29: 29\n  b: relu\n" in text


def test_several_lines_of_text_keep_their_lines() -> None:
    tree = tree_of({"doc": "One line.\n\n  Another, indented.\n", "source": "a\nb"})
    assert write(tree) == dedent(
        """\
        doc: |
          One line.

            Another, indented.
        source: |-
          a
          b
        """
    )
    assert plain(read(write(tree))) == plain(tree)
