"""Free sizes: nominal, min, multiple_of, fixed sizes, and the least valid size."""

import pytest

from netspec.diagnostics import NetspecError
from tests.graph.specs import accept, refuse, shapes, spec

IMAGE = "{x: [N, 4, H, W]}"


def least(nodes: str, dims: str, inputs: str = IMAGE) -> dict[str, int]:
    return {dim.symbol.name: dim.min for dim in accept(spec(nodes, dims=dims, inputs=inputs)).dims}


def test_the_batch_is_always_there() -> None:
    (dim,) = accept(spec("y: relu")).dims
    assert (dim.symbol.name, dim.symbol.nominal, dim.min) == ("N", 1, 1)


def test_forms() -> None:
    graph = accept(
        spec(
            "y: relu",
            dims="{H: {nominal: 64, min: 8, multiple_of: 4, doc: rows}, W: 32}",
            inputs=IMAGE,
        )
    )
    by_name = {dim.symbol.name: dim for dim in graph.dims}
    assert (by_name["H"].symbol.nominal, by_name["H"].symbol.multiple_of) == (64, 4)
    assert (by_name["H"].min, by_name["H"].doc) == (8, "rows")
    assert by_name["W"].min == 1


def test_numbers_may_be_expressions_over_parameters() -> None:
    graph = accept(
        spec(
            "y: relu",
            params="{s: 4}",
            dims="{H: {nominal: 16 * s, multiple_of: s}, W: s}",
            inputs=IMAGE,
        )
    )
    assert [dim.symbol.nominal for dim in graph.dims] == [1, 64, 4]


@pytest.mark.parametrize(
    ("dims", "code"),
    [
        ("{H: ⟦0⟧, W: 8}", "invalid-dim"),
        ("{H: ⟦-8⟧, W: 8}", "invalid-dim"),
        ("{H: ⟦1.5⟧, W: 8}", "not-whole"),
        ("{H: ⟦true⟧, W: 8}", "expression-type"),
        ("{H: ⟦q⟧, W: 8}", "unknown-name"),
        ("{H: {nominal: ⟦10⟧, multiple_of: 4}, W: 8}", "invalid-dim"),
        ("{H: {nominal: ⟦10⟧, min: 12}, W: 8}", "invalid-dim"),
        ("{H: {nominal: 12, multiple_of: ⟦0⟧}, W: 8}", "invalid-dim"),
        ("{H: {nominal: 12, min: ⟦0⟧}, W: 8}", "invalid-dim"),
        ("{H: 8, W: ⟦H⟧}", "unknown-name"),
    ],
)
def test_a_dim_that_is_wrong(dims: str, code: str) -> None:
    refuse(spec("y: relu", dims=dims, inputs=IMAGE), code)


def test_two_wrong_dims_are_both_told() -> None:
    refuse(spec("y: relu", dims="{H: ⟦0⟧, W: ⟦0⟧}", inputs=IMAGE), "invalid-dim", "invalid-dim")


def test_what_follows_from_a_wrong_dim_is_no_second_error() -> None:
    refuse(
        spec(
            "a: {op: conv, out_channels: 4, kernel_size: 3, stride: 2, padding: 1}\n"
            "y: {op: upsample, scale_factor: 2, shape: [N, 4, H, W]}",
            dims="{H: {nominal: ⟦7⟧, multiple_of: 2}, W: {nominal: 8, multiple_of: 2}}",
            inputs=IMAGE,
        ),
        "invalid-dim",
    )


def test_a_window_that_fits_the_size_that_is_meant_is_no_second_error() -> None:
    nodes = "a: {op: reshape, shape: [N, 4, L / 3, 3]}\ny: {op: max_pool, kernel_size: [1000, 3]}"
    dims = "{L: {nominal: ⟦16000⟧, multiple_of: 3}}"
    refuse(spec(nodes, dims=dims, inputs="{x: [N, 4, L]}"), "invalid-dim")


def test_sizes_can_be_fixed() -> None:
    text = spec("y: {op: max_pool, kernel_size: 2}", dims="{H: 8, W: 8}", inputs=IMAGE)
    assert shapes(accept(text, dims={"H": 33, "N": 2})) == ["[2, 4, 16, floor(W/2)]"]
    assert [dim.symbol.name for dim in accept(text, dims={"H": 33, "N": 2}).dims] == ["W"]


@pytest.mark.parametrize(
    ("dims", "code"),
    [
        ({"K": 3}, "unknown-dim"),
        ({"H": 0}, "invalid-dim"),
        ({"H": 9}, "invalid-dim"),
        ({"H": 4}, "invalid-dim"),
        ({"H": "q"}, "unknown-name"),
        ({"H": True}, "expression-type"),
    ],
)
def test_fixed_sizes_are_checked(dims: dict[str, object], code: str) -> None:
    text = spec("y: relu", dims="{H: {nominal: 8, multiple_of: 2, min: 6}, W: 8}", inputs=IMAGE)
    with pytest.raises(NetspecError) as caught:
        accept(text, dims=dims)
    assert [error.code for error in caught.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("nodes", "size"),
    [
        ("y: {op: conv, out_channels: 4, kernel_size: 3}", 3),
        ("y: {op: conv, out_channels: 4, kernel_size: 3, padding: 1}", 1),
        ("y: {op: conv, out_channels: 4, kernel_size: 3, dilation: 2}", 5),
        ("y: {op: max_pool, kernel_size: 2, repeat: 5}", 32),
        ("a: {op: max_pool, kernel_size: 2}\ny: {op: conv, out_channels: 4, kernel_size: 3}", 6),
        ("y: relu", 1),
    ],
)
def test_least_size(nodes: str, size: int) -> None:
    assert least(nodes, "{H: 224, W: 224}")["H"] == size


def test_least_size_is_a_multiple() -> None:
    nodes = "y: {op: conv, out_channels: 4, kernel_size: 7}"
    assert least(nodes, "{H: {nominal: 224, multiple_of: 4}, W: 224}") == {"N": 1, "H": 8, "W": 7}


def test_least_size_is_that_of_the_most_demanding_layer() -> None:
    nodes = (
        "a: {op: conv, out_channels: 4, kernel_size: 7}\n"
        "b: {op: conv, out_channels: 4, kernel_size: 3}\ny: {op: relu}"
    )
    assert least(nodes, "{H: 64, W: 64}")["H"] == 9


@pytest.mark.parametrize("min_", [31, 32, 33])
def test_a_declared_min(min_: int) -> None:
    text = spec(
        "y: {op: max_pool, kernel_size: 2, repeat: 5}",
        dims=f"{{H: {{nominal: 224, min: ⟦{min_}⟧}}, W: 224}}",
        inputs=IMAGE,
    )
    plain = text.replace("⟦", "").replace("⟧", "")
    if min_ >= 32:
        assert {dim.symbol.name: dim.min for dim in accept(plain).dims}["H"] == min_
        return
    (error,) = refuse(text, "min-too-small")
    assert "the least valid size is 32" in error.message
    assert error.help == "write 32, or leave `min` out"
    assert error.notes == ("at H=31, the layer at <text>:6",)


def test_a_min_that_is_no_multiple_is_the_next_multiple() -> None:
    dims = "{H: {nominal: 64, min: %d, multiple_of: 2}, W: 64}"
    nodes = "y: {op: conv, out_channels: 4, kernel_size: 7}"
    assert least(nodes, dims % 7)["H"] == least(nodes, dims % 8)["H"] == 8
    (error,) = refuse(spec(nodes, dims=dims.replace("%d", "⟦5⟧"), inputs=IMAGE), "min-too-small")
    assert "has `min` 5, but the least valid size is 8" in error.message
    assert error.notes[0].startswith("at H=6, ")


HEADS = """
netspec: 1
dims: {H: {nominal: 64, min: %s}, W: 64}
inputs: {x: [N, 4, H, W]}
blocks:
  window: {params: {k}, nodes: {conv: {op: conv, out_channels: 4, kernel_size: k}}}
nodes:
  body: {op: window, k: 3}
  aux: {op: window, k: 5, from: body}
  head: {op: window, k: 3, from: body}
outputs: {y: head, aux: {from: aux, training: true}}
"""


def test_what_only_training_computes_counts_in_training_alone() -> None:
    (_, height, width) = accept(HEADS % 6).dims
    assert (height.min, height.min_in_training) == (6, 7)
    assert (width.min, width.min_in_training) == (5, 7)


def test_a_declared_min_is_that_of_both_modes() -> None:
    (_, height, _) = accept(HEADS % 9).dims
    assert (height.min, height.min_in_training) == (9, 9)
    (error,) = refuse(HEADS % "⟦4⟧", "min-too-small")
    assert "the least valid size is 5" in error.message


def test_a_network_that_is_valid_at_no_large_size_in_training() -> None:
    (error,) = refuse(
        """
netspec: 1
dims: {⟦H⟧: 4, W: 4}
inputs: {x: [N, 4, 8 - H, W], z: [N, 4]}
nodes:
  a: {op: reshape, from: x, shape: [N, 4, 8 - H, _]}
  y: {op: relu, from: z}
outputs: {y: y, a: {from: a, training: true}}
""",
        "no-least-size",
    )
    assert "on the network is valid in training: " in error.message


def test_a_size_that_cannot_be_had_at_the_nominal_size() -> None:
    refuse(
        spec("y: {op: conv, out_channels: 4, kernel_size: ⟦9⟧}", dims="{H: 8, W: 8}", inputs=IMAGE),
        "invalid-size",
    )


def test_a_network_that_is_valid_at_no_large_size() -> None:
    (error,) = refuse(
        spec(
            "a: {op: reshape, shape: [N, 4, 8 - H, _]}\ny: {op: relu}",
            dims="{⟦H⟧: 4, W: 4}",
            inputs="{x: [N, 4, 8 - H, W]}",
        ),
        "no-least-size",
    )
    assert "`H`" in error.message


def test_weights_and_conditions_and_repeats_may_not_depend_on_a_free_dim() -> None:
    dims = {"dims": "{H: 8, W: 8}", "inputs": IMAGE}
    refuse(spec("y: {op: conv, out_channels: ⟦H⟧, kernel_size: 1}", **dims), "free-dim")
    refuse(spec("y: {op: ⟦linear⟧, out_features: 3}", **dims), "free-dim")
    refuse(spec("y: {op: relu, when: ⟦x.height > 4⟧}", **dims), "free-dim")
    refuse(spec("y: {op: relu, repeat: ⟦x.width⟧}", **dims), "free-dim")
    refuse(spec("y: {op: conv, out_channels: ⟦N⟧, kernel_size: 1}", **dims), "free-dim")


def test_sizes_that_only_reshape_may_depend_on_a_free_dim() -> None:
    graph = accept(
        spec(
            "a: {op: upsample, size: [2 * H, W + 1]}\n"
            "y: {op: reshape, shape: [N, 4, 2 * H * (W + 1)]}",
            dims="{H: 8, W: 8}",
            inputs=IMAGE,
        )
    )
    assert shapes(graph, "a") == ["[N, 4, 2*H, W + 1]"]


def test_a_dim_may_be_used_twice_and_in_sums() -> None:
    graph = accept(
        spec(
            "y: {op: concat, from: [a, b]}",
            dims="{H: 8}",
            inputs="{a: [N, H, H + 2], b: [N, 4, H + 2]}",
        )
    )
    assert shapes(graph) == ["[N, H + 4, H + 2]"]
