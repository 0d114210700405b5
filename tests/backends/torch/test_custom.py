"""A custom op whose module does not do what its rules say is caught when a network is built."""

import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import netspec
from netspec.ops import Call, Inputs, Op, Shape, Weight, register_op
from tests.own_ops import OP, SPEC, install, isolate

TEXT = """\
netspec: 1
name: net
dims: {L: 8}
inputs: {x: [N, 3, L]}
blocks: {b: {chain: [relu, affine]}}
nodes: {a: relu, y: {op: b, repeat: 2}}
outputs: {y: y}
"""


class Module(nn.Module):
    """A weight [3, 1] and a buffer, times x [N, 3, L]."""

    def __init__(self, extra: int = 0) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3, 1))
        self.register_buffer("count", torch.tensor(0))
        self.extra = extra

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.pad(x * self.scale, (0, self.extra))


class OnCpu(Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.is_meta:
            raise NotImplementedError("not on meta")
        return super().forward(x + torch.rand(1))


class Failing(Module):
    def forward(self, x: Tensor) -> Tensor:
        raise RuntimeError("it is too hot")


class NoTensor(Module):
    def forward(self, x: Tensor) -> None:
        return None


def here(name: str) -> str:
    return f"{__name__}.{name}"


class Affine(Op):
    """A factor for each channel: x [N, C, L] -> [N, C, L].

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 3, 8]}
        nodes: {y: {op: affine, shape: [N, 3, 8]}}
        outputs: {y: y}
    """

    name = "affine"

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)

    def weights(self, inputs: Inputs) -> dict[str, Weight]:
        return {"scale": Weight((3, 1)), "count": Weight((), "buffer", "int64")}

    def lower(self, inputs: Inputs) -> Call:
        return Call(here("Module"))


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    register_op(Affine)


def caught() -> netspec.Diagnostic:
    with pytest.raises(netspec.NetspecError) as error:
        netspec.compile_spec(netspec.Text(TEXT))
    (found,) = error.value.diagnostics
    assert found.code == "faulty-op"
    return found


def test_an_honest_op_is_built_and_runs() -> None:
    model = netspec.compile_spec(netspec.Text(TEXT))
    assert model(torch.ones(1, 3, 5)).shape == (1, 3, 5)


def test_another_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Affine, "lower", lambda self, inputs: Call(here("Module"), {"extra": 2}))
    found = caught()
    assert found.message == (
        "`affine` at `y.0.1`: its rules say [1, 3, 8] of [1, 3, 8], torch gives [1, 3, 10]"
    )
    assert (found.span.line, found.instance) == (5, "y.0.1")


WEIGHTS = {
    "none": {},
    "another shape": {"scale": Weight((3,)), "count": Weight((), "buffer", "int64")},
    "another order": {"count": Weight((), "buffer", "int64"), "scale": Weight((3, 1))},
    "another type": {"scale": Weight((3, 1)), "count": Weight((), "buffer")},
}


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_other_weights(weights: dict[str, Weight], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Affine, "weights", lambda self, inputs: weights)
    assert caught().message.endswith("its module has scale [3, 1], count [] int64")


FAILURES = {
    here("Failing"): "torch fails on [1, 3, 8] with RuntimeError: it is too hot",
    here("NoTensor"): "TypeError: 'NoneType' object is not iterable",
    here("Absent"): "LookupError: ",
    here("Path"): "is no subclass of torch.nn.Module",
    "math.pi": "is no function",
}


@pytest.mark.parametrize(("target", "message"), FAILURES.items())
def test_what_torch_cannot_do(target: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Affine, "lower", lambda self, inputs: Call(target))
    assert message in caught().message


def test_what_does_not_run_on_meta_runs_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Affine, "lower", lambda self, inputs: Call(here("OnCpu")))
    state = torch.get_rng_state()
    netspec.compile_spec(netspec.Text(TEXT), seed=0)
    assert torch.equal(torch.get_rng_state(), state)
    monkeypatch.setattr(Affine, "lower", lambda self, inputs: Call(here("OnCpu"), {"extra": 1}))
    assert "[1, 3, 9]" in caught().message


def test_equal_ones_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    monkeypatch.setattr(Module, "forward", lambda self, x: runs.append(x) or x)
    netspec.compile_spec(netspec.Text(TEXT))
    assert len(runs) == 1


RULES = {
    "not a tuple of shapes": (lambda self, inputs: inputs[0], "`infer` must return a tuple of sh"),
    "an exception": (lambda self, inputs: 1 / 0, "one of its rules raises ZeroDivisionError"),
}


@pytest.mark.parametrize(("infer", "message"), RULES.values(), ids=RULES)
def test_a_rule_that_fails_is_told_by_the_check(
    infer: object, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Affine, "infer", infer)
    with pytest.raises(netspec.NetspecError, match="faulty-op") as error:
        netspec.check_spec(netspec.Text(TEXT))
    assert message in error.value.diagnostics[0].message


def test_a_module_is_imported_from_the_package_of_the_op_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other_of_a_test.py").write_text("class Here: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    source = OP.format(title="Twice", name="twice").replace("torch.nn.Id", "other_of_a_test.Id")
    install(tmp_path, monkeypatch, "pkg_t", {"twice": "pkg_t:Twice"}, source)
    with pytest.raises(netspec.NetspecError, match="no module `other_of_a_test` was imported"):
        netspec.compile_spec(netspec.Text(SPEC.format("twice")))
    assert "other_of_a_test" not in sys.modules
