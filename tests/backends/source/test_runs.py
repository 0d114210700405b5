"""Members of an nn.Sequential that are made alike."""

from dataclasses import replace

import pytest

from netspec.backends.source.model import Make, Run
from netspec.backends.source.runs import first_run, numbered
from netspec.diagnostics import Source, Span
from tests.backends.source.parts import SPAN


def made(*widths: int) -> list[Make]:
    return [Make("Layer", (("width", width), ("k", 3))) for width in widths]


@pytest.mark.parametrize(
    ("widths", "count", "steps"),
    [
        ((8,), 1, ()),
        ((8, 8, 8, 9), 3, ()),
        ((8, 16), 1, ()),
        ((8, 16, 24, 33), 3, (("width", 8),)),
        ((8, 6, 4, 2), 4, (("width", -2),)),
        ((8, 16, 16), 1, ()),
    ],
)
def test_equal_ones_or_a_series(
    widths: tuple[int, ...], count: int, steps: tuple[tuple[str, object], ...]
) -> None:
    run, length = first_run(SPAN, list(made(*widths)), False)
    assert (length, run.count, run.steps) == (count, count, steps)


def test_other_classes_and_types_are_no_series() -> None:
    first = Make("Layer", (("width", 8),))
    for other in (Make("Other", (("width", 9),)), Make("Layer", (("width", 9.0),))):
        last = replace(other, arguments=(("width", 10),))
        assert first_run(SPAN, [first, other, last], False)[1] == 1


def test_a_first_copy_that_differs_in_one_line_stands_alone_in_all() -> None:
    (first, other), (same, _) = made(8, 16), made(16, 16)
    split = [Run(SPAN, first), Run(SPAN, other, 3)]
    tables = numbered([split, [Run(SPAN, same, 3)], [Run(SPAN, same)], []])
    counts = [[run.count for run in table.values()] for table in tables]
    assert counts == [[1, 3], [1, 2], [1], []]
    assert list(tables[0]) == list(tables[1])


def test_a_series_is_not_taken_apart() -> None:
    (first,) = made(8)
    series = Run(SPAN, first, 3, (("width", 8),))
    elsewhere = replace(series, key=Span(Source("other.yaml")))
    tables = numbered([[Run(SPAN, first), Run(SPAN, first, 2)], [series, elsewhere]])
    assert list(tables[1].values()) == [series, elsewhere]


def test_runs_keep_their_order() -> None:
    (first, other), elsewhere = made(8, 16), Span(Source("other.yaml"))
    line = [Run(SPAN, first), Run(elsewhere, other), Run(SPAN, first), Run(elsewhere, first)]
    assert [list(table.values()) for table in numbered([line, line])] == [line, line]
