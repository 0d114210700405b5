"""Sizes that are wanted at run time must be in an input."""

import pytest
import torch

import netspec
from netspec.diagnostics import NetspecError
from netspec.pipeline import Text

SPEC = """\
netspec: 1
name: net
dims: {{H: 4}}
inputs: {{x: {shape}, y: [1, 3, H, 1]}}
blocks:
  wide:
    nodes: {{z: {{op: expand, shape: [_, _, _, {size}]}}}}
nodes:
  sum: {{op: mean, from: x, dim: 0}}
  wide: {{op: wide, from: y}}
outputs: {{wide: wide, sum: sum}}
"""


def test_a_size_that_no_input_tells() -> None:
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(Text(SPEC.format(shape="[2, 5]", size="N")))
    (found,) = caught.value.diagnostics
    assert found.code == "unbound-dim"
    assert found.message == "`wide` needs the size `N` when it runs, and no input tells it"
    assert found.span.line == 10


@pytest.mark.parametrize(
    ("shape", "size"), [("[N, 5]", "N"), ("[2 * N + 1, 5]", "N"), ("[2, 5]", "H"), ("[2, 5]", "7")]
)
def test_one_that_an_input_tells(shape: str, size: str) -> None:
    spec = Text(SPEC.format(shape=shape, size=size))
    model = netspec.compile_spec(spec)
    numbers = {"N": 1, "H": 6, "7": 7}
    image = torch.zeros({"[2, 5]": 2, "[N, 5]": 1, "[2 * N + 1, 5]": 3}[shape], 5)
    assert model(image, torch.zeros(1, 3, 6, 1))["wide"].shape == (1, 3, 6, numbers[size])
