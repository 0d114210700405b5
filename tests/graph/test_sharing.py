"""Shared modules: weights and modules must be equal, functions may see other sizes."""

import pytest

import netspec
from tests.graph.specs import accept, keys, refuse, spec

HEAD = """
head:
  params: {k: 6}
  nodes:
    conv: {op: conv, out_channels: k, kernel_size: 3, padding: 1}
    flat: {op: reshape, shape: "[N, x.height * x.width * 2, k // 2]"}
"""
LEVELS = """
a: {op: head}
pool: {op: max_pool, kernel_size: 2, from: x}
b: {share: a}
y: {op: concat, from: [a, b], shape: [N, 160, 3]}
"""


def test_a_head_that_reshapes_at_two_levels() -> None:
    head = HEAD.replace(
        '"[N, x.height * x.width * 2, k // 2]"', "[N, x.height * x.width * 2, k // 2]"
    )
    text = spec(LEVELS, blocks=head)
    assert keys(accept(text)) == ["a.conv.weight", "a.conv.bias"]
    torch = pytest.importorskip("torch")
    model = netspec.compile_spec(netspec.Text(text)).eval()
    x = torch.randn(2, 4, 8, 8)
    y = model(x)
    conv = model.a.conv
    pooled = torch.nn.functional.max_pool2d(x, 2)
    wanted = torch.cat([conv(x).reshape(2, 128, 3), conv(pooled).reshape(2, 32, 3)], 1)
    assert torch.equal(y, wanted)


@pytest.mark.parametrize(
    "second",
    ["{op: max_pool, kernel_size: 2, from: x}", "{op: relu, from: x}"],
)
def test_sizes_that_no_weight_depends_on_may_differ(second: str) -> None:
    accept(
        spec(
            f"a: {{op: conv, out_channels: 4, kernel_size: 1}}\nb: {second}\n"
            f"c: {{share: a}}\ny: {{op: flatten}}\nz: {{op: flatten, from: a}}",
            outputs="{y: y, z: z}",
        )
    )


def test_a_module_with_other_sizes_is_another_module() -> None:
    refuse(
        spec(
            "a: {op: layer_norm}\nb: {op: max_pool, kernel_size: 2, from: x}\n"
            "y: {share: ⟦a⟧}\nz: {op: flatten, from: a}",
            inputs="{x: [N, 4, 8]}",
            outputs="{y: y, z: z}",
        ),
        "share-mismatch",
    )
