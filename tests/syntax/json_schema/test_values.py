"""Patterns of the schema, held against the functions that the check uses."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netspec.syntax.identifiers import check_identifier
from netspec.syntax.json_schema.values import definitions
from netspec.syntax.scalar import is_number_or_boolean

NUMBERS = st.text("0123456789.+-eExoabcf_ ", max_size=6)
WORDS = st.sampled_from(["true", "True", "null", "~", "", "yes", "nan", ".inf", "x", "k // 2"])


def fits(name: str, text: str) -> bool:
    schema = definitions()[name]
    pattern, taken = schema.get("pattern"), schema.get("not")
    assert isinstance(pattern, str)
    banned = taken["enum"] if isinstance(taken, dict) else ()
    return re.search(pattern, text) is not None and text not in banned


@given(NUMBERS | WORDS)
@example("0x1F")
@example("1e-5")
@example(".5")
@example("-0o0")
def test_what_is_no_expression_is_a_number_or_a_constant(text: str) -> None:
    if not fits("expression", text):
        assert is_number_or_boolean(text)


@pytest.mark.parametrize("text", ["64", "-1", "0.5", "1e-5", "true", "0x1F", "~"])
def test_quoted_numbers_are_no_expressions(text: str) -> None:
    assert not fits("expression", text)


@pytest.mark.parametrize("text", ["k", "2 * k", "-k", "1 + 1", "depths[0]", "H/2", "true or k"])
def test_expressions(text: str) -> None:
    assert fits("expression", text)


@given(st.text("abcXYZ019_-. é", max_size=8) | st.sampled_from(["class", "if", "lambda", "match"]))
def test_names_are_those_of_the_check(text: str) -> None:
    assert fits("name", text) == (check_identifier(text) is None)


@pytest.mark.parametrize(("name", "text"), [("node_name", "forward"), ("declared_name", "index")])
def test_names_that_are_taken(name: str, text: str) -> None:
    assert fits("name", text) and not fits(name, text)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("reference", ["x", "split.1", "split.left"], ["1", "a.b.c", "a b", ""]),
        ("place", ["branches.0", "a-b"], ["_a", "a..b", "a b"]),
        ("label", ["layer1", "block1-0"], ["layer", "1a"]),
    ],
)
def test_references_and_places(name: str, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not fits(name, text)] == []
    assert [text for text in bad if fits(name, text)] == []
