"""Networks that were optimized for inference, as modules."""

import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import parametrize

import netspec
from netspec import Text
from netspec.backends.torch import fused, optimize
from netspec.backends.torch.module import Network
from netspec.backends.torch.optimize import OptimizedNetwork

SPEC = Text(
    """
netspec: 1
name: net
dims: {H: 8, W: 8}
inputs: {x: [N, 3, H, W]}
nodes:
  conv1: {op: conv, out_channels: 8, kernel_size: 3}
  bn1: batch_norm
  relu: relu
  scale: {op: parameter, shape: [1, 8, 1, 1]}
  mul: {op: mul, from: [relu, scale], broadcast: true}
  head: [{op: adaptive_avg_pool, output_size: 1}, flatten, dropout, {op: linear, out_features: 5}]
outputs: {y: head}
init: [{match: scale, fill: 1.5}]
"""
)
X = torch.randn(2, 3, 8, 8)


@pytest.fixture
def model() -> Network:
    return netspec.compile_spec(SPEC, seed=0).eval()


@pytest.fixture
def optimized(model: Network) -> OptimizedNetwork:
    return netspec.optimize_for_inference(model)


def near(left: torch.Tensor, right: torch.Tensor) -> bool:
    return torch.allclose(left, right, rtol=1e-4, atol=1e-5)


def test_compile_spec_optimizes_the_weights_that_it_loads(model: Network, tmp_path: Path) -> None:
    with torch.no_grad():
        model.conv1.weight.mul_(3)
    save_file(model.state_dict(), tmp_path / "net.safetensors")
    found = netspec.compile_spec(SPEC, weights=tmp_path / "net.safetensors", optimize="inference")
    assert near(found(X), model(X))
    assert not near(found(X), netspec.compile_spec(SPEC, seed=0).eval()(X))


def test_the_original_stays_as_it_is(model: Network) -> None:
    model.train()
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    found = netspec.optimize_for_inference(model)
    assert model.training and model.conv1.training and model.conv1.weight.requires_grad
    expected = found(X)
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.zero_()
    assert torch.equal(found(X), expected)
    assert before.keys() == model.state_dict().keys()


def test_it_computes_no_gradient(optimized: OptimizedNetwork) -> None:
    assert not optimized(X.clone().requires_grad_()).requires_grad
    assert not optimized.training and not any(m.training for m in optimized.modules())
    assert optimized.eval() is optimized


REFUSALS: dict[str, Callable[[OptimizedNetwork], object]] = {
    "train": lambda net: net.train(),
    "move": lambda net: net.to(torch.float64),
    "tell its weights": lambda net: net.state_dict(),
    "take other modules": lambda net: setattr(net, "relu", nn.GELU()),
    "load weights": lambda net: net.load_state_dict({}),
}


@pytest.mark.parametrize(("what", "use"), REFUSALS.items(), ids=REFUSALS)
def test_what_it_refuses(
    what: str, use: Callable[[OptimizedNetwork], object], optimized: OptimizedNetwork
) -> None:
    with pytest.raises(RuntimeError, match=f"`net` was optimized for inference and cannot {what}"):
        use(optimized)


def _called(model: Network) -> set[nn.Module]:
    """The modules that the plan calls."""
    called = {step.function for step in model._plans.evaluation.steps}
    return called & set(model.modules())


@pytest.mark.parametrize("has_run", [False, True])
def test_it_copies_and_pickles(optimized: OptimizedNetwork, has_run: bool) -> None:
    if has_run:
        optimized(X)
    for twin in (copy.deepcopy(optimized), pickle.loads(pickle.dumps(optimized))):
        assert isinstance(twin, OptimizedNetwork)
        assert torch.equal(twin(X), optimized(X))
        assert twin.report == optimized.report
        assert not _called(twin) & _called(optimized)
        with pytest.raises(RuntimeError, match="cannot train"):
            twin.train()


def test_weights_in_order_are_kept_for_a_few_sizes(optimized: OptimizedNetwork) -> None:
    conv = optimized.conv1
    if not conv._can_pack:
        pytest.skip("this torch has no kernels of oneDNN")
    for size in range(8, 20):
        optimized(torch.randn(1, 3, size, 8))
    assert len(conv._ready) == fused.MOST_SIZES
    assert conv._weight is None


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_dtypes_do_without_oneDNN(dtype: torch.dtype) -> None:
    model = netspec.compile_spec(SPEC, seed=0, dtype=dtype).eval()
    found = netspec.optimize_for_inference(model)(X.to(dtype))
    assert found.dtype == dtype
    tolerance = 1e-10 if dtype == torch.float64 else 5e-2
    assert torch.allclose(found, model(X.to(dtype)), rtol=tolerance, atol=tolerance)


def test_a_fused_module_refuses_hooks_and_others_call_them(optimized: OptimizedNetwork) -> None:
    for register in (
        optimized.conv1.register_forward_hook,
        optimized.conv1.register_forward_pre_hook,
    ):
        with pytest.raises(RuntimeError, match="calls no hooks: hook the network that it was made"):
            register(lambda *_: None)
    seen: list[nn.Module] = []
    linear = optimized.get_submodule("head.3")
    for module in (optimized, linear):
        module.register_forward_hook(lambda module, *_: seen.append(module))
    optimized(X)
    assert seen == [linear, optimized]


def test_one_that_is_consumed_loses_its_weights_and_the_result_has_them(model: Network) -> None:
    expected = model(X)
    found = optimize.optimize_for_inference(model, consume=True)
    assert near(found(X), expected)
    assert [key for key, _ in model.named_parameters()] == ["scale"]


def hook(model: Network) -> None:
    model.conv1.register_forward_hook(lambda *_: None)


def replace(model: Network) -> None:
    model.relu = nn.GELU()


def resize(model: Network) -> None:
    model.head[3] = nn.Linear(8, 7)


def reparametrize(model: Network) -> None:
    parametrize.register_parametrization(model.conv1, "weight", nn.Identity())


CHANGES = {
    hook: r"`conv1` has a forward hook",
    replace: r"`relu` is GELU, not the torch.nn.ReLU of the spec",
    resize: r"`head.3.weight` is \(7, 8\), not the \(5, 8\) of the spec",
    reparametrize: r"`conv1` is ParametrizedConv2d, not the torch.nn.Conv2d of the spec",
}


@pytest.mark.parametrize(("change", "message"), CHANGES.items())
def test_a_network_that_was_changed_is_refused(
    change: Callable[[Network], None], message: str, model: Network
) -> None:
    change(model)
    with pytest.raises(ValueError, match=message):
        netspec.optimize_for_inference(model)


def test_what_else_is_refused(model: Network, optimized: OptimizedNetwork) -> None:
    with pytest.raises(ValueError, match="`net` is a copy: optimize the network"):
        netspec.optimize_for_inference(copy.deepcopy(model))
    with pytest.raises(ValueError, match="`net` was optimized before"):
        netspec.optimize_for_inference(optimized)
    with pytest.raises(ValueError, match="`net` is on the meta device"):
        netspec.compile_spec(SPEC, device="meta", optimize="inference")
    with pytest.raises(ValueError, match=r"`optimize` \(='speed'\) must be \"inference\" or None"):
        netspec.compile_spec(SPEC, optimize="speed")  # type: ignore[arg-type]
