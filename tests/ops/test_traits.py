"""Traits of every op, proved on torch: a pass that relies on one must not be misled."""

from collections.abc import Iterator

import pytest

from netspec.backends.torch.behavior import (
    is_channel_affine,
    is_elementwise,
    is_identity,
    is_linear,
    refuses_overwriting,
    shares_memory,
)
from netspec.backends.torch.judge import undisturbed
from netspec.ops.declaration import TRAITS
from netspec.ops.registry import op_names
from netspec.testing.case import Case
from netspec.testing.traits import PROMISES, WARNINGS, check_trait, tried
from tests.ops.reference import op_class, valid_cases

NAMES = tuple(name for name in op_names() if op_class(name))
CLAIMS = [(trait, name) for trait in PROMISES for name in NAMES if trait in op_class(name).traits]
SHOWN = [(trait, name) for trait in WARNINGS for name in NAMES]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with undisturbed():
        yield


def keeps_statistics(case: Case) -> bool:
    """Without running statistics a batch norm uses those of the batch, in evaluation too."""
    return case.arguments.get("track_running_stats", True) is True


@pytest.mark.parametrize(("trait", "name"), [*CLAIMS, *SHOWN])
def test_a_trait_is_true(trait: str, name: str) -> None:
    cases = valid_cases(name)
    if trait == "channel_affine":
        cases = [case for case in cases if keeps_statistics(case)]
    check_trait(op_class(name), trait, cases)


def test_every_trait_is_checked() -> None:
    assert {*PROMISES, *WARNINGS} == TRAITS


class TestPlantedFaults:
    """Each check can tell the one from the other."""

    def all_of(self, name: str) -> list[Case]:
        return [it for _, it in tried(op_class(name), valid_cases(name))]

    def test_saves_output(self) -> None:
        assert all(map(refuses_overwriting, self.all_of("sigmoid")))
        assert not any(map(refuses_overwriting, self.all_of("softplus")))
        assert set(map(refuses_overwriting, self.all_of("elu"))) == {False, True}

    def test_view(self) -> None:
        assert all(map(shares_memory, self.all_of("permute")))
        assert not any(map(shares_memory, self.all_of("pad")))

    def test_elementwise(self) -> None:
        assert not all(map(is_elementwise, self.all_of("softmax")))
        assert not all(map(is_elementwise, self.all_of("permute")))

    def test_eval_identity(self) -> None:
        assert not all(map(is_identity, self.all_of("relu")))
        assert not all(map(is_identity, self.all_of("flatten")))

    @pytest.mark.parametrize("name", ["max_pool", "relu", "layer_norm"])
    def test_linear_map(self, name: str) -> None:
        assert not is_linear(self.all_of(name)[0])

    def test_channel_affine(self) -> None:
        assert not is_channel_affine(self.all_of("layer_norm")[0])
        assert not is_channel_affine(self.all_of("relu")[0])
        by_batch = [case for case in valid_cases("batch_norm") if not keeps_statistics(case)]
        assert by_batch
        assert not any(is_channel_affine(it) for _, it in tried(op_class("batch_norm"), by_batch))
