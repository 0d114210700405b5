"""The page about the papers quotes the specs as they stand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "zoo-and-papers.md").read_text("utf-8")


def quotations(page: str) -> Iterator[tuple[str, str]]:
    """Spec and line, for each line in the last column of a table that is headed by a spec."""
    for table in re.findall(r"(?:^\|.*\n)+", page, re.M):
        head, _, *rows = table.splitlines()
        spec = re.search(r"`(specs/\S+)` \|$", head)
        for row in rows if spec else ():
            for line in re.findall(r"`([^`]+)`", row.split(" | ")[-1]):
                assert spec is not None
                yield spec[1], line


def stands(line: str, text: str) -> bool:
    """Whether the line is in the text; an ellipsis leaves out what follows."""
    if line.endswith("…}"):
        return any(line.removesuffix(", …}") in known for known in text.splitlines())
    return line in text


@pytest.mark.parametrize(("spec", "line"), [*quotations(PAGE)])
def test_what_is_quoted_is_there(spec: str, line: str) -> None:
    assert stands(line, (ROOT / spec).read_text("utf-8"))


def test_there_are_quotations_and_a_wrong_one_is_seen() -> None:
    text = (ROOT / "specs" / "lenet5.yaml").read_text("utf-8")
    lines = [line for spec, line in quotations(PAGE) if spec == "specs/lenet5.yaml"]
    assert len(lines) == 7
    assert all(stands(line, text) for line in lines)
    assert not any(stands(line.replace("op:", "ops:"), text) for line in lines)


def test_every_family_of_the_zoo_is_told_of() -> None:
    families = {re.sub(r"[\d_].*", "", path.stem) for path in (ROOT / "specs").rglob("*.yaml")}
    told = PAGE.lower()
    assert {family for family in families if family not in told} == set()
