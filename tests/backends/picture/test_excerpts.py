"""The lines of a node."""

from netspec.backends.picture.excerpts import LONGEST, excerpt
from netspec.diagnostics import Source, Span

TEXT = """\
nodes:
  one: {op: conv,

        kernel_size: 3}
  two:
    - relu
    - {op: conv}
  three: relu
"""


def lines(line: int, text: str = TEXT, name: str = "folder/spec.yaml") -> tuple[int, str] | None:
    found = excerpt(Span(Source(name, text), line, 3, line, 6))
    if found is None:
        return None
    assert found.file == "spec.yaml"
    return found.line, found.text


def test_a_node_over_several_lines_and_an_empty_one() -> None:
    assert lines(2) == (2, "one: {op: conv,\n\n      kernel_size: 3}")


def test_a_chain_and_its_members() -> None:
    assert lines(5) == (5, "two:\n  - relu\n  - {op: conv}")
    assert lines(7) == (7, "- {op: conv}")


def test_the_last_line() -> None:
    assert lines(8) == (8, "three: relu")


def test_a_long_one_is_cut() -> None:
    found = lines(1, "a:\n" + "  b: 1\n" * 40)
    assert found is not None
    assert found[1].count("\n") == LONGEST
    assert found[1].endswith("…")


def test_a_dict_has_no_lines() -> None:
    assert excerpt(Span(Source("<dict>"))) is None
