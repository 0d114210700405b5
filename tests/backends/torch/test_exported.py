"""Programs of torch.export: the same outputs at all sizes, and no need of netspec."""

import inspect
import io
from pathlib import Path

import pytest
import torch

from netspec.backends.torch import dynamic, exported
from netspec.backends.torch.exported import as_pt2, export_program
from netspec.diagnostics import NetspecError
from tests.backends.torch import exporting
from tests.own_ops import isolate
from tests.parity import formats


@pytest.fixture(scope="module")
def content() -> bytes:
    return as_pt2(*parts())


def parts():
    model, checked = exporting.network()
    return model, checked.graph


def test_the_same_outputs_at_all_sizes(content: bytes) -> None:
    model, graph = parts()
    program = torch.export.load(io.BytesIO(content)).module()
    formats.check(model, graph, lambda inputs: list(program(*inputs).values()))
    outputs = program(torch.randn(1, 3, 8, 9), torch.randn(1, 3, 8, 9))
    assert list(outputs) == ["add", "left", "again", "right"]
    assert list(inspect.signature(program.forward).parameters) == ["left", "right"]


def test_the_comparison_sees_training_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    model, graph = parts()
    monkeypatch.setattr(model, "eval", lambda: model)
    exported_run = torch.export.load(io.BytesIO(as_pt2(model, graph))).module()
    monkeypatch.undo()
    with pytest.raises(AssertionError):
        formats.check(model, graph, lambda inputs: list(exported_run(*inputs).values()))


def test_min_and_multiple_of_are_constraints(content: bytes) -> None:
    loaded = torch.export.load(io.BytesIO(content))
    ranges = {str(size): bounds.lower for size, bounds in loaded.range_constraints.items()}
    assert [ranges[size] for size in ranges if size.startswith("4*")] == [8]
    program = loaded.module()
    small, odd, right = (torch.zeros(1, 3, size, 24) for size in (4, 14, 12))
    with pytest.raises((AssertionError, RuntimeError)):
        program(small, small)
    with pytest.raises(RuntimeError, match=r"`\w+` dimension 2, H, must be a multiple of 4"):
        program(odd, odd)
    program(right, right)


TALL = """\
netspec: 1
name: tall
dims: {H: 8}
inputs: {x: [N, 3, 2*H + 1, 8]}
nodes: {y: {op: max_pool, kernel_size: 8, ceil_mode: true}}
outputs: {y: y}
"""


def test_a_size_that_is_an_expression() -> None:
    model, checked = exporting.network(TALL)
    program = torch.export.load(io.BytesIO(as_pt2(model, checked.graph))).module()
    assert program(torch.zeros(1, 3, 9, 8)).shape == (1, 3, 2, 1)
    message = r"dimension 2, 2\*H \+ 1, must be a multiple of 2 plus 1"
    with pytest.raises(RuntimeError, match=message):
        program(torch.zeros(1, 3, 16, 8))


def test_a_torch_that_cannot_be_told_of_single_rows_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dynamic, "shape_config", object())
    with pytest.raises(NetspecError, match="cannot be traced"):
        as_pt2(*parts())


def test_the_network_stays_as_it_was() -> None:
    model, graph = parts()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    program = export_program(model, graph)
    assert model.training
    assert all(module.training for module in model.modules())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert set(program.state_dict) == set(before)


def test_it_tells_nothing_of_this_machine(content: bytes) -> None:
    assert str(Path(exported.__file__).parents[3]).encode() not in content


def test_torch_is_kept_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    as_pt2(*parts())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", [exporting.Moody, exporting.Odd])
def test_what_cannot_be_traced_is_named(
    kind: type[torch.nn.Module], monkeypatch: pytest.MonkeyPatch
) -> None:
    isolate(monkeypatch)
    model, checked = exporting.network(exporting.using(exporting.register(kind)))
    with pytest.raises(NetspecError) as caught:
        as_pt2(model, checked.graph)
    (error,) = caught.value.diagnostics
    assert (error.code, error.instance, error.span.line) == ("not-exportable", "stem.2", 10)
    assert error.message.startswith("`stem.2` cannot be traced: ")
    assert error.help
    assert model.training


def test_an_op_that_torch_can_trace_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    model, checked = exporting.network(exporting.using(exporting.register(exporting.Bessel)))
    program = torch.export.load(io.BytesIO(as_pt2(model, checked.graph))).module()
    formats.check(model, checked.graph, lambda inputs: list(program(*inputs).values()))
