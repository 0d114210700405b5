"""Free sizes: nominal, min, multiple_of, fixed sizes, and the least valid size."""

import pytest

from netspec.diagnostics import NetspecError
from tests.graph.specs import accept, refuse, shapes, spec

IMAGE = "{x: [N, 4, H, W]}"


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


def test_a_size_that_cannot_be_had_at_the_nominal_size() -> None:
    refuse(
        spec("y: {op: conv, out_channels: 4, kernel_size: ⟦9⟧}", dims="{H: 8, W: 8}", inputs=IMAGE),
        "invalid-size",
    )


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
