"""Programs of torch.export: the same outputs at all sizes, and no need of netspec."""

import inspect
import io
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from netspec.backends.torch import exported
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
    x = torch.zeros(1, 3, 4, 24)
    with pytest.raises((AssertionError, RuntimeError)):
        loaded.module()(x, x)


def test_the_network_stays_as_it_was() -> None:
    model, graph = parts()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    program = export_program(model, graph)
    assert model.training
    assert all(module.training for module in model.modules())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert set(program.state_dict) == set(before)


WITHOUT_NETSPEC = """\
import sys
sys.modules["netspec"] = None
import torch
program = torch.export.load(sys.argv[1]).module()
x = torch.zeros(2, 3, 16, 20)
print({name: tuple(value.shape) for name, value in program(x, x).items()})
"""


def test_it_loads_where_there_is_no_netspec(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "net.pt2").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETSPEC, "net.pt2"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert "'left': (2, 5)" in done.stdout


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
    formats.check(model, checked.graph, formats.pt2(model, checked.graph))
