"""The schema beside the zoo is the present one, and every spec names it in its first line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from netspec import zoo
from netspec.cli.schema import as_text
from tests.syntax.json_schema.schema import ROOT, ZOO, name_of, schema

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
LONGEST_VARIANT = 12


def test_the_committed_schema_is_the_present_one(golden: Callable[[str, str], None]) -> None:
    golden("../../specs/netspec.schema.json", as_text(schema()) + "\n")


def test_an_old_one_would_be_seen(
    golden: Callable[[str, str], None], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--overwrite-golden"):
        pytest.skip("nothing is compared")
    with pytest.raises(AssertionError):
        golden("../../specs/netspec.schema.json", as_text({**schema(), "title": "old"}) + "\n")


def test_it_is_no_spec() -> None:
    assert zoo.find("netspec.schema") is None
    assert not [name for name in zoo.names() if "schema" in name]


@pytest.mark.parametrize("path", [*ZOO, *EXAMPLES], ids=name_of)
def test_the_first_line_leads_to_it(path: Path) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    sign, _, where = first.partition("$schema=")
    assert sign == "# yaml-language-server: "
    assert (path.parent / where).resolve() == ROOT / "specs" / "netspec.schema.json"


@pytest.mark.parametrize("path", ZOO, ids=name_of)
def test_a_variant_is_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    if any(line.startswith("extends:") for line in lines):
        assert len(lines) <= LONGEST_VARIANT
