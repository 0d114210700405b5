"""Calls are data; here they become modules and functions."""

import pickle

import pytest
import torch
from torch import Tensor, nn

from netspec.backends.torch.calls import bind, construct, resolve
from netspec.backends.torch.layers import StochasticDepth
from netspec.ops.base import AllInputs, Call, Input
from netspec.shape import Dim, symbol

N, H = symbol("N"), symbol("H", 8)


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("torch.nn.Conv2d", nn.Conv2d),
        ("torch.cat", torch.cat),
        ("torch.Tensor.flatten", torch.Tensor.flatten),
        ("torch.nn.functional.interpolate", nn.functional.interpolate),
        ("netspec.backends.torch.layers.StochasticDepth", StochasticDepth),
    ],
)
def test_targets_are_found(target: str, wanted: object) -> None:
    assert resolve(target) is wanted


@pytest.mark.parametrize(
    "target", ["torch.nn.Conv9d", "torch.nope.f", "antigravity.fly", "cat", "", "idlelib.x"]
)
def test_other_targets_are_refused(target: str) -> None:
    with pytest.raises(LookupError, match=f"^`{target}`: no "):
        resolve(target)


def test_nothing_is_imported() -> None:
    with pytest.raises(LookupError, match="no module `antigravity` was imported"):
        resolve("antigravity.fly")


def test_modules_are_constructed() -> None:
    made = construct(Call("torch.nn.Linear", {"in_features": 2, "out_features": 3}))
    assert isinstance(made, nn.Linear)
    assert made.weight.shape == (3, 2)


def test_a_blank_module_leaves_its_parameters_and_is_ordinary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: nn.Linear) -> None:
        raise AssertionError("initialized")

    monkeypatch.setattr(nn.Linear, "reset_parameters", refuse)
    call = Call("torch.nn.Linear", {"in_features": 2, "out_features": 3})
    with pytest.raises(AssertionError, match="initialized"):
        construct(call)
    made = construct(call, is_blank=True)
    monkeypatch.undo()
    assert set(vars(made)) == set(vars(nn.Linear(2, 3)))
    made.reset_parameters()


class Own(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        self.is_reset = True


def test_a_module_that_is_not_of_torch_initializes_itself() -> None:
    made = construct(Call(f"{__name__}.Own"), is_blank=True)
    assert isinstance(made, Own) and made.is_reset


@pytest.mark.parametrize("target", ["torch.cat", "torch.device", "torch.Tensor", "torch.nn.init"])
def test_only_modules_are_constructed(target: str) -> None:
    with pytest.raises(TypeError, match="is no subclass of"):
        construct(Call(target))


def test_a_module_has_no_free_size() -> None:
    with pytest.raises(TypeError, match="cannot be constructed with the free size H"):
        construct(Call("torch.nn.Upsample", {"size": (H, 2)}))


def test_only_what_can_be_called_is_called() -> None:
    with pytest.raises(TypeError, match=r"`torch\.pi` is no function"):
        bind(Call("torch.pi"), [(N, 2)])


def made(
    call: Call, *tensors: Tensor, shapes: list[tuple[int | Dim, ...]], sizes: tuple[int, ...] = ()
) -> object:
    """The result of a call on tensors, with its function having been through a pickle."""
    bound = bind(call, shapes)
    assert len(bound.symbols) == len(sizes)
    function = pickle.loads(pickle.dumps(bound.function))
    return function(*(tensors[position] for position in bound.reads), *sizes)


X, Y = torch.arange(12.0).reshape(1, 2, 6), torch.arange(12.0).reshape(1, 2, 6) * 10
SHAPE = (N, 2, 6)
CASES = {
    "bare": (Call("torch.relu"), X.relu()),
    "keyword": (Call("torch.sum", {"dim": 2}), X.sum(2)),
    "method": (Call("torch.Tensor.flatten", {"start_dim": 1}), X.flatten(1)),
    "method with constants": (
        Call("torch.Tensor.permute", {}, (Input(0), 2, 0, 1)),
        X.permute(2, 0, 1),
    ),
    "two": (Call("torch.sub", {}, (Input(0), Input(1))), X - Y),
    "two, the other way": (Call("torch.sub", {}, (Input(1), Input(0))), Y - X),
    "one twice": (Call("torch.mul", {}, (Input(1), Input(1))), Y * Y),
    "an input as a keyword": (Call("torch.add", {"other": Input(1)}), X + Y),
    "all": (Call("torch.cat", {"dim": 1}, (AllInputs(),)), torch.cat([X, Y], 1)),
    "all and a constant": (Call("torch.cat", {}, (AllInputs(), 1)), torch.cat([X, Y], 1)),
    "a size at hand": (Call("torch.Tensor.reshape", {"shape": (N, 12)}), X.reshape(1, 12)),
    "nested inputs": (Call("torch.cat", {"dim": 2}, ((Input(1), Input(0)),)), torch.cat([Y, X], 2)),
}


@pytest.mark.parametrize("name", CASES)
def test_calls_of_functions(name: str) -> None:
    call, wanted = CASES[name]
    found = made(call, X, Y, shapes=[SHAPE, SHAPE])
    assert isinstance(found, Tensor)
    assert torch.equal(found, wanted)


def test_sizes_that_are_passed_come_last() -> None:
    call = Call("torch.Tensor.reshape", {"shape": (N, H, -1)})
    found = made(call, X, shapes=[SHAPE], sizes=(3,))
    assert isinstance(found, Tensor)
    assert found.shape == (1, 3, 4)


def test_a_module_that_just_takes_its_inputs_needs_no_function() -> None:
    assert bind(Call("torch.nn.ReLU"), [SHAPE]).function is None
    bilinear = Call("torch.nn.Bilinear", {}, (Input(1), Input(0)))
    assert bind(bilinear, [SHAPE, SHAPE]).reads == (1, 0)


def test_a_module_with_keywords_of_forward_comes_first() -> None:
    call = Call("torch.nn.Sequential", {}, (Input(0),), {"input": Input(1)})
    bound = bind(call, [SHAPE, SHAPE])
    assert bound.function is not None

    def module(x: Tensor, *, input: Tensor) -> Tensor:
        return x - input

    found = bound.function(module, X, Y)
    assert isinstance(found, Tensor)
    assert torch.equal(found, X - Y)
