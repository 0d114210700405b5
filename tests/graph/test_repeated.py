"""One mistake is one error: no echoes of a shape, and one unknown name is told once."""

import pytest

from tests.graph.specs import refuse, spec


def test_a_mismatch_is_told_once() -> None:
    """What follows is held against the declared shape: no echoes, and no second error."""
    refuse(
        spec(
            """
            a: {op: conv, out_channels: 6, kernel_size: 1, shape: ⟦[N, 4, 8, 8]⟧}
            b: {op: relu, shape: [N, 4, 8, 8]}
            y: {op: add, from: [b, x]}
            """,
            outputs="{y: {from: y, shape: [N, 4, 8, 8]}}",
        ),
        "shape-mismatch",
    )


@pytest.mark.parametrize("sizes", ["4, 8, 7", "5, 8, 8", "4, 16, 16"])
def test_a_wrong_declared_shape_has_no_echoes(sizes: str) -> None:
    """What follows agrees with what is computed, so only the declared shape can be wrong."""
    refuse(
        spec(
            f"""
            a: {{op: relu, shape: ⟦[N, {sizes}]⟧}}
            b: {{op: add, from: [a, x]}}
            c: {{op: max_pool, kernel_size: 2, from: a, shape: [N, 4, 4, 4]}}
            d: {{op: conv, out_channels: 2, kernel_size: 1, from: b, shape: [N, 2, 8, 8]}}
            e: {{op: conv, out_channels: 2, kernel_size: 1, groups: 2, from: c}}
            y: {{op: add, from: [d, x], when: 1 > 2}}
            """,
            outputs="{y: y, e: e}",
        ),
        "shape-mismatch",
    )


def test_an_error_beside_a_mismatch_is_told_if_it_stands_either_way() -> None:
    refuse(
        spec(
            """
            a: {op: conv, out_channels: 6, kernel_size: 1, shape: ⟦[N, 4, 8, 8]⟧}
            b: {op: conv, out_channels: 4, kernel_size: 1, groups: ⟦4⟧, from: c}
            c: {op: conv, out_channels: 6, kernel_size: 1, from: a}
            y: {op: concat, from: [a, b]}
            """
        ),
        "shape-mismatch",
        "not-divisible",
    )


def test_a_wrong_shape_that_is_an_argument_is_no_word_to_go_on_with() -> None:
    refuse(
        spec("a: {op: ⟦reshape⟧, shape: [N, 4, 63]}\ny: {op: relu, shape: [N, 4, 64]}"),
        "shape-mismatch",
    )
    refuse(
        spec("a: ⟦rellu⟧\nb: {op: reshape, shape: [N, 256]}\ny: {op: relu, shape: ⟦[N, 4, 64]⟧}"),
        "unknown-op",
        "shape-mismatch",
    )


def test_arguments_of_an_op_whose_inputs_are_lost() -> None:
    refuse(spec("a: ⟦rellu⟧\ny: {op: ⟦conv⟧, out_channels: 4}"), "unknown-op", "missing-argument")


def test_independent_mismatches_are_all_told() -> None:
    refuse(
        spec(
            """
            a: {op: conv, out_channels: 6, kernel_size: 1, shape: ⟦[N, 4, 8, 8]⟧}
            b: {op: max_pool, kernel_size: 2, shape: ⟦[N, 4, 8, 8]⟧}
            y: {op: relu, shape: ⟦[N, 4, 8]⟧}
            """
        ),
        *["shape-mismatch"] * 3,
    )


def test_a_broken_node_with_a_declared_shape_hides_nothing_after_it() -> None:
    refuse(
        spec(
            """
            a: {op: ⟦cnov⟧, shape: [N, 4, 8, 8]}
            b: {op: max_pool, kernel_size: 2, shape: ⟦[N, 4, 8, 8]⟧}
            y: {op: linear, out_features: ⟦0⟧}
            """
        ),
        "unknown-op",
        "shape-mismatch",
        "argument-value",
    )


def test_a_broken_node_without_a_shape_has_no_echoes() -> None:
    refuse(
        spec("a: {op: ⟦cnov⟧}\nb: {op: max_pool, kernel_size: 2}\ny: {op: add, from: [a, b]}"),
        "unknown-op",
    )


def test_arguments_after_a_broken_node_are_still_checked() -> None:
    refuse(
        spec("a: {op: ⟦cnov⟧}\nb: {op: max_pool, ⟦kernel⟧: 2}\ny: {op: ⟦rellu⟧}"),
        "unknown-op",
        "unknown-argument",
        "unknown-op",
    )


def test_one_unknown_argument_at_several_calls_is_told_once() -> None:
    (error,) = refuse(
        spec(
            "a: {op: b, ⟦kk⟧: 1}\nc: {op: b, kk: 1}\ny: {op: b, kk: 2}",
            blocks="b: {params: {k: 1}, nodes: {c: {op: relu, repeat: k}}}",
        ),
        "unknown-argument",
    )
    assert error.notes == ("also at <text>:8, <text>:9",)


def test_many_places_are_cut_short() -> None:
    nodes = "y: {op: ⟦rellu⟧}\n" + "\n".join(f"a{i}: rellu" for i in range(20))
    (error,) = refuse(spec(nodes, outputs="{y: a19}"), "unknown-op")
    assert error.notes[0].endswith(", and 12 more places")


def test_the_same_name_in_two_blocks_is_two_mistakes() -> None:
    block = "{{nodes: {{c: {{op: relu, when: ⟦q⟧ == 1}}}}}}"
    refuse(
        spec("p: a\ny: b", blocks=f"a: {block.format()}\nb: {block.format()}"),
        "unknown-name",
        "unknown-name",
    )
