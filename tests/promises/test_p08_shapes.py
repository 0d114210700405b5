"""P8: the shape that is printed is the shape that eager CPU torch gives, for every declared size.

Random graphs are compared by `tests/differential/`, each op alone by `tests/ops/cases/`."""

import pytest
import torch

import netspec
from netspec import NetspecError
from netspec.ops.registry import op_names
from tests.differential.examine import Disagreement, Finding, Spec, examine
from tests.differential.oracle import Oracle
from tests.differential.reading import Refused
from tests.ops.reference import discover

IMAGE = {"dims": {"H": 224, "W": 224}, "inputs": {"x": ["N", 3, "H", "W"]}}


def network(nodes: dict[str, object], output: object = "y", **more: object) -> Spec:
    return {"netspec": 1, "name": "net", **IMAGE, **more, "nodes": nodes, "outputs": {"y": output}}


class TestCounterexamples:
    """What checkers of shapes were seen to accept."""

    @pytest.mark.parametrize("op", ["add", "mul"])
    def test_a_strided_branch_on_its_own_input(self, op: str) -> None:
        conv = {"op": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1, "stride": 2}
        spec = network({"branch": conv, "y": {"op": op, "from": ["branch", "x"]}})
        found = examine(spec)
        assert (found.valid, found.codes) == (False, ("shape-mismatch",))
        with pytest.raises(NetspecError, match=r"ceil\(H/2\) and H"):
            netspec.check_spec(spec)

    def test_groups_that_do_not_divide_the_channels(self) -> None:
        spec = network({"y": {"op": "conv", "out_channels": 4, "kernel_size": 1, "groups": 2}})
        assert examine(spec) == Finding(False, ("not-divisible",))
        oracle = Oracle(spec)
        images = oracle.inputs({})
        with pytest.raises(Refused, match="divisible by groups"):
            oracle.run({}, images)

    def test_a_half_without_rounding(self) -> None:
        conv = {"op": "conv", "out_channels": 8, "kernel_size": 7, "stride": 2, "padding": 3}
        shape: list[object] = ["N", 8, "H/2", "W/2"]
        with pytest.raises(NetspecError) as caught:
            netspec.check_spec(network({"y": {**conv, "shape": shape}}))
        assert {each.code for each in caught.value.diagnostics} == {"not-whole"}
        spec = network({"y": {**conv, "shape": ["N", 8, "ceil(H/2)", "ceil(W/2)"]}})
        assert examine(spec).valid
        model = netspec.compile_spec(spec)
        assert model(torch.zeros(1, 3, 225, 224)).shape == (1, 8, 113, 112)
        ((_, _, height, width),) = netspec.check_spec(spec).shapes["y"]
        assert (str(height), str(width)) == ("ceil(H/2)", "ceil(W/2)")

    def test_it_is_whole_for_multiples(self) -> None:
        conv = {"op": "conv", "out_channels": 8, "kernel_size": 7, "stride": 2, "padding": 3}
        dims = {name: {"nominal": 224, "multiple_of": 2} for name in ("H", "W")}
        spec = network({"y": {**conv, "shape": ["N", 8, "H/2", "W/2"]}}, dims=dims)
        assert examine(spec).valid


def test_a_wrong_shape_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from netspec.ops.windows import Window

    monkeypatch.setattr(Window, "output", lambda self, size, ceil_mode=False: size // self.stride)
    spec = network({"y": {"op": "conv", "out_channels": 8, "kernel_size": 3, "stride": 2}})
    with pytest.raises(Disagreement, match="shapes"):
        examine(spec)


def test_each_op_has_twenty_cases_at_least() -> None:
    cases = discover()
    assert {name: len(cases[name]) for name in op_names() if len(cases[name]) < 20} == {}
    assert sum(map(len, cases.values())) >= 700
