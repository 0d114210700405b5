"""The least valid sizes: of one dim, and of several that meet."""

import pytest

from tests.graph.specs import accept, refuse, spec

IMAGE = "{x: [N, 4, H, W]}"


def least(nodes: str, dims: str, inputs: str = IMAGE) -> dict[str, int]:
    return {dim.symbol.name: dim.min for dim in accept(spec(nodes, dims=dims, inputs=inputs)).dims}


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


WINDOW = """
netspec: 1
dims: %s
inputs: {x: [N, 4, H, W]}
nodes:
  line: {op: reshape, shape: [N, 4, H * W]}
  y: {op: conv, out_channels: 2, kernel_size: 50}
outputs: {y: y}
"""


@pytest.mark.parametrize(
    ("dims", "sizes"),
    [
        ("{H: 16, W: 16}", (8, 8)),
        ("{H: 10, W: 40}", (4, 13)),
        ("{H: {nominal: 16, min: 4}, W: 16}", (4, 13)),
        ("{H: 16, W: {nominal: 16, min: 11}}", (5, 11)),
        ("{H: {nominal: 16, min: 9}, W: {nominal: 16, min: 9}}", (9, 9)),
        ("{H: {nominal: 16, multiple_of: 4}, W: 16}", (8, 7)),
        ("{H: {nominal: 16, multiple_of: 16}, W: 16}", (16, 4)),
    ],
)
def test_dims_that_meet_are_raised_together(dims: str, sizes: tuple[int, int]) -> None:
    (_, height, width) = accept(WINDOW % dims).dims
    assert (height.min, width.min) == sizes
    assert (height.min_in_training, width.min_in_training) == sizes


def test_dims_that_meet_in_nothing_are_worked_out_one_by_one() -> None:
    nodes = "y: {op: conv, out_channels: 4, kernel_size: [3, 5]}"
    assert least(nodes, "{H: 16, W: 16}") == {"N": 1, "H": 3, "W": 5}


def test_declared_ones_that_are_too_small_together() -> None:
    (error,) = refuse(
        WINDOW % "{H: {nominal: 16, min: ⟦6⟧}, W: {nominal: 16, min: 7}}", "min-too-small"
    )
    assert error.message.startswith("`H` has `min` 6, but at H=6 and W=7: `kernel_size` (=50) is ")
    assert error.notes == ("the layer is at <text>:7",)


def test_heads_that_meet_in_training() -> None:
    (_, height, width) = accept(
        """
netspec: 1
dims: {H: 16, W: 16}
inputs: {x: [N, 4, H, W]}
nodes:
  line: {op: reshape, shape: [N, 4, H * W]}
  head: {op: conv, out_channels: 2, kernel_size: 50}
  y: {op: max_pool, from: x, kernel_size: 3}
outputs: {y: y, head: {from: head, training: true}}
"""
    ).dims
    assert (height.min, width.min) == (3, 3)
    assert (height.min_in_training, width.min_in_training) == (8, 8)


SIZED = WINDOW.replace(
    "{op: conv, out_channels: 2, kernel_size: 50}", "{op: ⟦upsample⟧, size: [%s]}"
)


def test_what_falls_before_the_nominal_sizes_holds_from_these_on() -> None:
    text = SIZED.replace("⟦", "").replace("⟧", "")
    (_, height, width) = accept(text % ("{H: 16, W: 16}", "(H - 16) * (W - 16) + 1")).dims
    assert (height.min, width.min) == (16, 16)


def test_dims_of_which_no_least_sizes_are_known() -> None:
    text = SIZED.replace("y: {op: ⟦upsample⟧", "⟦y⟧: {op: upsample")
    (error,) = refuse(text % ("{H: 16, W: 16}", "(H - 16) * (16 - W) + 1"), "no-least-size")
    assert error.message.startswith("no sizes of `H` and `W` are known from which on the network ")
    assert error.help == "fix `H` and `W`, or mend the layer"
