"""Networks against the same networks written by hand."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from netspec import compile_spec
from netspec.backends.torch import schedule
from netspec.backends.torch.build import build
from netspec.backends.torch.schedule import NodeCall, Value
from netspec.graph.ir import INPUT, Graph, Initializer, Ref, Scope, Share
from netspec.ops.base import Call, Input
from netspec.shape import symbol
from tests.backends.torch.drafts import ADD, RELU, Draft, X, conv, graph, linear
from tests.backends.torch.networks import PAIRS, Pair, same

N = symbol("N")
every_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)


def differences(pair: Pair) -> list[str]:
    """Where the network of the graph and the one by hand give different numbers."""
    network, by_hand = build(pair.graph, seed=0), pair.by_hand()
    by_hand.load_state_dict(network.state_dict())
    found = []
    for training in (True, False):
        for sizes in ((2, 16, 16), (3, 7, 10)):
            inputs = pair.inputs(*sizes)
            network.train(training)
            by_hand.train(training)
            if not same(network(*inputs), by_hand(*inputs)):
                found.append(f"training {training}, sizes {sizes}")
    if not same(network.state_dict(), by_hand.state_dict()):
        found.append("running statistics")
    return found


@every_pair
def test_same_numbers_as_by_hand(pair: Pair) -> None:
    assert differences(pair) == []


@every_pair
def test_same_gradients_as_by_hand(pair: Pair) -> None:
    gradients = []
    network, by_hand = build(pair.graph, seed=0), pair.by_hand()
    by_hand.load_state_dict(network.state_dict())
    inputs = pair.inputs()
    for module in (network, by_hand):
        result = module(*inputs)
        loss = sum(each.square().mean() for each in _tensors(result))
        loss.backward()
        gradients.append({name: each.grad for name, each in module.named_parameters()})
    assert same(*gradients)


def _tensors(result: Tensor | dict[str, Tensor]) -> list[Tensor]:
    return list(result.values()) if isinstance(result, dict) else [result]


@every_pair
def test_keys_in_the_order_of_torch(pair: Pair) -> None:
    assert list(build(pair.graph).state_dict()) == list(pair.by_hand().state_dict())


def _first_uses(calls: list[NodeCall], outputs: list[Ref | None]) -> dict[Value, int]:
    first: dict[Value, int] = {
        value: call.index for call in reversed(calls) for value in call.reads
    }
    return first | {ref: 1 + len(calls) for ref in outputs if ref is not None}


@pytest.mark.parametrize("name", ["residual", "heads", "functions"])
def test_a_wrong_last_use_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_last_uses", _first_uses)
    try:
        found = differences(PAIRS[name])
    except Exception as error:
        found = [str(error)]
    assert found


def test_swapped_reads_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    step = schedule._step

    def swapped(call: NodeCall, slots: schedule._Slots) -> object:
        found = step(call, slots)
        reads = found.reads
        return found._replace(reads=reads[::-1]) if isinstance(reads, tuple) else found

    monkeypatch.setattr(schedule, "_step", swapped)
    assert differences(PAIRS["heads"])


def test_chains_are_sequentials_and_the_rest_are_blocks() -> None:
    network = build(PAIRS["heads"].graph)
    assert isinstance(network.trunk.conv_path, nn.Sequential)
    assert isinstance(network.aux, nn.Sequential)
    assert [type(module).__name__ for module in network.children()] == [
        "Container",
        "Block",
        "Container",
        "Conv2d",
        "Chain",
    ]
    assert isinstance(network.trunk.conv_path[1:3], nn.Sequential)


def test_instances_of_one_scope_have_weights_of_their_own() -> None:
    layer = build(PAIRS["residual"].graph).layer1
    assert layer[1].conv_path[0].weight is not layer[2].conv_path[0].weight


def test_a_chain_with_inputs_for_every_member_is_a_block() -> None:
    chain = Draft("repeat", x=(N, 4), y=(N, 4))
    for index in range(2):
        block = Draft("block", "shifted", x=(N, 4), y=(N, 4))
        block.add("fc", linear(4, 4), X)
        block.add("sum", ADD, Ref(0), Ref(INPUT, 1))
        chain.add(str(index), block.scope(), Ref(index - 1), Ref(INPUT, 1))
    root = Draft("network", x=(N, 4), y=(N, 4))
    root.add("shifts", chain.scope(), X, Ref(INPUT, 1))
    network = build(graph(root.scope()))
    x, y = torch.randn(2, 3, 4)
    by_hand = network.shifts
    first, second = by_hand.get_submodule("0.fc"), by_hand.get_submodule("1.fc")
    assert torch.equal(network(x, y), second(first(x) + y) + y)


def test_an_empty_chain_is_the_identity() -> None:
    root = Draft("network", x=(N, 4))
    root.add("nothing", Draft("chain", x=(N, 4)).scope(X))
    x = torch.randn(2, 4)
    assert torch.equal(build(graph(root.scope()))(x), x)


def test_an_input_may_be_an_output() -> None:
    root = Draft("network", x=(N, 4))
    fc = root.add("fc", linear(4, 2), to=(N, 2))
    x = torch.randn(3, 4)
    found = build(graph(root.scope(features=X, logits=fc)))(x)
    assert list(found) == ["features", "logits"]
    assert torch.equal(found["features"], x)


def test_a_shared_block_reshapes_to_the_sizes_of_its_new_inputs() -> None:
    def block(size: int) -> Scope:
        draft = Draft("block", "head", x=(N, 4, size, size))
        draft.add("conv", conv(4, 4, 1), X)
        to = (N, 4, size * size)
        draft.add("flat", Call("torch.Tensor.reshape", {"shape": to}), to=to)
        return draft.scope()

    root = Draft("network", x=(N, 4, 8, 8), y=(N, 4, 6, 6))
    first = root.add("first", block(8), X)
    second = root.add("second", Share(first.node, block(6)), Ref(INPUT, 1), to=(N, 4, 36))
    network = build(graph(root.scope(a=first, b=second)))
    found = network(torch.randn(2, 4, 8, 8), torch.randn(2, 4, 6, 6))
    assert [tuple(each.shape) for each in found.values()] == [(2, 4, 64), (2, 4, 36)]
    assert list(network.state_dict()) == ["first.conv.weight", "first.conv.bias"]


def test_a_size_that_no_input_tells_is_refused() -> None:
    height = symbol("H", 4)
    root = Draft("network", x=(N, 3, height * height))
    to = (N, 3, height, height)
    root.add("grid", Call("torch.Tensor.reshape", {"shape": to}), to=to)
    with pytest.raises(ValueError, match="no input tells the size `H`"):
        build(graph(root.scope()))


@every_pair
def test_a_seed_gives_the_same_weights_and_leaves_the_generator(pair: Pair) -> None:
    before = torch.random.get_rng_state()
    first, second, other = (build(pair.graph, seed=seed) for seed in (1, 1, 2))
    assert same(first.state_dict(), second.state_dict())
    assert not same(first.state_dict(), other.state_dict())
    assert torch.equal(before, torch.random.get_rng_state())


@every_pair
def test_dtype_is_that_of_floating_tensors(pair: Pair) -> None:
    network = build(pair.graph, dtype=torch.float64, seed=3)
    for name, tensor in network.state_dict().items():
        wanted = torch.int64 if name.endswith("num_batches_tracked") else torch.float64
        assert tensor.dtype == wanted
    result = network.eval()(*(each.double() for each in pair.inputs()))
    assert all(each.dtype == torch.float64 for each in _tensors(result))
    assert same(network.float().state_dict(), build(pair.graph, seed=3).state_dict())


@every_pair
def test_meta_allocates_nothing_and_can_be_filled(pair: Pair) -> None:
    network = build(pair.graph, device="meta")
    assert all(tensor.is_meta for tensor in network.state_dict().values())
    network.to_empty(device="cpu")
    weights = build(pair.graph, seed=0)
    network.load_state_dict(weights.state_dict())
    inputs = pair.inputs()
    assert same(network.eval()(*inputs), weights.eval()(*inputs))


def test_meta_builds_what_no_memory_would_hold() -> None:
    root = Draft("network", x=(N, 2**20))
    root.add("fc", linear(2**20, 2**20), to=(N, 2**20))
    rules = {"fc.weight": Initializer("normal"), "fc.bias": Initializer("zeros")}
    network = build(graph(root.scope(), rules), device="meta")
    assert network.fc.weight.numel() == 2**40


def test_rules_of_the_spec_fill_the_tensors() -> None:
    root = Draft("network", x=(N, 4))
    root.add("fc", linear(4, 4))
    rules = {"fc.weight": Initializer("eye"), "fc.bias": Initializer("constant", {"val": 0.5})}
    x = torch.randn(3, 4)
    assert torch.equal(build(graph(root.scope(), rules))(x), x + 0.5)


def test_repr_shows_what_a_block_and_a_function_are() -> None:
    shown = repr(build(PAIRS["functions"].graph))
    assert shown.startswith("Network(\n  draft\n  (stem): Sequential(\n")
    assert "Block(\n    mixer\n" in shown
    assert "Function(torch.Tensor.reshape, shape=(N, 6, H*W))" in shown


def test_an_op_result_of_which_one_element_is_wanted() -> None:
    root = Draft("network", x=(N, 4, 9))
    root.add("top", Call("torch.max", {"dim": 2}, item=1), to=(N, 4))
    x = torch.randn(2, 4, 9)
    assert torch.equal(build(graph(root.scope()))(x), x.argmax(2))


def test_unused_results_do_no_harm() -> None:
    root = Draft("network", x=(N, 4, 8, 8))
    half = (N, 2, 8, 8)
    chunks = root.add("halves", Call("torch.chunk", {"chunks": 2, "dim": 1}), outputs=(half, half))
    root.add("unread", RELU, Ref(chunks.node, 1))
    root.add("out", Call("torch.mul", arguments=(Input(0), 2)), Ref(chunks.node, 1), to=half)
    x = torch.randn(2, 4, 8, 8)
    assert torch.equal(build(graph(root.scope()))(x), x[:, 2:] * 2)


@pytest.mark.parametrize(
    ("match", "device", "initialized"),
    [("fc.nothing", "cpu", 1), ("fc.weight", "cpu", 1), ("fc.*", "cpu", 0), ("fc.x", "meta", 0)],
)
def test_what_the_rules_fill_is_not_initialized_before(
    match: str, device: str, initialized: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    own = nn.Linear.reset_parameters
    monkeypatch.setattr(nn.Linear, "reset_parameters", lambda it: (calls.append(it), own(it)))
    network = compile_spec(
        {
            "netspec": 1,
            "inputs": {"x": ["N", 4]},
            "nodes": {"block": {"chain": [{"nodes": {"fc": {"op": "linear", "out_features": 3}}}]}},
            "outputs": {"y": "block"},
            "init": [{"match": f"block.0.{match}", "fill": 0.5}],
        },
        device=device,
    )
    assert len(calls) == initialized
    if match == "fc.*":
        assert all(bool((each == 0.5).all()) for each in network.parameters())


def make_deep(depth: int) -> Graph:
    root = Draft("network", x=(N, 4))
    for index in range(depth):
        root.add(f"act{index}", RELU)
    return graph(root.scope())


@pytest.mark.parametrize("make", [lambda: make_deep(3000)], ids=["3000 nodes"])
def test_depth_needs_no_recursion(make: Callable[[], Graph]) -> None:
    x = torch.rand(1, 4)
    assert torch.equal(build(make())(x), x)
