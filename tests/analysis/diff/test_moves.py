"""What moved to another scope, and what only looks as if it had."""

import pytest

from netspec.analysis.diff import moves
from tests.analysis.diff.specs import diff, told

CONV = "{op: conv, out_channels: 4, kernel_size: %d}"
SMALL, LARGE = CONV % 1, CONV % 5


def test_a_line_that_becomes_a_block_takes_its_weights_along() -> None:
    after = f"{{stem: {{nodes: {{a: {SMALL}, b: batch_norm}}}}, y: relu}}"
    found = diff(f"{{a: {SMALL}, b: batch_norm, y: relu}}", after)
    assert told(found) == ["added stem", "moved stem.a", "moved stem.b"]
    assert found.weights.renamed["a.weight"] == "stem.a.weight"
    assert not found.weights.homeless and not found.weights.fresh


FAR = (
    f"{{a: [{LARGE}, {SMALL}, relu], y: relu}}",
    f"{{b: {{nodes: {{c: {SMALL}, d: {LARGE.replace('5', '7')}}}}}, y: relu}}",
)


def test_equal_parts_of_other_things_have_nothing_to_do_with_each_other() -> None:
    found = diff(*FAR)
    assert not [line for line in told(found) if line.startswith("moved")]
    assert not found.weights.renamed


def test_that_they_are_equal_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "_elements", lambda body: 0)
    assert "moved b.c" in told(diff(*FAR))
