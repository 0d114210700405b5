"""Standalone source: the same network, without netspec, as an expert would have written it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec import NetspecError
from netspec.backends.source import solver
from netspec.backends.source.model import Make
from netspec.ops import Call, Inputs, Op, Shape
from tests.backends.source.exported import check_same, load
from tests.own_ops import isolate
from tests.random_specs import random_spec

SPECS = Path(__file__).parents[2] / "specs"
RUFF = [sys.executable, "-m", "ruff"]
QUICK = ["lenet5", "residual_block", "torchvision/resnet18", "torchvision/mobilenet_v2"]


def source_of(spec: str) -> str:
    return netspec.to_source(netspec.check_spec(spec))


@pytest.mark.parametrize("name", QUICK)
def test_a_network_of_the_zoo_is_the_same(name: str) -> None:
    checked = netspec.check_spec(name)
    check_same(checked, netspec.to_source(checked), most=32)


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_feature_of_the_language_is_the_same(path: Path) -> None:
    checked = netspec.check_spec(path)
    check_same(checked, netspec.to_source(checked))


@pytest.mark.parametrize("seed", range(12))
def test_random_networks_are_the_same(seed: int) -> None:
    checked = netspec.check_spec(random_spec(seed))
    check_same(checked, netspec.to_source(checked))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("stride=2", "stride=1"), ("out + x", "out - x"), ("bn2(self.conv2(out))", "conv2(out)")],
)
def test_a_fault_is_seen(right: str, wrong: str) -> None:
    checked = netspec.check_spec("torchvision/resnet18")
    source = netspec.to_source(checked)
    assert right in source
    with pytest.raises((AssertionError, RuntimeError, AttributeError)):
        check_same(checked, source.replace(right, wrong), most=32)


def test_a_wrong_expression_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver.Solver, "_fits", lambda *_: True)
    checked = netspec.check_spec("torchvision/resnet18")
    with pytest.raises((AssertionError, RuntimeError)):
        check_same(checked, netspec.to_source(checked), most=32)


@pytest.mark.parametrize(("name", "most"), [("torchvision/resnet50", 110), ("inception_v4", 260)])
def test_it_is_short(name: str, most: int) -> None:
    assert len(source_of(name).splitlines()) <= most


def test_one_class_for_each_block_with_arguments_for_what_differs() -> None:
    tree = ast.parse(source_of("torchvision/resnet50"))
    block, network = (node for node in tree.body if isinstance(node, ast.ClassDef))
    assert (block.name, network.name) == ("Bottleneck", "Resnet50")
    constructor = next(node for node in block.body if isinstance(node, ast.FunctionDef))
    arguments = [argument.arg for argument in constructor.args.args]
    assert arguments == ["self", "in_channels", "planes", "stride"]
    assert "He et al." in (ast.get_docstring(tree) or "")


@pytest.mark.parametrize("name", [*QUICK, "examples/unet.yaml", "torchvision/densenet121"])
def test_ruff_finds_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(source_of(name), encoding="utf-8")
    for arguments in (["format", "--isolated", "--check"], ["check", "--isolated"]):
        subprocess.run([*RUFF, *arguments, tmp_path], check=True, capture_output=True)


def test_ruff_sees_a_fault(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(source_of("lenet5").replace('"""', "'''"), encoding="utf-8")
    arguments = [*RUFF, "format", "--isolated", "--check", str(tmp_path)]
    assert subprocess.run(arguments, capture_output=True, check=False).returncode == 1


def test_it_needs_no_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; import netspec;"
        "print(netspec.to_source(netspec.check_spec('lenet5')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip() == source_of("lenet5").rstrip()


SPEC = {
    "netspec": 1,
    "name": "network",
    "inputs": {"x": ["N", 3, 8, 8]},
    "nodes": {"a": {"op": "conv", "out_channels": 4, "kernel_size": 1}, "b": "relu"},
    "outputs": {"y": "b"},
}


@pytest.mark.parametrize(
    "name", ["torch", "nn", "F", "Tensor", "l", "print", "super", "match", "Network", "out"]
)
def test_names_are_clear_of_what_the_code_uses(name: str) -> None:
    nodes = {
        name: {"op": "unit", name: 4},
        "more": {"op": "unit", "from": name, name: 8},
        "both": {"op": "concat", "from": [name, "more"]},
    }
    unit = {
        "params": {name: None},
        "nodes": {"conv": {"op": "conv", "out_channels": name, "kernel_size": 1}, "act": "relu"},
    }
    outputs = {"y": "both", "z": name}
    spec = {**SPEC, "nodes": nodes, "blocks": {"unit": unit}, "outputs": outputs}
    checked = netspec.check_spec(spec)
    check_same(checked, netspec.to_source(checked))


class Own(Op):
    """The same: x [N, *] -> [N, *]."""

    name = "own"

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)

    def lower(self, inputs: Inputs) -> Call:
        return Call("mypackage.layers.Own")


class OfTorch(Own):
    """The same: x [N, *] -> [N, *]."""

    name = "of_torch"

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.nn.Hardswish")


def test_an_op_without_source_is_refused_by_its_node_and_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    isolate(monkeypatch)
    from netspec.ops import registry

    registry._OPS["own"] = Own
    text = "netspec: 1\nname: n\ninputs: {x: [N, 3]}\nnodes:\n  y: own\noutputs: {y: y}\n"
    with pytest.raises(NetspecError) as caught:
        netspec.to_source(netspec.check_spec(netspec.Text(text, "own.yaml")))
    (found,) = caught.value.diagnostics
    assert found.code == "not-exportable"
    assert "`y`: the op `own` is `mypackage.layers.Own`" in found.message
    assert (found.span.source.name, found.span.line) == ("own.yaml", 5)


def test_an_op_of_ones_own_that_is_torchs_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    from netspec.ops import registry

    registry._OPS["of_torch"] = OfTorch
    checked = netspec.check_spec({**SPEC, "nodes": {"y": "of_torch"}, "outputs": {"y": "y"}})
    source = netspec.to_source(checked)
    assert "self.y = nn.Hardswish()" in source
    load(source)


def test_initialization_is_that_of_the_spec() -> None:
    source = source_of("timm/seresnet50")
    assert 'nn.init.kaiming_normal_(\n                    module.weight, mode="fan_out"' in source
    assert 'name.endswith(".bn3.weight")' in source
    model = load(source_of(str(SPECS / "training.yaml")))
    state = model.state_dict()
    assert not state["bn2.weight"].any() and bool((state["bn1.weight"] == 1).all())
    assert 0.005 < float(state["fc.weight"].std()) < 0.02


def test_equal_members_are_one_run() -> None:
    assert Make("a", (("b", 1),)) == Make("a", (("b", 1),), {"c": 2})
    assert "*(Bottleneck(256, 64) for _ in range(2))" in source_of("torchvision/resnet50")
    wanted = '(f"denselayer{i + 1}", DenseLayer(64 + 32 * i)) for i in range(6)'
    assert wanted in source_of("torchvision/densenet121")
