"""Channel affine maps in the weights of the convolution beside them."""

import pytest

from netspec.backends.torch import recipes
from netspec.passes.fold import fold_into_convolutions
from tests.passes.proving import Proof

AFTER = {
    "conv": "{op: conv, out_channels: 6, kernel_size: 3, padding: 1, bias: false}",
    "conv with bias": "{op: conv, out_channels: 6, kernel_size: 3, stride: 2}",
    "continued": "{op: conv, out_channels: 6, kernel_size: 3, padding: 1, padding_mode: circular}",
    "groups": "{op: conv, out_channels: 6, kernel_size: 3, groups: 2}",
    "depthwise": "{op: conv, out_channels: 4, kernel_size: 3, groups: 4}",
    "transposed": "{op: conv_transpose, out_channels: 6, kernel_size: 2, stride: 2}",
    "its groups": "{op: conv_transpose, out_channels: 6, kernel_size: 3, groups: 2}",
}
BEFORE = {
    "conv": "{op: conv, out_channels: 6, kernel_size: 3}",
    "groups": "{op: conv, out_channels: 6, kernel_size: 1, groups: 2, bias: false}",
    "valid": "{op: conv, out_channels: 6, kernel_size: 3, padding: valid}",
}
REFUSED = {
    "padded": "{op: conv, out_channels: 6, kernel_size: 3, padding: 1}",
    "continued": "{op: conv, out_channels: 6, kernel_size: 3, padding: 1, padding_mode: circular}",
    "same": "{op: conv, out_channels: 6, kernel_size: 3, padding: same}",
    "transposed": "{op: conv_transpose, out_channels: 6, kernel_size: 2, stride: 2}",
}


def proof(nodes: str, outputs: str = "y") -> Proof:
    spec = f"inputs: {{x: [N, 4, 8, 8]}}\nnodes:\n{nodes}outputs: {{y: {outputs}}}\n"
    return Proof(spec, [fold_into_convolutions])


@pytest.mark.parametrize("host", AFTER.values(), ids=AFTER)
@pytest.mark.parametrize("affine", ["batch_norm", "{op: scale, factor: 0.2}"])
def test_a_map_after(host: str, affine: str) -> None:
    found = proof(f"  c: {host}\n  y: {affine}\n")
    assert found.last.done == ("y into c",)
    assert found.kinds[0].startswith("Conv") and len(found.kinds) == 1
    assert found.holds()


@pytest.mark.parametrize("host", BEFORE.values(), ids=BEFORE)
def test_a_map_before(host: str) -> None:
    found = proof(f"  n: batch_norm\n  y: {host}\n")
    assert found.last.done == ("n into y",)
    assert found.holds()


@pytest.mark.parametrize("host", REFUSED.values(), ids=REFUSED)
def test_padding_does_not_take_in_a_map_before(host: str) -> None:
    found = proof(f"  n: batch_norm\n  y: {host}\n")
    assert found.last.done == ()
    assert found.last.skipped[0].reason == "it reads an input of the network"
    assert found.holds()


def test_maps_after_each_other_and_on_both_sides() -> None:
    found = proof(
        "  a: batch_norm\n  c: {op: conv, out_channels: 6, kernel_size: 3}\n"
        "  n: batch_norm\n  y: {op: scale, factor: -2}\n"
    )
    assert found.last.done == ("a into c", "n into c", "y into c")
    assert found.holds()


def test_linear_maps() -> None:
    spec = "inputs: {x: [N, 5]}\nnodes:\n  a: batch_norm\n  l: {op: linear, out_features: 3}\n"
    found = Proof(f"{spec}  y: batch_norm\noutputs: {{y: y}}\n", [fold_into_convolutions])
    assert found.kinds == ["Linear"]
    assert found.holds()


def test_a_linear_map_of_a_sequence_has_its_channels_elsewhere() -> None:
    spec = "inputs: {x: [N, 3, 5]}\nnodes:\n  l: {op: linear, out_features: 3}\n  y: batch_norm\n"
    found = Proof(f"{spec}outputs: {{y: y}}\n", [fold_into_convolutions])
    assert found.last.done == ()
    assert found.holds()


CONV = "{op: conv, out_channels: 4, kernel_size: 1}"
SKIPPED = {
    "it reads an input": ("  y: batch_norm\n", "it reads an input of the network"),
    "a pool": (
        "  p: {op: max_pool, kernel_size: 2}\n  y: batch_norm\n",
        "`torch.nn.MaxPool2d`, which it reads, has no weights that take it in",
    ),
    "another reader": (
        f"  c: {CONV}\n  n: batch_norm\n  y: {{op: add, from: [c, n]}}\n",
        "`c`, which it reads, has other readers",
    ),
    "shared convolution": (
        f"  c: {CONV}\n  n: batch_norm\n  d: {{share: c}}\n  y: {{op: add, from: [n, d]}}\n",
        "`c`, which it reads, shares its weights",
    ),
    "shared norm": (
        f"  c: {CONV}\n  n: batch_norm\n  d: {CONV}\n  y: {{share: n}}\n",
        "it shares its weights",
    ),
    "statistics of the batch": (
        f"  c: {CONV}\n  y: {{op: batch_norm, track_running_stats: false}}\n",
        "it takes statistics of the batch in evaluation too",
    ),
}


@pytest.mark.parametrize(("nodes", "reason"), SKIPPED.values(), ids=SKIPPED)
def test_what_is_not_safe_is_skipped_and_told(nodes: str, reason: str) -> None:
    found = proof(nodes)
    assert found.last.done == ()
    assert reason in {skip.reason for skip in found.last.skipped}
    assert found.holds()


def test_an_output_in_between_stays() -> None:
    nodes = f"  c: {CONV}\n  n: batch_norm\n"
    spec = f"inputs: {{x: [N, 4, 8, 8]}}\nnodes:\n{nodes}outputs: {{c: c, n: n}}\n"
    found = Proof(spec, [fold_into_convolutions])
    assert found.last.done == ()
    assert found.holds()


FAULTS = {
    "_fold_after": AFTER["groups"],
    "_fold_after_transposed": AFTER["its groups"],
}


@pytest.mark.parametrize(("fold", "host"), FAULTS.items(), ids=FAULTS)
def test_a_fault_is_seen(fold: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(recipes, fold)
    monkeypatch.setattr(
        recipes, fold, lambda weight, factor, groups: right(weight, factor.flip(0), groups)
    )
    assert not proof(f"  c: {host}\n  y: batch_norm\n").holds()


def test_a_fault_in_the_shift_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = recipes._fold_before

    def wrong(*arguments):  # type: ignore[no-untyped-def]
        weight, bias = right(*arguments)
        return weight, bias - 0.1

    monkeypatch.setattr(recipes, "_fold_before", wrong)
    assert not proof(f"  n: batch_norm\n  y: {BEFORE['groups']}\n").holds()
