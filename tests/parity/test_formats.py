"""The whole zoo as ONNX and pt2: equal to the networks at every size that is tried."""

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
    formats.check(model, checked.graph, formats.onnx(model, checked.graph))


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_a_loaded_program_computes_the_same(name: str) -> None:
    model, checked = network(name)
    formats.check(model, checked.graph, formats.pt2(model, checked.graph))


def test_the_comparison_sees_a_mistake() -> None:
    model, checked = network("lenet5")
    exported = formats.pt2(model, checked.graph)
    formats.check(model, checked.graph, exported)
    with pytest.raises(AssertionError, match="they differ by"):
        formats.check(model, checked.graph, lambda inputs: [y * 1.01 for y in exported(inputs)])
