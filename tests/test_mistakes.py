"""Mistakes people make: the error leads to the line that was edited, or to one it contradicts.

Each edit that gives an invalid network counts as

- named, if the place of an error, or a step of the way to it, or a place in its notes is the line
  that was edited;
- contradicted, if that is no error's place, but an error stands at a line that the edit
  contradicts: one that uses a name that the edit took away, or a declared shape or an op that says
  what it reads and whose sizes no longer agree;
- missed otherwise.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from tests.mistakes import KINDS, Edit, edits, specs

SIZE_CODES = {
    "cannot-prove",
    "invalid-size",
    "not-divisible",
    "not-whole",
    "several-outputs",
    "shape-mismatch",
    "share-mismatch",
    "unknown-output",
    "wrong-arity",
    "wrong-rank",
    "wrong-shape-count",
}


@dataclass
class Tally:
    """What became of the edits, by kind."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def add(self, edit: Edit) -> None:
        outcome = judge(edit)
        self.counts.setdefault(edit.kind, Counter())[outcome] += 1
        if outcome == "missed":
            self.misses.append(f"{edit}\n    {told(edit)}")

    def total(self, *outcomes: str) -> int:
        return sum(counts[outcome] for counts in self.counts.values() for outcome in outcomes)

    @property
    def share(self) -> float:
        """Of the edits that give an invalid network, those that are not missed."""
        hits = self.total("named", "contradicted")
        return hits / (hits + self.total("missed"))

    def __str__(self) -> str:
        columns = ("named", "contradicted", "missed", "valid")
        rows = [f"{'':<26}" + "".join(f"{column:>14}" for column in columns)]
        for kind in KINDS:
            counts = self.counts.get(kind, Counter())
            rows.append(f"{kind:<26}" + "".join(f"{counts[column]:>14}" for column in columns))
        rows.append(f"{'all':<26}" + "".join(f"{self.total(column):>14}" for column in columns))
        rows.append(f"led to the line: {self.share:.2%}")
        return "\n".join([*rows, "", "Missed:", *self.misses, ""])


def errors_of(edit: Edit) -> list[Diagnostic]:
    """The errors of an edited spec; empty where it is valid."""
    try:
        netspec.check_spec(netspec.Text(edit.text, edit.name), root=edit.spec.parent)
    except NetspecError as error:
        return [found for found in error.diagnostics if found.severity == "error"]
    return []


def judge(edit: Edit) -> str:
    errors = errors_of(edit)
    if not errors:
        return "valid"
    if any(edit.line in places(error, edit) for error in errors):
        return "named"
    return "contradicted" if any(contradicts(error, edit) for error in errors) else "missed"


def places(error: Diagnostic, edit: Edit) -> Iterator[int]:
    """The lines of the edited file that an error names."""
    for span in (error.span, *(frame.span for frame in error.frames)):
        if span.source.text == edit.text:
            yield span.line
    for note in error.notes:
        yield from map(int, re.findall(rf"(?<!\w){re.escape(edit.name)}:(\d+)", note))


def contradicts(error: Diagnostic, edit: Edit) -> bool:
    line = error.span.source.line(error.span.line) or ""
    if edit.names & set(re.findall(r"[A-Za-z]\w*", line)):
        return True
    consumer = any(note.startswith("reads ") for note in error.notes)
    return edit.sizes and (consumer or (error.code in SIZE_CODES and "shape:" in line))


def told(edit: Edit) -> str:
    error = errors_of(edit)[0]
    return f"{error.span.brief}: {error.code}: {error.message}"


def tally(of: Iterable[Edit]) -> Tally:
    found = Tally()
    for edit in of:
        found.add(edit)
    return found


@pytest.mark.parametrize("spec", specs(), ids=lambda path: path.stem)
def test_the_specs_that_are_edited_are_valid(spec: object) -> None:
    assert netspec.check_spec(str(spec)).graph.checked


def test_every_kind_applies_somewhere() -> None:
    assert {edit.kind for edit in edits()} == set(KINDS)
    assert len(KINDS) >= 12


def test_a_sample_of_the_mistakes() -> None:
    found = tally(list(edits())[::12])
    print(found)
    assert found.share >= 0.95, str(found)


@pytest.mark.slow
def test_all_mistakes(golden: Callable[[str, str], None]) -> None:
    found = tally(edits())
    print(found)
    assert found.share >= 0.95
    golden("mistakes.txt", str(found))


def test_a_planted_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """If all errors stood at the first line, hardly a mistake would be led to."""
    real = netspec.check_spec

    def everything_at_the_top(*args: object, **how: object) -> object:
        try:
            return real(*args, **how)  # type: ignore[arg-type]
        except NetspecError as error:
            top = [
                Diagnostic(e.code, e.message, e.span.__class__(e.span.source, 1, 1, 1, 2))
                for e in error.diagnostics
            ]
            raise NetspecError(top) from None

    monkeypatch.setattr(netspec, "check_spec", everything_at_the_top)
    assert tally(list(edits())[::60]).share < 0.2
