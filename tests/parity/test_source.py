"""Standalone source of the whole zoo, and of random networks, against what netspec builds."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import netspec
from netspec import pipeline, zoo
from tests.backends.source.exported import check_same, inputs, named, run
from tests.random_specs import random_spec

ELSEWHERE = """\
import sys

for name in [name for name in sys.modules if name.partition(".")[0] == "netspec"]:
    del sys.modules[name]
sys.modules["netspec"] = None
import torch
import model

found = [each for each in vars(model).values() if isinstance(each, type)]
network = [each for each in found if each.__module__ == "model"][-1]()
given = torch.load("given.pt")
assert list(network.state_dict()) == list(given["state"])
network.load_state_dict(given["state"], strict=True)
results = []
for training in (False, True):
    network.train(training)
    torch.manual_seed(3)
    with torch.no_grad():
        results.append(network(*given["inputs"]))
torch.save(results, "results.pt")
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_the_zoo_is_the_same_where_netspec_cannot_be_imported(name: str, tmp_path: Path) -> None:
    checked = netspec.check_spec(name)
    (tmp_path / "model.py").write_text(netspec.to_source(checked), encoding="utf-8")
    reference = pipeline.build(checked, seed=0)
    tensors = inputs(checked)
    torch.save({"state": reference.state_dict(), "inputs": tensors}, tmp_path / "given.pt")
    (tmp_path / "run.py").write_text(ELSEWHERE, encoding="utf-8")
    subprocess.run([sys.executable, "run.py"], cwd=tmp_path, check=True, capture_output=True)
    results = torch.load(tmp_path / "results.pt")
    for training, found in zip((False, True), results, strict=True):
        assert named(found) == named(run(reference, tensors, training))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 1000, 50))
def test_random_networks_are_the_same(start: int) -> None:
    for seed in range(start, start + 50):
        checked = netspec.check_spec(random_spec(seed))
        check_same(checked, netspec.to_source(checked))


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["ruff format --isolated --check", "ruff check --isolated"])
def test_ruff_finds_nothing_in_the_zoo(checker: str, tmp_path: Path) -> None:
    _write_zoo(tmp_path)
    arguments = [sys.executable, "-m", *checker.split(), str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_types_of_the_zoo_are_whole(tmp_path: Path) -> None:
    _write_zoo(tmp_path)
    arguments = [sys.executable, "-m", "mypy", "--strict", str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def _write_zoo(folder: Path) -> None:
    specs = {name: netspec.check_spec(name) for name in zoo.names()}
    specs |= {f"random{seed}": netspec.check_spec(random_spec(seed)) for seed in range(100)}
    for name, checked in specs.items():
        text = netspec.to_source(checked)
        (folder / f"{name.replace('/', '_')}.py").write_text(text, encoding="utf-8")
