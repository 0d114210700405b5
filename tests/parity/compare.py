"""What it means that a spec is equal to its original, and how mistakes are planted.

`check_*` raise AssertionError. `mine` is what the spec compiles to, `reference` the original;
a `build` is called to make a model, so that it can be made on the meta device.
"""

import math
import re
from collections import Counter
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

import netspec
from netspec import zoo
from tests.parity.weights import flip, images, outputs, weights

Build = Callable[[], nn.Module]
ACTIVATIONS = {"relu", "hardtanh", "leaky_relu", "silu", "sigmoid", "hardswish", "elu", "gelu"}
SIZES = re.compile(r"(?<=\bshape: \[N, )([^],]+, )[^]]*\]")
SEEN = 1e-4
"""A mistake must move an output by at least this share of the yardstick: ten times what is
allowed where equality is not to the last bit."""


def on_meta(build: Build) -> nn.Module:
    """A model without memory or weights."""
    with torch.device("meta"):
        return build()


def check_keys(mine: nn.Module, reference: nn.Module) -> None:
    """The same keys in the same order, with the same shapes and dtypes."""
    ours, theirs = (
        [(key, tuple(value.shape), value.dtype) for key, value in model.state_dict().items()]
        for model in (mine, reference)
    )
    assert ours == theirs


def check_cost(checked: netspec.Checked, reference: nn.Module, *shape: int) -> None:
    """Parameters, and multiply-accumulates of the reference in eval mode, both on meta."""
    assert checked.parameters == sum(tensor.numel() for tensor in reference.parameters())
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        reference.eval()(torch.empty(shape, device="meta"))
    assert 2 * checked.macs == counter.get_total_flops()


class _Activations(TorchDispatchMode):
    """Counts activations by torch's names, in which a trailing `_` means in place."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        name = func.overloadpacket.__name__
        if name.removesuffix("_") in ACTIVATIONS:
            self.seen[name] += 1
        return func(*args, **(kwargs or {}))


def check_activations(mine: nn.Module, reference: nn.Module, *shape: int) -> None:
    """As many activations of each kind, in place where the reference's are; both on meta."""
    seen = []
    for model in (mine, reference):
        with _Activations() as counter, torch.no_grad():
            model.eval()(torch.empty(shape, device="meta"))
        seen.append(counter.seen)
    assert seen[0] == seen[1]
    assert seen[0]


def load(mine: nn.Module, reference: nn.Module) -> None:
    """Gives both the deterministic weights, strictly; and memory, if they are on meta."""
    state = weights(reference)
    for model in (mine, reference):
        if next(model.parameters()).is_meta:
            model.to_empty(device="cpu")
        model.load_state_dict(state, strict=True)


def check_same(ours: list[Tensor], theirs: list[Tensor]) -> None:
    """Equal to the last bit, and finite."""
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert bool(other.isfinite().all())
        assert torch.equal(mine, other), f"they differ by {_distance(mine, other)}"


def check_eval(mine: nn.Module, reference: nn.Module, batch: Tensor) -> None:
    """The same outputs in eval mode, to the last bit."""
    load(mine, reference)
    with torch.no_grad():
        check_same(outputs(mine.eval(), batch), outputs(reference.eval(), batch))


def share(mine: nn.Module, reference: nn.Module, batch: Tensor) -> float:
    """The largest difference of outputs in eval mode, as a share of the yardstick."""
    load(mine, reference)
    with torch.no_grad():
        ours, theirs = outputs(mine.eval(), batch), outputs(reference.eval(), batch)
        yardstick = flip(reference, batch)
    assert len(ours) == len(theirs)
    assert yardstick > 0
    assert all(bool(tensor.isfinite().all()) for tensor in theirs)
    return max(_distance(*pair) for pair in zip(ours, theirs, strict=True)) / yardstick


def _distance(mine: Tensor, other: Tensor) -> float:
    if mine.shape != other.shape:
        return math.inf
    return float((mine.detach() - other.detach()).abs().max())


def check_training(
    mine: nn.Module, reference: nn.Module, batch: Tensor, *, rate: float = 0.01
) -> None:
    """Training mode: the same outputs, and the same weights and statistics after a step of SGD."""
    load(mine, reference)
    before = {key: tensor.clone() for key, tensor in reference.state_dict().items()}
    check_same(_step(mine, batch, rate), _step(reference, batch, rate))
    ours, theirs = mine.state_dict(), reference.state_dict()
    for key, tensor in theirs.items():
        assert torch.equal(ours[key], tensor), key
    moved = [key for key, tensor in theirs.items() if not torch.equal(tensor, before[key])]
    assert len(moved) > len(before) // 2  # the step was one


def _step(model: nn.Module, batch: Tensor, rate: float) -> list[Tensor]:
    torch.manual_seed(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    results = outputs(model.train(), batch)
    torch.stack([result.square().mean() for result in results]).sum().backward()
    optimizer.step()
    return [result.detach() for result in results]


def check_distribution(mine: nn.Module, reference: nn.Module, sample: int = 10_000) -> None:
    """Initial weights come from the same distributions, tensor by tensor; both freshly built.

    Kolmogorov and Smirnov's test of two samples at a level of 1e-7; constant tensors must be equal.
    """
    theirs = reference.state_dict()
    for key, value in mine.state_dict().items():
        ours, others = value.flatten(), theirs[key].flatten()
        if bool((others == others[0]).all()):
            assert torch.equal(ours, others), key
            continue
        ours, others = (_some(tensor, sample) for tensor in (ours, others))
        points = torch.cat([ours, others])
        steps = torch.cat([torch.ones_like(ours), -torch.ones_like(others)]) / len(ours)
        gap = float(steps[points.argsort()].cumsum(0).abs().max())
        assert gap < 2.9 * math.sqrt(2 / len(ours)), f"{key}: {gap}"


def _some(tensor: Tensor, count: int) -> Tensor:
    return tensor[:: max(1, len(tensor) // count)].double().sort().values


def planted(name: str, *edits: tuple[str, str]) -> netspec.Text:
    """A spec of the zoo with mistakes: each edit replaces one text wherever it stands.

    Heights and widths that the spec declares are taken out, so that it is the comparison that must
    see the mistake and not the checker.
    """
    path = zoo.find(name)
    assert path is not None
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, f"{name} no longer says {old!r}"
        text = text.replace(old, new)
    return netspec.Text(SIZES.sub(r"\1_, _]", text), name)


def check_power(spec: netspec.Text, reference: nn.Module, *shape: int) -> None:
    """A spec with a planted mistake has all keys of the reference, and is still told apart."""
    mine = netspec.compile_spec(spec, device="meta")
    check_keys(mine, reference)
    assert share(mine, reference, images(*shape)) > SEEN
