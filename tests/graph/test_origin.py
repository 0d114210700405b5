"""Where a size came from: the formula, the op, and the place."""

from tests.graph.specs import refuse, spec


def test_the_formula_of_an_op() -> None:
    (error,) = refuse(
        spec(
            "y: {op: conv, out_channels: 4, kernel_size: 3, stride: 2, padding: 1, "
            "shape: ⟦[N, 4, 5, 4]⟧}"
        ),
        "shape-mismatch",
    )
    assert error.notes == ("dimension 2: 4 = floor((8 + 2*1 - 3) / 2) + 1",)


def test_an_op_deep_inside() -> None:
    (error,) = refuse(
        spec(
            "y: {op: b, repeat: 2, first: {stride: 2}, shape: ⟦[N, 4, 5, 5]⟧}",
            blocks="""
            b:
              params: {stride: 1}
              nodes:
                path:
                  - {op: conv, out_channels: 4, kernel_size: 3, stride: stride, padding: 1}
                  - relu
                skip: {op: max_pool, kernel_size: stride, from: x}
                sum: {op: add, from: [path, skip]}
            """,
        ),
        "shape-mismatch",
    )
    # The second copy leaves the size as it is: the first one made it.
    assert error.notes[0] == (
        "dimension 2: 4 = floor((8 + 2*1 - 3) / 2) + 1, from y.0.path.0 (<text>:8)"
    )


def test_channels_come_from_the_op_that_makes_them() -> None:
    (error,) = refuse(
        spec(
            "y: {chain: [{op: conv, out_channels: 6, kernel_size: 1}, batch_norm, relu], "
            "shape: ⟦[N, 5, 8, 8]⟧}"
        ),
        "shape-mismatch",
    )
    assert "y.0" in error.notes[0]


def test_a_size_that_comes_from_the_input() -> None:
    (error,) = refuse(spec("y: {chain: [relu, relu], shape: ⟦[N, 4, 9, 8]⟧}"), "shape-mismatch")
    assert error.notes == ("dimension 2: 8, not 9",)


def test_what_an_op_reads() -> None:
    (error,) = refuse(
        spec("a: {op: max_pool, kernel_size: 2}\ny: {op: ⟦add⟧, from: [a, x]}"), "shape-mismatch"
    )
    assert error.notes == ("reads a [N, 4, 4, 4]", "reads x [N, 4, 8, 8]")


def test_an_input_of_a_block_has_the_name_that_the_block_gives_it() -> None:
    (error,) = refuse(
        spec(
            "a: {op: max_pool, kernel_size: 2}\ny: {op: b, from: [a, x]}",
            blocks="b: {inputs: [p, q], nodes: {c: {op: ⟦add⟧, from: [p, q]}}}",
        ),
        "shape-mismatch",
    )
    assert error.notes == ("reads p [N, 4, 4, 4]", "reads q [N, 4, 8, 8]")
