"""Declared shapes: decided at every size, with a counter-example and the way out."""

import pytest

from tests.graph.specs import accept, refuse, shapes, spec

FREE = {"dims": "{H: 224, W: 224}", "inputs": "{x: [N, 4, H, W]}"}
DOWN = "op: conv, out_channels: 4, kernel_size: 3, stride: 2, padding: 1"


def test_a_declared_shape_that_holds_is_counted() -> None:
    graph = accept(spec("a: {op: relu, shape: [N, 4, 8, 8]}\ny: {op: relu, shape: [N, 4, _, _]}"))
    assert graph.checked == 2


def test_a_shape_that_is_not_computed() -> None:
    (error,) = refuse(
        spec("a: {op: relu}\ny: {op: max_pool, kernel_size: 2, shape: ⟦[N, 4, 3, 4]⟧}"),
        "shape-mismatch",
    )
    assert error.message == "`y` declares [N, 4, 3, 4] but computes [N, 4, 4, 4]"
    assert error.help == "declare [N, 4, 4, 4]"
    assert error.notes[0].startswith("dimension 2: 4 = ")
    assert len(error.notes) == 1


def test_every_dimension_that_differs_is_named() -> None:
    (error,) = refuse(
        spec("y: {op: conv, out_channels: 6, kernel_size: 3, shape: ⟦[N, 5, 8, 6]⟧}"),
        "shape-mismatch",
    )
    assert [note.split(":")[0] for note in error.notes] == ["dimension 1", "dimension 2"]


def test_a_wrong_rank() -> None:
    (error,) = refuse(spec("y: {op: relu, shape: ⟦[N, 4, 8]⟧}"), "shape-mismatch")
    assert error.notes == ("rank 3 is declared, the tensor has rank 4",)


def test_unchecked_sizes() -> None:
    assert shapes(accept(spec("y: {op: relu, shape: [_, _, _, _]}"))) == ["[N, 4, 8, 8]"]


def test_a_declared_batch_size_is_checked() -> None:
    (error,) = refuse(spec("y: {op: relu, shape: ⟦[1, 4, 8, 8]⟧}"), "shape-mismatch")
    assert "at N=" in error.notes[0]


def test_an_expression_over_dims_holds_at_every_size() -> None:
    accept(spec(f"y: {{{DOWN}, shape: [N, 4, ceil(H/2), (W + 1) // 2]}}", **FREE))


def test_counter_example_of_a_strided_convolution_without_floor() -> None:
    """A 7x7/2 convolution gives 113 for 225, where H/2 would be 112.5."""
    (error,) = refuse(
        spec(
            "y: {op: conv, out_channels: 4, kernel_size: 7, stride: 2, padding: 3,"
            " shape: ⟦[N, 4, floor(H/2), W // 2]⟧}",
            **FREE,
        ),
        "shape-mismatch",
    )
    assert error.notes[0].endswith("; at H=225: 112 and 113")
    both = "`H: {multiple_of: 2}` and `W: {multiple_of: 2}` under `dims`"
    assert error.help == f"declare [N, 4, ceil(H/2), ceil(W/2)], or {both}"


def test_the_batch_takes_no_multiple_of() -> None:
    nodes = "a: {op: reshape, shape: [N, 4, 64]}\ny: {op: relu, shape: ⟦[N // 2 * 2, 4, 64]⟧}"
    (error,) = refuse(spec(nodes), "shape-mismatch")
    assert error.help == "declare [N, 4, 64]"
    (error,) = refuse(spec("y: {op: ⟦reshape⟧, shape: [N // 2, 8, 8, 8]}"), "shape-mismatch")
    assert error.help and "multiple_of" not in error.help


def test_an_exact_quotient_needs_multiple_of() -> None:
    text = (
        "y: {{op: conv, out_channels: 4, kernel_size: 7, stride: 2, padding: 3, "
        "shape: [N, 4, {}, _]}}"
    )
    (error,) = refuse(spec(text.format("⟦H/2⟧"), **FREE), "not-whole")
    assert error.help == "declare [N, 4, ceil(H/2), ceil(W/2)], or `multiple_of` for the dim"
    accept(
        spec(
            text.format("H/2"),
            dims="{H: {nominal: 224, multiple_of: 2}, W: 224}",
            inputs=FREE["inputs"],
        )
    )


def test_counter_example_of_a_strided_branch_added_to_its_input() -> None:
    (error,) = refuse(
        spec(f"a: {{{DOWN}}}\ny: {{op: ⟦add⟧, from: [a, x]}}", **FREE), "shape-mismatch"
    )
    assert "at H=" in error.message
    assert error.notes == (
        "reads a [N, 4, ceil(H/2), ceil(W/2)]",
        "reads x [N, 4, H, W]",
    )


def test_counter_example_of_groups_that_do_not_divide() -> None:
    (error,) = refuse(
        spec(
            "y: {op: conv, out_channels: 4, kernel_size: 1, groups: ⟦2⟧}",
            inputs="{x: [N, 3, 8, 8]}",
        ),
        "not-divisible",
    )
    assert "(=2)" in error.message and "(=3)" in error.message


def test_multiple_of_makes_shapes_equal() -> None:
    nodes = f"a: {{{DOWN}}}\nb: {{op: upsample, scale_factor: 2}}\ny: {{op: add, from: [b, x]}}"
    for op in ("add", "concat"):
        faulty = nodes.replace("op: add", f"op: ⟦{op}⟧")
        (error,) = refuse(spec(faulty, **FREE), "shape-mismatch")
        both = "`H: {multiple_of: 2}` and `W: {multiple_of: 2}` under `dims`"
        assert error.help == f"declare {both} if the sizes are always such multiples"
    accept(
        spec(
            nodes,
            dims="{H: {nominal: 224, multiple_of: 2}, W: {nominal: 224, multiple_of: 2}}",
            inputs=FREE["inputs"],
        )
    )


def test_what_cannot_be_proved_is_an_error() -> None:
    # True by Hermite's identity, but in 8,192 residue classes, more than are tried.
    (error,) = refuse(
        spec(
            "y: {op: relu, shape: ⟦[N, H // 4096]⟧}",
            dims="{H: 8192}",
            inputs="{x: [N, H // 8192 + (H + 4096) // 8192]}",
        ),
        "cannot-prove",
    )
    assert error.help == "declare `multiple_of` for the dim, fix it, or write `_`"


def test_the_same_shape_holds_where_a_dim_is_fixed() -> None:
    text = spec(f"y: {{{DOWN}, shape: [N, 4, H // 2, W // 2]}}", **FREE)
    accept(text, dims={"H": 224, "W": 100})


def test_shape_is_that_of_the_last_copy() -> None:
    text = "y: {op: max_pool, kernel_size: 2, repeat: 2, shape: %s}"
    accept(spec(text % "[N, 4, 2, 2]"))
    refuse(spec(text % "⟦[N, 4, 4, 4]⟧"), "shape-mismatch")


def test_shape_of_a_repeat_with_an_absent_last_copy_is_that_of_the_last_present() -> None:
    accept(
        spec("y: {op: max_pool, kernel_size: 2, repeat: 3, when: index < 2, shape: [N, 4, 2, 2]}")
    )


def test_the_shape_of_an_absent_node_is_not_checked() -> None:
    graph = accept(
        spec(
            "a: relu\nb: {op: relu, when: 1 > 2, shape: [N, 9]}\n"
            "c: {op: relu, repeat: 0, shape: [7]}\ny: relu"
        )
    )
    assert graph.checked == 0


def test_shape_in_a_chain() -> None:
    refuse(
        spec(
            "y:\n  - {op: max_pool, kernel_size: 2, shape: [N, 4, 4, 4]}\n"
            "  - {op: relu, shape: ⟦[N, 4, 4, 5]⟧}"
        ),
        "shape-mismatch",
    )


def test_shape_of_a_chain_a_subgraph_and_a_block() -> None:
    text = """
        a: {chain: [relu, relu], shape: %s}
        b: {from: x, nodes: {c: relu}, shape: %s}
        c: {op: k, from: x, shape: %s}
        y: {op: concat, from: [a, b, c]}
        """
    blocks = "k: {nodes: {d: relu}}"
    good, bad = "[N, 4, 8, 8]", "⟦[N, 4, 8, 9]⟧"
    assert accept(spec(text % (good, good, good), blocks=blocks)).checked == 3
    refuse(spec(text % (bad, bad, bad), blocks=blocks), *["shape-mismatch"] * 3)


def test_several_outputs_take_a_list_of_shapes() -> None:
    text = "a: {op: chunk, chunks: 2, shape: %s}\ny: {op: add, from: [a.0, a.1]}"
    accept(spec(text % "[[N, 2, 8, 8], [N, 2, 8, 8]]"))
    refuse(spec(text % "[[N, 2, 8, 8], ⟦[N, 3, 8, 8]⟧]"), "shape-mismatch")
    refuse(spec(text % "⟦[N, 2, 8, 8]⟧"), "wrong-shape-count")
    refuse(spec(text % "⟦[[N, 2, 8, 8]]⟧"), "wrong-shape-count")
    refuse(spec("y: {op: relu, shape: ⟦[[N, 4, 8, 8], [N, 4, 8, 8]]⟧}"), "wrong-shape-count")


def test_shapes_of_outputs() -> None:
    accept(spec("y: relu", outputs="{y: {from: y, shape: [N, 4, 8, 8]}}"))
    (error,) = refuse(
        spec("y: relu", outputs="{y: {from: y, shape: ⟦[N, 4, 8, 9]⟧}}"), "shape-mismatch"
    )
    assert error.message.startswith("`outputs.y` declares")


def test_a_planted_fault_in_the_comparison_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from netspec.graph import declared
    from netspec.shape import Equal

    monkeypatch.setattr(declared, "compare", lambda left, right: Equal())
    text = spec("y: {op: relu, shape: ⟦[N, 5, 8, 8]⟧}")
    with pytest.raises(pytest.fail.Exception):
        refuse(text, "shape-mismatch")
