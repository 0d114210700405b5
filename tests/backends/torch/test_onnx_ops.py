"""Each op in all the ways of its cases, on free sizes, in ONNX Runtime: the same outputs."""

from collections.abc import Iterator

import pytest
import torch

from netspec.backends.torch import free_pools, lowering
from netspec.backends.torch.onnx import as_onnx
from netspec.diagnostics import NetspecError
from netspec.graph.ir import Graph
from netspec.ops.registry import op_names
from netspec.testing.case import Case
from tests.backends.torch import op_networks
from tests.parity import formats


def sizes(graph: Graph) -> Iterator[dict[str, int]]:
    """The nominal sizes with a batch of three, and others with one."""
    for batch, steps in ((3, 0), (1, 3)):
        yield {
            each.symbol.name: each.symbol.nominal + steps * each.symbol.multiple_of
            for each in graph.dims
        } | {"N": batch}


def check(name: str, cases: dict[int, Case]) -> None:
    """Raises AssertionError with the number of the case."""
    model, checked = op_networks.build(op_networks.spec(name, cases))
    graph = checked.graph
    run = formats.onnx_run(as_onnx(model, graph))
    for chosen in sizes(graph):
        inputs = formats.random_inputs(graph, chosen)
        with torch.no_grad():
            outputs = model(*inputs)
        outputs = outputs if isinstance(outputs, dict) else {graph.root.output_names[0]: outputs}
        for (output, ours), theirs in zip(outputs.items(), run(inputs), strict=True):
            torch.testing.assert_close(theirs, ours, rtol=1e-4, atol=1e-5, msg=f"{output} differs")


ALL = ""
REFUSED = {
    ("multihead_attention", ALL): "torch asks whether the batch is one",
    ("upsample", "scale_factor=1.5, mode=bicubic, align_corners=true on [2, 3, 4, 5]"): (
        "torch computes a single row in another way"
    ),
    ("upsample", "scale_factor=0.29 on [2, 3, 100]"): "29 in single precision, 28 in double",
    ("upsample", "scale_factor=[0.5, 1.25] on [2, 3, 4, 5]"): "torch copies a width of 2 or 3",
}
"""What is not exported, mostly where its sizes are free, and why."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [*op_names()])
def test_every_op(name: str) -> None:
    cases = dict(enumerate(op_networks.cases(name)))
    refused = {
        number for number, case in cases.items() if {(name, ALL), (name, str(case))} & {*REFUSED}
    }
    kept = {number: case for number, case in cases.items() if number not in refused}
    if kept:
        check(name, kept)
    for number in refused:
        model, checked = op_networks.build(op_networks.spec(name, {number: cases[number]}))
        with pytest.raises(NetspecError) as caught:
            as_onnx(model, checked.graph)
        (error,) = caught.value.diagnostics
        assert error.instance == f"case{number}"
        assert error.span.line


def test_every_refusal_is_of_a_case() -> None:
    for name, case in REFUSED:
        assert case in (ALL, *map(str, op_networks.cases(name)))


HANDFUL = {
    "adaptive_avg_pool": {"output_size": (2, 12)},
    "avg_pool": {"divisor_override": 1},
    "chunk": {"dim": 2, "chunks": 4},
    "conv_transpose": {"output_padding": 2},
    "max_pool": {"dilation": 2, "ceil_mode": True},
    "upsample": {"mode": "bilinear"},
}


def chosen(name: str) -> dict[int, Case]:
    """The first case with such arguments."""
    wanted = HANDFUL[name].items()
    found = enumerate(op_networks.cases(name))
    number, case = next(pair for pair in found if wanted <= pair[1].arguments.items())
    return {number: case}


@pytest.mark.parametrize("name", HANDFUL)
def test_what_is_easily_lost(name: str) -> None:
    check(name, chosen(name))


WINDOWS = {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}
BEHIND = {
    "max_pool": Case({**WINDOWS, "kernel_size": 1, "padding": 0}, [(1, 2, 5, 8)], symbolic=False),
    "avg_pool": Case(WINDOWS, [(1, 2, 6, 7)], symbolic=False),
}


@pytest.mark.parametrize("name", BEHIND)
def test_a_window_that_begins_behind_is_not_counted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(name, {0: BEHIND[name]})
    monkeypatch.setattr(free_pools, "leaves_out_a_window", lambda *_: False)
    with pytest.raises(Exception, match=r"differs?\b"):
        check(name, {0: BEHIND[name]})


@pytest.mark.parametrize("name", ["avg_pool", "conv_transpose"])
def test_what_torch_writes_by_itself_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lowering, "_STEPS", {})
    with pytest.raises(Exception, match=r"y\d+ differs|output_padding"):
        check(name, chosen(name))
