"""`netspec transfer`: a whole file for the new spec, with all that has a place in it."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from netspec import compile_spec
from netspec.backends.torch import transfer as backend
from tests.cli.samples import GOOD

NET = """\
netspec: 1
name: net
params: {width: 8}
inputs: {x: [N, 3, 8, 8]}
nodes:
  stem: [{op: conv, out_channels: width, kernel_size: 3}, relu]
  body: {op: conv, out_channels: width, kernel_size: 1, bias: false}
  norm: batch_norm
  head: [flatten, {op: linear, out_features: 5}]
outputs: {y: head}
"""

ADDING_ZERO = """\
  extra: {op: conv, out_channels: 8, kernel_size: 3, padding: 1}
  sum: {op: add, from: [norm, extra]}
  head:"""

SAME_OUTPUTS = {
    "zero residual": NET.replace("  head:", ADDING_ZERO) + 'init: [{match: "extra.*", fill: 0}]\n',
    "renamed": NET.replace("body:", "middle:").replace("norm:", "bn:"),
    "placed": NET.replace("  norm: batch_norm", "  norm: {op: batch_norm, at: after.0}"),
    "inserted": NET.replace("kernel_size: 3}, relu", "kernel_size: 3}, {op: dropout, p: 0}, relu"),
    "wrapped": NET.replace("  norm: batch_norm", "  norm: [batch_norm]"),
    "shifted": NET.replace("[flatten, {", "[{op: dropout, p: 0.0}, flatten, {"),
}


@pytest.fixture
def net(folder: Path) -> Path:
    """`net.yaml`, and weights of it that no seed gives."""
    (folder / "net.yaml").write_text(NET)
    state = compile_spec(folder / "net.yaml", seed=3).state_dict()
    save_file(
        {key: value + 0.1 if value.is_floating_point() else value for key, value in state.items()},
        folder / "net.safetensors",
    )
    return folder


def run(folder: Path, name: str, weights: str) -> torch.Tensor:
    model = compile_spec(folder / name, weights=folder / weights).eval()
    image = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return model(image)


TRANSFER = ("transfer", "net.safetensors", "--from", "net.yaml", "--to", "new.yaml", "-o")


@pytest.mark.parametrize("how", SAME_OUTPUTS)
def test_a_network_that_computes_the_same_gives_equal_outputs(netspec, net: Path, how: str) -> None:
    (net / "new.yaml").write_text(SAME_OUTPUTS[how])
    result = netspec(*TRANSFER, "new.safetensors", "--seed", "7")
    assert (result.status, result.err) == (0, "")
    before, after = run(net, "net.yaml", "net.safetensors"), run(net, "new.yaml", "new.safetensors")
    assert torch.equal(before, after)


def test_a_tensor_that_is_not_moved_is_caught(netspec, net: Path, monkeypatch) -> None:
    monkeypatch.setattr(backend, "transfer", lambda old, new, sources, without: ())
    with pytest.raises(AssertionError):
        test_a_network_that_computes_the_same_gives_equal_outputs(netspec, net, "renamed")


def test_what_has_no_source_gets_the_initial_values_of_the_seed(netspec, net: Path) -> None:
    new = NET.replace("out_features: 5", "out_features: 7") + "init: [{op: linear, fill: 0.5}]\n"
    (net / "new.yaml").write_text(
        new.replace("  head:", "  extra: {op: conv, out_channels: 8, kernel_size: 1}\n  head:")
    )
    result = netspec(*TRANSFER, "new.safetensors", "--seed", "7")
    lines = result.out.splitlines()
    assert lines[0] == "new.safetensors: 12 tensors"
    assert lines[1:] == [
        "  8 under their name",
        "  4 left at initialization: extra.weight, extra.bias, head.1.weight and 1 more",
        "  2 of net.safetensors with another shape there: head.1.weight 5×288 → 7×288, "
        "head.1.bias 5 → 7",
    ]
    got, seeded = (
        load_file(net / "new.safetensors"),
        compile_spec(net / "new.yaml", seed=7).state_dict(),
    )
    assert torch.equal(got["extra.weight"], seeded["extra.weight"])
    assert torch.equal(got["head.1.bias"], torch.full((7,), 0.5))
    assert torch.equal(got["body.weight"], load_file(net / "net.safetensors")["body.weight"])
    assert netspec("build", "new.yaml", "--weights", "new.safetensors").status == 0


def test_what_is_gone_is_told(netspec, net: Path) -> None:
    (net / "new.yaml").write_text(NET.replace("  norm: batch_norm\n", ""))
    out = netspec(*TRANSFER, "new.safetensors").out
    assert "  5 of net.safetensors without a place there: norm.weight, norm.bias" in out


def test_one_spec_with_two_settings(netspec, net: Path) -> None:
    arguments = ("transfer", "net.safetensors", "--from", "net.yaml", "--vs", "width=4")
    assert netspec(*arguments, "-o", "new.safetensors").status == 0
    assert load_file(net / "new.safetensors")["body.weight"].shape == (4, 4, 1, 1)


def test_weights_that_do_not_fit(netspec, net: Path) -> None:
    (net / "new.yaml").write_text(GOOD)
    arguments = ("transfer", "net.safetensors", "--from", "new.yaml", "--to", "net.yaml", "-o")
    result = netspec(*arguments, "out.safetensors")
    assert result.status == 1 and "2 of 2 tensors are missing" in result.err
    assert not (net / "out.safetensors").exists()


def test_a_pickle_is_refused(netspec, net: Path) -> None:
    torch.save({}, net / "net.pt")
    (net / "new.yaml").write_text(NET)
    result = netspec("transfer", "net.pt", *TRANSFER[2:], "out.safetensors")
    assert result.status == 1 and "net.pt is a pickle" in result.err


def test_a_file_that_exists_is_kept(netspec, net: Path) -> None:
    (net / "new.yaml").write_text(NET)
    (net / "out.safetensors").write_bytes(b"mine")
    assert netspec(*TRANSFER, "out.safetensors").status == 2
    assert (net / "out.safetensors").read_bytes() == b"mine"
    assert netspec(*TRANSFER, "out.safetensors", "--force", "-q").out == ""
    assert len(load_file(net / "out.safetensors")) == len(load_file(net / "net.safetensors"))


def test_errors_of_a_spec(netspec, net: Path) -> None:
    result = netspec(
        "transfer", "net.safetensors", "--from", "net.yaml", "--to", "bad.yaml", "-o", "o"
    )
    assert result.status == 1 and "shape-mismatch" in result.err and not (net / "o").exists()


def test_usage(netspec, net: Path) -> None:
    result = netspec("transfer", "net.safetensors", "--from", "net.yaml", "-o", "o")
    assert result.status == 2 and "name a second spec" in result.err
