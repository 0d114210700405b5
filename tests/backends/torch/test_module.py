"""What is done with ordinary modules works with ours: copies, traces, compilers."""

import copy
import io
import pickle
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from netspec.backends.torch import module as modules
from netspec.backends.torch.build import build
from netspec.backends.torch.module import Network
from netspec.graph.ir import Ref
from netspec.shape import symbol
from tests.backends.torch.drafts import Draft, graph, linear
from tests.backends.torch.networks import PAIRS, Pair, same

every_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
both_modes = pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
SIZES = ((2, 16, 16), (3, 7, 10))


def saved_and_loaded(network: nn.Module) -> nn.Module:
    stream = io.BytesIO()
    torch.save(network, stream)
    stream.seek(0)
    loaded: nn.Module = torch.load(stream, weights_only=False)
    return loaded


COPIES: dict[str, Callable[[nn.Module], nn.Module]] = {
    "pickle": lambda network: pickle.loads(pickle.dumps(network)),
    "deepcopy": copy.deepcopy,
    "save and load": saved_and_loaded,
}


def agrees(network: nn.Module, other: Callable[..., object], pair: Pair) -> bool:
    """Whether both give the same numbers, from the same running statistics on."""
    state = copy.deepcopy(network.state_dict())
    for sizes in SIZES:
        inputs = pair.inputs(*sizes)
        network.load_state_dict(state)
        wanted = network(*inputs)
        network.load_state_dict(state)
        if isinstance(other, nn.Module) and other is not network:
            other.load_state_dict(state, strict=False)
        if not same(other(*inputs), wanted):
            return False
    return True


@every_pair
@pytest.mark.parametrize("make_copy", COPIES.values(), ids=COPIES)
def test_copies_are_equal_and_independent(
    pair: Pair, make_copy: Callable[[nn.Module], nn.Module]
) -> None:
    network = build(pair.graph)
    made = make_copy(network)
    assert isinstance(made, Network)
    assert repr(made) == repr(network)
    assert same(made.state_dict(), network.state_dict())
    for training in (True, False):
        assert agrees(network.train(training), made.train(training), pair)
    for parameter in made.parameters():
        nn.init.constant_(parameter, 0.1)
    assert not same(made.eval()(*pair.inputs()), network.eval()(*pair.inputs()))


@every_pair
def test_a_pickle_holds_no_graph(pair: Pair) -> None:
    data = pickle.dumps(build(pair.graph, device="meta"))
    for name in (b"netspec.graph.ir", b"netspec.diagnostics", b"pydantic", b"Anything"):
        assert name not in data


@both_modes
@every_pair
def test_symbolic_trace(pair: Pair, training: bool) -> None:
    network = build(pair.graph).train(training)
    traced = torch.fx.symbolic_trace(network)
    assert agrees(network, traced, pair)


def test_the_trace_names_the_input() -> None:
    traced = torch.fx.symbolic_trace(build(PAIRS["residual"].graph))
    assert [node.name for node in traced.graph.nodes if node.op == "placeholder"] == ["image"]
    called = [node.target for node in traced.graph.nodes if node.op == "call_module"]
    assert "layer1.0.conv_path.0" in called


@both_modes
@every_pair
def test_compile_without_a_break(pair: Pair, training: bool) -> None:
    network = build(pair.graph).train(training)
    compiled = torch.compile(copy.deepcopy(network), fullgraph=True, backend="eager")
    assert agrees(network, compiled, pair)


@both_modes
@every_pair
def test_compile_with_symbolic_sizes(pair: Pair, training: bool) -> None:
    """The numbers of a plan stay numbers, though all sizes are symbols."""
    network = build(pair.graph).train(training)
    compiled = torch.compile(copy.deepcopy(network), fullgraph=True, backend="eager", dynamic=True)
    assert agrees(network, compiled, pair)


def test_many_networks_can_be_compiled_in_one_program() -> None:
    """torch.compile allows few versions of one code object."""
    x = torch.randn(2, 4)
    for width in range(1, 2 + torch._dynamo.config.cache_size_limit):
        root = Draft("network", x=(symbol("N"), 4))
        root.add("fc", linear(4, width), to=(symbol("N"), width))
        network = build(graph(root.scope()))
        compiled = torch.compile(network, fullgraph=True, backend="eager", dynamic=False)
        assert torch.equal(compiled(x), network(x))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Skipping serialization:UserWarning")  # of torch 2.6
@both_modes
@every_pair
def test_compile_with_the_default_backend(pair: Pair, training: bool) -> None:
    network = build(pair.graph).train(training)
    compiled = torch.compile(network, fullgraph=True)
    inputs = pair.inputs()
    state = copy.deepcopy(network.state_dict())
    wanted = network(*inputs)
    network.load_state_dict(state)
    torch.testing.assert_close(compiled(*inputs), wanted)


def exported(network: nn.Module, pair: Pair, *, free: bool) -> Callable[..., object]:
    shapes = None
    if free:
        names = {0: "batch", 2: "height", 3: "width"}
        # At width 2 an interpolation to (2 + 1) // 2 = 1 is a case of its own to torch.
        sizes = {
            i: torch.export.Dim(name, min=2 if i == 0 else 3, max=512) for i, name in names.items()
        }
        each = (sizes,) * len(pair.channels)
        shapes = each if len(each) == 1 else (each,)
    program = torch.export.export(network, pair.inputs(), dynamic_shapes=shapes)
    made: nn.Module = program.module()
    return made


@both_modes
@every_pair
def test_export_with_free_sizes(pair: Pair, training: bool) -> None:
    network = build(pair.graph).train(training)
    assert agrees(network, exported(network, pair, free=True), pair)


@every_pair
def test_export_at_one_size(pair: Pair) -> None:
    network = build(pair.graph).eval()
    inputs = pair.inputs()
    assert same(exported(network, pair, free=False)(*inputs), network(*inputs))


def test_a_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = PAIRS["heads"]
    network = build(pair.graph).eval()
    wrong = copy.deepcopy(network)
    nn.init.ones_(wrong.trunk.conv_path[0].weight)
    assert not agrees(network, lambda *inputs: wrong(*inputs), pair)
    present = modules._present
    monkeypatch.setattr(modules, "_present", lambda *outputs: present(*outputs)[::-1])
    assert not agrees(network, build(pair.graph).eval(), pair)


def test_outputs_come_in_the_written_order_and_by_mode() -> None:
    network = build(PAIRS["heads"].graph)
    inputs = PAIRS["heads"].inputs()
    assert list(network(*inputs)) == ["tokens", "other", "aux"]
    assert list(network.eval()(*inputs)) == ["tokens", "other"]


def test_one_output_in_the_present_mode_is_a_tensor() -> None:
    root = Draft("network", x=(symbol("N"), 4))
    fc = root.add("fc", linear(4, 2), to=(symbol("N"), 2))
    aux = root.add("aux", linear(2, 3), to=(symbol("N"), 3), training=True)
    network = build(graph(root.scope(logits=fc, aux=aux, training=("aux",))))
    x = torch.randn(2, 4)
    assert list(network(x)) == ["logits", "aux"]
    assert isinstance(network.eval()(x), Tensor)


def test_a_block_with_a_training_output_gives_none_for_it_in_evaluation() -> None:
    n = symbol("N")
    block = Draft("block", "inner", x=(n, 4))
    fc = block.add("fc", linear(4, 2), to=(n, 2))
    aux = block.add("aux", linear(2, 3), to=(n, 3), training=True)
    root = Draft("network", x=(n, 4))
    inner = root.add("inner", block.scope(logits=fc, aux=aux, training=("aux",)))
    head = root.add("head", linear(3, 3), Ref(inner.node, 1), training=True)
    network = build(graph(root.scope(logits=inner, head=head, training=("head",))))
    x = torch.randn(2, 4)
    assert list(network(x)) == ["logits", "head"]
    assert torch.equal(network.eval()(x), network.inner.fc(x))
    assert network.inner(x)[1] is None


def test_the_wrong_number_of_inputs() -> None:
    network = build(PAIRS["heads"].graph)
    x = torch.zeros(1, 4, 8, 8)
    for inputs, named, told in (
        ([x], {}, "not 1"),
        ([x, x, x], {}, "not 3"),
        ([x], {"other": x}, "not 1, `other`"),
        ([x, x], {"right": x}, "not 2, `right`"),
    ):
        with pytest.raises(TypeError) as caught:
            network(*inputs, **named)
        assert str(caught.value) == f"`draft` reads 2 inputs, `left`, `right`, {told}"


def test_inputs_may_be_passed_by_name() -> None:
    pair = PAIRS["heads"]
    network = build(pair.graph).eval()
    left, right = pair.inputs()
    expected = network(left, right)
    for found in (network(right=right, left=left), network(left, right=right)):
        assert all(map(torch.equal, found.values(), expected.values()))
    assert not torch.equal(network(right=left, left=right)["other"], expected["other"])
    single = build(PAIRS["residual"].graph)
    (image,) = PAIRS["residual"].inputs()
    copied = pickle.loads(pickle.dumps(single)).eval()
    assert torch.equal(copied(image=image), single.eval()(image))
    with pytest.raises(TypeError, match="unexpected keyword argument 'picture'"):
        single(picture=image)
