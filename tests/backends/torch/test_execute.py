"""Memory is let go at last uses; exceptions say where they come from; children are looked up."""

import weakref
from collections.abc import Mapping, Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from netspec.backends.torch import schedule
from netspec.backends.torch.build import build
from netspec.backends.torch.schedule import NodeCall, Value
from netspec.graph.ir import INPUT, Graph, Ref
from netspec.shape import symbol
from tests.backends.torch.drafts import ADD, CONCAT, RELU, Draft, X, conv, graph, linear
from tests.backends.torch.networks import PAIRS, Pair

N = symbol("N")
every_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)


class PeakMemory(TorchDispatchMode):
    """The most bytes that results held at one time."""

    def __init__(self) -> None:
        super().__init__()
        self.peak = 0
        self._tensors: list[weakref.ref[Tensor]] = []

    def __torch_dispatch__(
        self,
        func: torch._ops.OpOverload,
        types: Sequence[type],
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        result = func(*args, **(kwargs or {}))
        found = result if isinstance(result, tuple | list) else (result,)
        self._tensors += [weakref.ref(each) for each in found if isinstance(each, Tensor)]
        alive = [each for reference in self._tensors if (each := reference()) is not None]
        storages = {each.untyped_storage().data_ptr(): each.untyped_storage() for each in alive}
        self.peak = max(self.peak, sum(map(len, storages.values())))
        self._tensors = [weakref.ref(each) for each in alive]
        return result


def peak(module: nn.Module, inputs: Sequence[Tensor]) -> int:
    with PeakMemory() as memory, torch.no_grad():
        module(*inputs)
    return memory.peak


@every_pair
@pytest.mark.parametrize("training", [True, False])
def test_no_more_memory_than_by_hand(pair: Pair, training: bool) -> None:
    inputs = pair.inputs(4, 32, 32)
    network, by_hand = build(pair.graph).train(training), pair.by_hand().train(training)
    assert 0 < peak(network, inputs) <= peak(by_hand, inputs)


def _never_last(calls: list[NodeCall], outputs: list[Ref | None]) -> dict[Value, int]:
    return {value: len(calls) + 1 for call in calls for value in call.reads} | {
        ref: len(calls) + 1 for ref in outputs if ref is not None
    }


def long_skip() -> Graph:
    """x lives to the end, everything else to the next node."""
    root = Draft("network", x=(N, 4, 8, 8))
    for index in range(20):
        root.add(f"act{index}", RELU)
    root.add("sum", ADD, Ref(19), X)
    return graph(root.scope())


def test_a_long_line_holds_two_results() -> None:
    x = torch.randn(1, 4, 8, 8)
    assert peak(build(long_skip()), (x,)) == 2 * x.nbytes


@pytest.mark.parametrize("name", ["residual", "heads", "long skip"])
def test_a_forgotten_last_use_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = PAIRS.get(name)
    inputs = pair.inputs(4, 32, 32) if pair else (torch.randn(1, 4, 8, 8),)
    made = pair.graph if pair else long_skip()
    right = peak(build(made), inputs)
    monkeypatch.setattr(schedule, "_last_uses", _never_last)
    assert peak(build(made), inputs) > right


def test_gradients_need_no_slots() -> None:
    network = build(long_skip())
    x = torch.randn(1, 4, 8, 8, requires_grad=True)
    network(x).sum().backward()
    assert x.grad is not None


def notes(network: nn.Module, *inputs: Tensor) -> list[str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        network(*inputs)
    return caught.value.__notes__


class Broken(nn.Module):
    def forward(self, *inputs: Tensor) -> Tensor:
        raise ZeroDivisionError("broken")


@pytest.mark.parametrize(
    ("name", "path", "note"),
    [
        ("residual", "stem", "in stem, specs/draft.yaml:10"),
        ("residual", "layer1.1.out_act", "in layer1.1.out_act, specs/draft.yaml:12"),
        ("residual", "layer1.2.conv_path.3", "in layer1.2.conv_path.3, specs/draft.yaml:13"),
        ("heads", "more.block.conv_path.1", "in more.block.conv_path.1, specs/draft.yaml:11"),
        ("heads", "stems.0", "in stems.0, specs/draft.yaml:10"),
        ("heads", "aux.0", "in aux.0, specs/draft.yaml:10"),
        ("functions", "stem.3", "in stem.3, specs/draft.yaml:13"),
        ("functions", "mix.attend", "in mix.attend, specs/draft.yaml:10"),
    ],
)
def test_an_exception_says_where_it_comes_from(name: str, path: str, note: str) -> None:
    network = build(PAIRS[name].graph)
    parent, _, child = path.rpartition(".")
    network.get_submodule(parent)._modules[child] = Broken()
    assert notes(network, *PAIRS[name].inputs()) == [note]


def test_an_exception_in_a_function_says_where() -> None:
    block = Draft("block", "wrong", x=(N, 2, 4, 4), y=(N, 2, 4, 4))
    block.add("sum", ADD, X, Ref(INPUT, 1))
    root = Draft("network", x=(N, 2, 4, 4), y=(N, 2, 4, 4))
    down = root.add("down", conv(2, 2), X, to=(N, 2, 4, 4))  # a lie: it gives 2x2
    root.add("wrong", block.scope(), down, Ref(INPUT, 1))
    x = torch.zeros(1, 2, 4, 4)
    assert notes(build(graph(root.scope())), x, x) == ["in wrong.sum, specs/draft.yaml:10"]


def test_the_same_exception_twice_says_where_both_times() -> None:
    network = build(PAIRS["residual"].graph)
    network.layer1[0].out_act = Broken()
    for _ in range(2):
        assert notes(network, *PAIRS["residual"].inputs()) == [
            "in layer1.0.out_act, specs/draft.yaml:13"
        ]


def test_a_block_alone_says_where_as_far_as_it_knows() -> None:
    layer = build(PAIRS["residual"].graph).layer1
    layer[0].out_act = Broken()
    assert notes(layer, torch.zeros(1, 8, 4, 4)) == ["in 0.out_act, specs/draft.yaml:13"]


def test_children_can_be_replaced() -> None:
    network = build(PAIRS["residual"].graph)
    network.fc = nn.Linear(16, 3)
    network.layer1[1] = nn.Identity()
    network.layer1[0].conv_path.append(nn.ReLU())
    assert network(*PAIRS["residual"].inputs()).shape == (2, 3)


def test_hooks_run_wherever_they_are() -> None:
    network = build(PAIRS["heads"].graph)
    seen: list[str] = []
    for name, module in network.named_modules():
        module.register_forward_hook(lambda *_, name=name: seen.append(name))
    network(*PAIRS["heads"].inputs())
    assert seen.count("stems.0") == 2
    ordinary = {name for name, _ in network.named_modules()} - {"stems", "more"}
    assert set(seen) == ordinary


def test_a_hook_may_change_the_result() -> None:
    network = build(PAIRS["residual"].graph)
    network.layer1[0].register_forward_hook(lambda module, inputs, output: output * 0)
    network.layer1[1].register_forward_pre_hook(lambda module, inputs: (inputs[0] + 1,))
    assert torch.isfinite(network(*PAIRS["residual"].inputs())).all()


def test_functional_call_takes_other_tensors() -> None:
    pair = PAIRS["heads"]
    network, other = build(pair.graph, seed=0).eval(), build(pair.graph, seed=1).eval()
    inputs = pair.inputs()
    found = torch.func.functional_call(network, dict(other.state_dict()), inputs)
    assert torch.equal(found["tokens"], other(*inputs)["tokens"])


def test_several_inputs_of_one_call_in_order() -> None:
    root = Draft("network", x=(N, 2), y=(N, 3), z=(N, 4))
    y = root.add("y2", linear(3, 3), Ref(INPUT, 1))
    z = root.add("z2", RELU, Ref(INPUT, 2))
    root.add("all", CONCAT, z, X, y, X, to=(N, 11))
    network = build(graph(root.scope()))
    a, b, c = (torch.rand(2, size) for size in (2, 3, 4))
    assert torch.equal(network(a, b, c), torch.cat([c, a, network.y2(b), a], 1))
