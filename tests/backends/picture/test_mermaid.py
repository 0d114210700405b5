"""Mermaid: what is drawn, and that no name is more than text."""

import re
from collections.abc import Callable

from netspec.backends.picture.mermaid import mermaid
from netspec.backends.picture.opened import opened
from tests.backends.picture.samples import BRANCHES, naughty_scene, scene

LINE = re.compile(
    r"""flowchart\ TD
    | \ +subgraph\ n\d+\["[^"]*"\] | \ +end
    | \ +n\d+ (\["[^"]*"\] | \(\["[^"]*"\]\) | \(\("[^"]*"\)\))
    | \ +n\d+\ -->(\|"[^"]*"\|)?\ n\d+
    | \ +classDef\ \w+\ [\w#:,]+ | \ +class\ [\w,]+\ \w+""",
    re.VERBOSE,
)


def strange_lines(chart: str) -> list[str]:
    return [line for line in chart.split("\n") if not LINE.fullmatch(line)]


def test_the_chart_of_a_small_network(golden: Callable[[str, str], None]) -> None:
    found = scene()
    golden("picture_small.mmd", mermaid(found, opened(found, 1, ["stage.0.skip.0"])) + "\n")


def test_every_tensor_that_is_read_is_a_line() -> None:
    chart = mermaid(scene(BRANCHES))
    assert chart.count("-->") == 1 + 3 + 3 + 1 + 2


def test_names_are_text() -> None:
    found = naughty_scene()
    chart = mermaid(found, opened(found, 3, ()))
    assert "alert#40;1#41;" in chart or "alert(1)" in chart
    assert "<" not in chart and "click n1 #34;" in chart
    assert strange_lines(chart) == []


def test_a_name_that_breaks_out_would_be_seen() -> None:
    assert strange_lines('  n1["a"]; click n1 "javascript:1"]')
    assert strange_lines("click n1 call()")
