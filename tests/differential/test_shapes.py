"""The shape that is printed is the shape that eager torch gives, at every declared size; and what
is refused fails in torch, or breaks a rule of the language."""

from pathlib import Path

import pytest
import yaml

from tests.differential.examine import Disagreement, Spec, examine
from tests.differential.faults import FAULTS, Fault
from tests.differential.maker import random_spec
from tests.differential.spoil import nodes_of
from tests.differential.tally import OPS, Tally, name_of, smallest

FOUND = sorted(Path(__file__).with_name("found").glob("*.yaml"))
POOL = 500
"""Specs among which a fault must be seen."""


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_random_graphs(start: int) -> None:
    for seed in range(start, start + 50):
        examine(random_spec(seed, size=5), seed)


@pytest.mark.parametrize("path", FOUND, ids=[path.stem for path in FOUND])
def test_what_was_found_before(path: Path) -> None:
    for seed in range(3):
        examine(yaml.safe_load(path.read_text(encoding="utf-8")), seed)


@pytest.mark.slow
def test_ten_thousand_graphs() -> None:
    tally = Tally()
    for seed in range(10_000):
        tally.add(seed)
    print(tally)
    assert not tally.disagreements, next(iter(tally.disagreements.values()))
    assert sorted(tally.nodes)[5_000] >= 12
    assert {op: count for op in OPS if (count := tally.ops[op]) < 200} == {}
    assert 0.4 <= tally.valid / 10_000 <= 0.7
    assert 0.4 <= tally.free / 10_000 <= 0.6


def specs_with(op: str, seeds: range, size: int = 14) -> dict[int, Spec]:
    """Random specs that write this op."""
    specs = {seed: random_spec(seed, size) for seed in seeds}
    return {seed: spec for seed, spec in specs.items() if op in {*map(name_of, nodes_of(spec))}}


def catcher(fault: Fault, specs: dict[int, Spec]) -> int | None:
    """The number of the first spec that shows the fault."""
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        for seed, spec in specs.items():
            try:
                examine(spec, seed)
            except Disagreement:
                return seed
    return None


@pytest.mark.parametrize("name", ["a lost buffer", "a transposed weight"])
def test_a_planted_fault_is_seen(name: str) -> None:
    (fault,) = [fault for fault in FAULTS if fault.name == name]
    specs = specs_with(fault.op, range(40), size=5)
    assert catcher(fault, specs) is not None


@pytest.mark.slow
def test_planted_faults_are_seen() -> None:
    assert len(FAULTS) >= 20
    missed = [
        fault.name for fault in FAULTS if catcher(fault, specs_with(fault.op, range(POOL))) is None
    ]
    assert len(missed) <= 1, missed


def test_what_is_found_is_made_small() -> None:
    (fault,) = [fault for fault in FAULTS if fault.name == "a transposed weight"]
    specs = specs_with(fault.op, range(40), size=5)
    seed = catcher(fault, specs)
    assert seed is not None
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        with pytest.raises(Disagreement) as caught:
            examine(specs[seed], seed)
        small = yaml.safe_load(smallest(caught.value, specs[seed], seed).text)
    assert {name_of(node) for node in nodes_of(small)} - {""} == {"linear"}
    assert len([*nodes_of(small)]) <= 2
    examine(small, seed)
