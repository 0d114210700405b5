"""ONNX models: the same outputs in ONNX Runtime at all sizes, by the names of the spec."""

from pathlib import Path

import onnx
import pytest

import netspec
from netspec.backends.torch import onnx as backend
from netspec.backends.torch.onnx import MissingExtra, as_onnx
from netspec.diagnostics import NetspecError
from tests.backends.torch import exporting
from tests.own_ops import isolate
from tests.parity import formats


@pytest.fixture(scope="module")
def content() -> bytes:
    model, checked = exporting.network()
    return as_onnx(model, checked.graph)


def test_the_same_outputs_at_all_sizes(content: bytes) -> None:
    model, checked = exporting.network()
    formats.check(model, checked.graph, formats.onnx_run(content))
    wrong, _ = exporting.network(exporting.SPEC.replace("output_size: 3", "output_size: [3, 3]"))
    wrong.get_parameter("head.1.bias").data += 0.1
    with pytest.raises(AssertionError, match="they differ"):
        formats.check(wrong, checked.graph, formats.onnx_run(content))


def test_names_are_those_of_the_spec(content: bytes) -> None:
    graph = onnx.load_from_string(content).graph
    inputs, outputs = (
        {
            each.name: [dim.dim_param or dim.dim_value for dim in each.type.tensor_type.shape.dim]
            for each in values
        }
        for values in (graph.input, graph.output)
    )
    assert inputs == {"left": ["N", 3, "H", "W"], "right": ["N", 3, "H", "W"]}
    assert list(outputs) == ["add", "left_out", "again", "right_out"]
    assert outputs["left_out"] == ["N", 5]
    assert outputs["add"][:2] == ["N", 4]


def test_it_tells_nothing_of_this_machine(content: bytes) -> None:
    assert str(Path(backend.__file__).parents[3]).encode() not in content


def test_torch_is_kept_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    model, checked = exporting.network(exporting.SPEC.replace("ceil_mode: true", "padding: 1"))
    as_onnx(model, checked.graph)
    assert capfd.readouterr() == ("", "")


def test_an_op_that_onnx_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    model, checked = exporting.network(exporting.using(exporting.register(exporting.Bessel)))
    with pytest.raises(NetspecError) as caught:
        as_onnx(model, checked.graph)
    (error,) = caught.value.diagnostics
    assert (error.code, error.instance, error.span.line) == ("not-exportable", "stem.2", 10)
    assert error.message.startswith("`stem.2` cannot be written as ONNX: ")
    assert "bessel_j0" in error.message


def test_a_size_that_single_precision_rounds_otherwise() -> None:
    text = """\
netspec: 1
name: net
inputs: {x: [1, 3, 100]}
nodes: {y: {op: upsample, scale_factor: 0.29, shape: [1, 3, 28]}}
outputs: {y: y}
"""
    spec = netspec.Text(text)
    with pytest.raises(NetspecError) as caught:
        as_onnx(netspec.compile_spec(spec), netspec.check_spec(spec).graph)
    (error,) = caught.value.diagnostics
    assert (error.code, error.instance, error.span.line) == ("not-exportable", "y", 4)
    assert "makes 28 of 100, and 29 in ONNX Runtime" in error.message
    assert error.help == "write `size: 28`, or a `.pt2` file"


def test_weights_beyond_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    model, checked = exporting.network()
    monkeypatch.setattr(backend, "_LARGEST", 100)
    with pytest.raises(NetspecError, match="GB of weights"):
        as_onnx(model, checked.graph)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    model, checked = exporting.network()
    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'torch-netspec\[onnx\]'"):
        as_onnx(model, checked.graph)
