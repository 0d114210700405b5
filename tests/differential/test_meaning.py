"""One network in all its products: the compiled module, exported source, ONNX, the module that is
optimized for inference, a copy, a pickle, and weights by way of a file."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
import yaml
from torch import nn

import netspec
from netspec import NetspecError, pipeline
from netspec.passes import fuse
from tests.differential.maker import random_spec
from tests.differential.meaning import (
    Differs,
    Subject,
    check_copies,
    check_onnx,
    check_optimized,
    check_source,
    modes,
)

FOUND = sorted(Path(__file__).with_name("found").glob("*.yaml"))
CHECKS: dict[str, Callable[[Subject, Path], None]] = {
    "source": lambda subject, folder: check_source(subject),
    "copies": check_copies,
    "optimized": lambda subject, folder: check_optimized(subject),
    "onnx": lambda subject, folder: check_onnx(subject),
}
PRODUCTS = ("source", "copies", "optimized")


def subjects(seeds: range, size: int) -> list[Subject]:
    """Those of the random specs that are valid."""
    found = []
    for seed in seeds:
        spec = random_spec(seed, size)
        try:
            checked = netspec.check_spec(spec)
        except NetspecError:
            continue
        found.append(Subject(spec, checked, seed))
    return found


def tried(subject: Subject, folder: Path, names: Sequence[str] = PRODUCTS) -> Counter[str]:
    """Which products were compared; one that is refused with a word is not."""
    counts: Counter[str] = Counter()
    for name in names:
        try:
            CHECKS[name](subject, folder)
        except NetspecError as error:
            if {each.code for each in error.diagnostics} != {"not-exportable"}:
                raise
        else:
            counts[name] += 1
    return counts


def test_random_networks(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for subject in subjects(range(32), size=5):
        counts += tried(subject, tmp_path)
    assert min(counts["source"], counts["copies"], counts["optimized"]) >= 20


@pytest.mark.parametrize("path", FOUND, ids=[path.stem for path in FOUND])
def test_what_was_found_before(path: Path, tmp_path: Path) -> None:
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        checked = netspec.check_spec(spec)
    except NetspecError:
        return  # refused now; `test_shapes` holds that against torch
    assert tried(Subject(spec, checked, 0), tmp_path).total() == 3


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 2000, 100))
def test_a_thousand_random_networks(start: int, tmp_path: Path) -> None:
    found = subjects(range(start, start + 100), size=10)
    counts: Counter[str] = Counter()
    for subject in found:
        counts += tried(subject, tmp_path)
    print(f"{len(found)}: {dict(counts)}")
    assert len(found) >= 50
    assert min(counts.values()) >= 0.95 * len(found)


@pytest.mark.slow
def test_a_hundred_random_networks_as_onnx(tmp_path: Path) -> None:
    found = subjects(range(10_000, 10_240), size=5)
    counts = sum((tried(subject, tmp_path, ["onnx"]) for subject in found), Counter())
    print(f"{counts['onnx']} of {len(found)}")
    assert counts["onnx"] >= max(100, 0.7 * len(found))


class TestPlantedFaults:
    """A product that computes something else is seen."""

    SPEC = yaml.safe_load(
        Path(__file__).with_name("found").joinpath("shared_activation.yaml").read_text()
    )

    def subject(self) -> Subject:
        return Subject(self.SPEC, netspec.check_spec(self.SPEC), 0)

    def test_of_the_source(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = netspec.to_source
        wrong = lambda checked: real(checked).replace("0.3", "0.2")  # noqa: E731
        monkeypatch.setattr(netspec, "to_source", wrong)
        with pytest.raises(Differs, match="source"):
            check_source(self.subject())

    def test_of_the_weights_in_a_file(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("tests.differential.meaning.load_weights", lambda *given: None)
        with pytest.raises(Differs, match="safetensors"):
            check_copies(self.subject(), tmp_path)

    def test_of_the_optimization(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fuse.Readers, "is_sharing", lambda self, index: False)
        with pytest.raises(Differs, match="optimized"):
            check_optimized(self.subject())

    def test_of_a_gradient(self) -> None:
        subject = self.subject()
        module = pipeline.build(subject.checked, seed=0)
        module.load_state_dict(subject.model.state_dict())
        module.get_parameter("a.weight").register_hook(lambda gradient: 2 * gradient)
        with pytest.raises(Differs, match="gradients"):
            modes("module", subject, module)


def test_it_compares_what_is_random_too() -> None:
    """With the same seed, the same elements are dropped."""
    model = nn.Dropout(0.5)
    torch.manual_seed(3)
    first = model(torch.ones(100))
    torch.manual_seed(3)
    assert torch.equal(first, model(torch.ones(100)))
