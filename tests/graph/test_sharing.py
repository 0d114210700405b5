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


@pytest.mark.parametrize("op", ["reshape, shape: [N, 2, 128]", "expand, shape: [2, _, 4, 8, 8]"])
def test_what_takes_a_shape_can_be_shared(op: str) -> None:
    nodes = f"r: {{op: {op}}}\ny: {{share: r, from: x}}\nz: {{op: flatten, from: r}}"
    outputs = "{y: y, z: z}"
    graph = accept(spec(nodes, outputs=outputs))
    outputs_of = {node.name: node.outputs for node in graph.root.nodes}
    assert outputs_of["y"] == outputs_of["r"]
    wrong = nodes.replace("from: x", "from: x, shape: ⟦[1, 2, 3, 4]⟧")
    refuse(spec(wrong, outputs=outputs), "shape-mismatch")


def test_the_shape_of_a_use_is_its_own() -> None:
    nodes = """
    a: {op: relu, shape: [N, 4, 8, 8]}
    b: {op: max_pool, kernel_size: 2}
    y: {share: a, shape: [N, 4, 4, 4]}
    """
    (*_, y) = accept(spec(nodes)).root.nodes
    assert (y.name, y.outputs[0][1:], y.checked) == ("y", (4, 4, 4), 1)


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
