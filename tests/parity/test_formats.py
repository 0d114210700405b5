"""The whole zoo as ONNX and pt2: equal to the networks at every size that is tried."""

from pathlib import Path

import pytest

import netspec
from netspec import zoo
from netspec.backends.torch.module import Network
from netspec.checked import Checked
from tests.parity import formats
from tests.parity.weights import weights


def network(name: str) -> tuple[Network, Checked]:
    model = netspec.compile_spec(name)
    model.load_state_dict(weights(model))
    return model, netspec.check_spec(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_onnx_runtime_computes_the_same(name: str) -> None:
    model, checked = network(name)
    share = formats.check(model, checked.graph, formats.onnx(model, checked.graph))
    print(f"{name}: {share:.1e} of the yardstick")  # `pytest -rP` shows it


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_a_program_computes_the_same_where_netspec_cannot_be_imported(
    name: str, tmp_path: Path
) -> None:
    model, checked = network(name)
    with formats.pt2(model, checked.graph, tmp_path) as run:
        share = formats.check(model, checked.graph, run, tolerance=1e-4)  # rounding
    print(f"{name}: {share:.1e} of the yardstick")


def test_the_comparison_sees_a_mistake(tmp_path: Path) -> None:
    model, checked = network("lenet5")
    with formats.pt2(model, checked.graph, tmp_path) as run:
        formats.check(model, checked.graph, run)
        with pytest.raises(AssertionError, match="they differ by"):
            formats.check(model, checked.graph, lambda inputs: [y * 1.01 for y in run(inputs)])
