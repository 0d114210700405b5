"""The same network written in another way: the same shapes, the same keys where that is promised,
the same outputs."""

import copy
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import torch
import yaml
from torch import Tensor

import netspec
from netspec import Checked, NetspecError, pipeline, zoo
from netspec.backends.torch.judge import undisturbed
from tests.differential import halves
from tests.differential.maker import random_spec
from tests.differential.oracle import Oracle
from tests.graph.same import facts
from tests.metamorphic import changes

Spec = dict
Change = Callable[[Random, Spec], Spec | None]
ZOO = ["resnet34", "inception_v4", "lenet5", "torchvision/googlenet", "torchvision/densenet121"]
CHANGES: list[Change] = [changes.reordered, changes.renamed, changes.inlined, changes.unrolled]
QUICK, LONG = range(15), range(15, 500)


def zoo_spec(name: str) -> Spec:
    path = zoo.find(name)
    assert path is not None
    spec: Spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert not spec.keys() & {"extends", "include"}
    return spec


def valid(seed: int) -> tuple[Spec, Checked] | None:
    """A random spec with its check; None where it is invalid."""
    spec = random_spec(seed, size=8)
    try:
        return spec, netspec.check_spec(spec)
    except NetspecError:
        return None


def same(spec: Spec, before: Checked, changed: Spec, *, in_order: bool) -> None:
    """Raises AssertionError, or NetspecError where the changed spec is none."""
    after = netspec.check_spec(changed)
    keys = [*before.state_dict_shapes.items()], [*after.state_dict_shapes.items()]
    assert keys[0] == keys[1] if in_order else sorted(keys[0]) == sorted(keys[1])
    assert sorted(map(str, before.shapes.values())) == sorted(map(str, after.shapes.values()))
    first, second = before.graph.root, after.graph.root
    assert first.output_names == second.output_names
    pairs = zip(first.outputs, second.outputs, strict=True)
    assert all(first.shape(a) == second.shape(b) for a, b in pairs)
    with undisturbed():
        models = [pipeline.build(each, seed=0).eval() for each in (before, after)]
        models[1].load_state_dict(models[0].state_dict(), strict=True)
        images = Oracle(spec).inputs({})
        with torch.no_grad():
            results = [outputs(model(*[image.clone() for image in images])) for model in models]
    for a, b in zip(*results, strict=True):
        assert torch.allclose(a, b, rtol=0, atol=0, equal_nan=True)


def outputs(result: Tensor | dict[str, Tensor]) -> list[Tensor]:
    return [result] if isinstance(result, Tensor) else [*result.values()]


def try_change(change: Change, spec: Spec, checked: Checked, seed: int) -> bool:
    changed = change(Random(seed), spec)
    if changed is None:
        return False
    same(spec, checked, changed, in_order=change is not changes.reordered)
    return True


def over(change: Change, seeds: range) -> int:
    """How many of the random specs could be changed in that way."""
    specs = {seed: found for seed in seeds if (found := valid(seed))}
    return sum(try_change(change, *found, seed) for seed, found in specs.items())


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_random_specs(change: Change) -> None:
    assert over(change, QUICK) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_many_random_specs(change: Change) -> None:
    assert over(change, LONG) >= 25


@pytest.mark.parametrize(
    "name", [ZOO[0], *(pytest.param(name, marks=pytest.mark.slow) for name in ZOO[1:])]
)
def test_the_zoo(name: str) -> None:
    spec, checked = zoo_spec(name), netspec.check_spec(name)
    found = [try_change(change, spec, checked, 0) for change in CHANGES]
    assert found[:2] == [True, True]


def split_is_same(spec: Spec, seed: int, folder: Path) -> None:
    parent, child = halves.split(Random(seed), spec)
    file = folder / "child.yaml"
    halves.write(folder / "parent.yaml", parent)
    halves.write(file, child)
    whole = netspec.check_spec(changes.explicit(copy.deepcopy(spec)))
    assert facts(whole.graph) == facts(netspec.check_spec(file).graph)


def test_random_specs_split(tmp_path: Path) -> None:
    for seed in QUICK:
        if found := valid(seed):
            split_is_same(found[0], seed, tmp_path)


@pytest.mark.slow
def test_many_random_specs_split(tmp_path: Path) -> None:
    for seed in LONG:
        if found := valid(seed):
            split_is_same(found[0], seed, tmp_path)


def planted(change: Change, break_it: Callable[[Spec], object]) -> Change:
    """A change that forgets something."""

    def broken(draw: Random, spec: Spec) -> Spec | None:
        changed = change(draw, spec)
        if changed is not None:
            break_it(changed)
        return changed

    return broken


def without_from(spec: Spec) -> None:
    for node in spec["nodes"].values():
        if not isinstance(node.get("from"), list):
            node.pop("from", None)


def without_at(spec: Spec) -> None:
    for node in spec["nodes"].values():
        node.pop("at", None)


def with_one_copy_less(spec: Spec) -> None:
    chains = [node["chain"] for node in spec["nodes"].values() if len(node.get("chain", [])) > 2]
    for chain in chains:
        chain.pop()


def with_wider_convolutions(spec: Spec) -> None:
    text = yaml.safe_dump(spec["nodes"], sort_keys=False)
    wider = text.replace("kernel_size: 1", "kernel_size: 3")
    spec["nodes"] = yaml.safe_load(wider)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (changes.reordered, without_from),
        (changes.renamed, without_at),
        (changes.inlined, with_wider_convolutions),
        (changes.unrolled, with_one_copy_less),
    ],
)
def test_a_planted_fault_is_seen(change: Change, fault: Callable[[Spec], object]) -> None:
    spec, checked = zoo_spec("resnet34"), netspec.check_spec("resnet34")
    spec = with_calls(spec)
    checked = netspec.check_spec(spec)
    assert try_change(change, spec, checked, 0)
    with pytest.raises((AssertionError, NetspecError, RuntimeError)):
        try_change(planted(change, fault), spec, checked, 0)


def with_calls(spec: Spec) -> Spec:
    """One of the repeated blocks called once more, without `repeat`, so that it can be inlined."""
    changed = copy.deepcopy(spec)
    changed["nodes"]["more"] = {"op": "residual", "from": "conv5", "out_channels": 64}
    changed["outputs"]["more"] = "more"
    return changed


def test_a_planted_fault_of_a_split_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = halves.split

    def forgetful(draw: Random, spec: Spec) -> tuple[Spec, Spec]:
        parent, child = real(draw, spec)
        del child["nodes"]["extra"], child["outputs"]["extra"]
        return parent, child

    monkeypatch.setattr(halves, "split", forgetful)
    with pytest.raises(AssertionError):
        split_is_same(zoo_spec("lenet5"), 0, tmp_path)
