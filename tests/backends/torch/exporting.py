"""A network with all that an export must keep, and ops that no export can write."""

from textwrap import dedent

import torch
from torch import Tensor, nn

import netspec
from netspec.backends.torch.module import Network
from netspec.checked import Checked
from netspec.ops import Call, Inputs, Op, Shape, register_op

SPEC = """\
netspec: 1
name: net
dims: {H: {nominal: 32, min: 8, multiple_of: 4}, W: 24}
inputs: {left: [N, 3, H, W], right: [N, 3, H, W]}
blocks:
  stem:
    chain:
      - {op: conv, out_channels: 4, kernel_size: 3, stride: 2, padding: 1}
      - batch_norm
      - {op: max_pool, kernel_size: 3, stride: 2, ceil_mode: true}
nodes:
  stem: {op: stem, from: left}
  other: {share: stem, from: right}
  sum: {op: add, from: [stem, other]}
  aux: [{op: adaptive_avg_pool, output_size: 1}, flatten, {op: linear, out_features: 2}]
  pool: {op: adaptive_avg_pool, from: sum, output_size: 3}
  head: [flatten, {op: linear, out_features: 5}]
outputs:
  add: sum
  aux: {from: aux, training: true}
  left: head
  again: head
  right: right
"""


def network(spec: str = SPEC) -> tuple[Network, Checked]:
    """In training mode, with statistics of its own."""
    model = netspec.compile_spec(netspec.Text(spec), seed=0)
    for key, tensor in model.state_dict().items():
        if "running" in key:
            tensor.uniform_(0.5, 1.5, generator=torch.Generator().manual_seed(1))
    return model, netspec.check_spec(netspec.Text(spec))


class Moody(nn.Module):
    """What it computes depends on the numbers."""

    def forward(self, x: Tensor) -> Tensor:
        return x if float(x.sum()) > 0 else -x


class Odd(nn.Module):
    """What it computes depends on the remainder of a size."""

    def forward(self, x: Tensor) -> Tensor:
        return x if x.shape[3] % 2 else x + 1


class Bessel(nn.Module):
    """ONNX lacks it."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.special.bessel_j0(x)


def register(kind: type[nn.Module]) -> str:
    """An op of this module's; its name."""
    name = kind.__name__.lower()

    class Own(Op):
        __doc__ = dedent(
            f"""\
            The same: x [N, *] -> [N, *].

            Example:

                netspec: 1
                name: example
                inputs: {{x: [N, 3]}}
                nodes: {{y: {{op: {name}, shape: [N, 3]}}}}
                outputs: {{y: y}}
            """
        )

        def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
            return (inputs[0],)

        def lower(self, inputs: Inputs) -> Call:
            return Call(f"{kind.__module__}.{kind.__name__}")

    Own.name = name
    register_op(Own)
    return name


def using(op: str) -> str:
    """A spec whose line 7 applies the op."""
    return SPEC.replace("  stem:\n", "  stem:\n", 1).replace(
        "      - batch_norm\n", f"      - batch_norm\n      - {op}\n"
    )
