"""What is refused is what ONNX Runtime computes otherwise."""

from collections.abc import Iterator

import pytest

import netspec
from netspec.backends.torch import onnx as backend
from netspec.backends.torch.onnx import as_onnx
from netspec.backends.torch.resize import refuse_resized
from netspec.diagnostics import Diagnostic, NetspecError
from tests.parity import formats

RANKS = {"nearest": 1, "nearest-exact": 1, "linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
FACTORS = (0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 1.9, 2, 2.25, 3)


def text(arguments: str, sizes: str, dims: str = "{}") -> netspec.Text:
    return netspec.Text(
        f"netspec: 1\nname: net\ndims: {dims}\ninputs: {{x: [1, 2, {sizes}]}}\n"
        f"nodes: {{y: {{op: upsample, {arguments}}}}}\noutputs: {{y: y}}\n"
    )


def refusal(spec: netspec.Text) -> Diagnostic | None:
    try:
        refuse_resized(netspec.check_spec(spec).graph)
    except NetspecError as error:
        (found,) = error.diagnostics
        return found
    return None


def differs(spec: netspec.Text) -> bool:
    """Does ONNX Runtime give something else?"""
    model, graph = netspec.compile_spec(spec).eval(), netspec.check_spec(spec).graph
    inputs = formats.random_inputs(graph, {})
    (theirs,) = formats.onnx_run(as_onnx(model, graph))(inputs)
    ours = model(*inputs)
    return theirs.shape != ours.shape or not ours.allclose(theirs, rtol=1e-3, atol=1e-4)


def cases(factors: tuple[float, ...], sizes: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    for mode, rank in RANKS.items():
        corners = ("false", "true") if mode not in ("nearest", "nearest-exact") else ("",)
        for corner in corners:
            said = f", align_corners: {corner}" if corner else ""
            for factor in factors:
                for size in sizes:
                    arguments = f"scale_factor: {factor}, mode: {mode}{said}"
                    yield arguments, ", ".join([str(size)] * rank)


@pytest.mark.parametrize(
    ("factors", "sizes"),
    [((1.1,), (3,)), pytest.param(FACTORS, (2, 3, 4, 7), marks=pytest.mark.slow)],
)
def test_against_onnx_runtime(
    factors: tuple[float, ...], sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "refuse_resized", lambda graph: None)
    told = {True: 0, False: 0}
    for case in cases(factors, sizes):
        spec = text(*case)
        refused = refusal(spec) is not None
        assert differs(spec) == refused, case
        told[refused] += 1
    assert min(told.values()) >= 3


def test_a_size_that_is_kept() -> None:
    found = refusal(text("scale_factor: 1.1", "4"))
    assert found is not None
    assert (found.code, found.instance, found.span.line) == ("not-exportable", "y", 5)
    assert "`scale_factor` (=1.1) makes 4 of 4, which torch copies" in found.message
    assert found.help == "write 1 for this factor, let the images be larger, or write a `.pt2` file"


@pytest.mark.parametrize(
    ("dims", "is_refused"),
    [
        ("{H: 8}", True),
        ("{H: {nominal: 8, min: 3}}", True),
        ("{H: {nominal: 8, min: 4}}", False),
    ],
)
def test_a_free_size_is_refused_where_a_small_one_is_kept(dims: str, is_refused: bool) -> None:
    assert (refusal(text("scale_factor: 1.25", "H", dims)) is not None) == is_refused
    assert refusal(text("scale_factor: 1.5", "H", dims)) is None


def test_of_two_dimensions_one_may_be_kept_where_all_decide() -> None:
    assert refusal(text("scale_factor: [1.1, 2], mode: bicubic", "4, 4")) is None
    assert refusal(text("scale_factor: [1.1, 2], mode: nearest", "4, 4")) is not None
