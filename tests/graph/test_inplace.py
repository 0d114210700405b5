"""`inplace: true` is accepted only where nobody else can see the tensor that is overwritten."""

import pytest

from tests.graph.specs import accept, refuse, spec

RELU = "{op: relu, inplace: true}"
CONV = "{op: conv, out_channels: 4, kernel_size: 1}"


@pytest.mark.parametrize(
    "nodes",
    [
        f"a: {CONV}\ny: {RELU}",
        f"a: {CONV}\nb: batch_norm\ny: {RELU}",
        f"y: [{CONV}, {RELU}]",
        f"a: {CONV}\nb: {RELU}\ny: {CONV}",
        f"y: [{CONV}, {RELU}, {CONV}, {RELU}]",
        f"a: {CONV}\nb: {CONV}\nc: {{op: add, from: [a, b]}}\ny: {RELU}",
    ],
)
def test_a_tensor_with_one_reader(nodes: str) -> None:
    accept(spec(nodes))


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (f"⟦y⟧: {RELU}", "it would overwrite an input of the network"),
        (
            f"a: {CONV}\n⟦b⟧: {RELU}\ny: {{op: add, from: [a, b]}}",
            "the output of `a` is read 2 times",
        ),
        (
            f"a: {CONV}\n⟦b⟧: {RELU}\nc: {{op: sigmoid, from: a}}\ny: {{op: add, from: [b, c]}}",
            "the output of `a` is read 2 times",
        ),
        (
            f"a: {CONV}\nb: flatten\n⟦c⟧: {RELU}\nd: {{op: flatten, from: a}}\n"
            f"y: {{op: add, from: [c, d]}}",
            "the output of `a` is read 2 times",
        ),
        (
            f"a: {CONV}\nb: sigmoid\n⟦y⟧: {RELU}",
            "the gradient of `b` (sigmoid) needs its output",
        ),
        (
            f"p: {{op: parameter, shape: [1, 4]}}\n⟦b⟧: {RELU}\n"
            f"c: {{op: flatten, from: x}}\nd: {{op: linear, out_features: 4}}\n"
            f"y: {{op: add, from: [b, d], broadcast: true}}",
            "it would overwrite the parameter `p`",
        ),
    ],
)
def test_a_tensor_that_others_see(nodes: str, message: str) -> None:
    (error,) = refuse(spec(nodes), "inplace-visible")
    assert message in error.message
    assert error.help == "delete `inplace`; netspec frees the tensor at its last use anyway"


def test_a_tensor_that_is_an_output_too() -> None:
    refuse(spec(f"a: {CONV}\n⟦y⟧: {RELU}", outputs="{y: y, a: a}"), "inplace-visible")


def test_an_input_of_a_block_is_judged_where_the_block_is_called() -> None:
    blocks = f"b: {{nodes: {{⟦c⟧: {RELU}}}}}"
    accept(spec(f"a: {CONV}\ny: b", blocks=blocks.replace("⟦", "").replace("⟧", "")))
    refuse(spec(f"a: {CONV}\nb: b\ny: {{op: add, from: [a, b]}}", blocks=blocks), "inplace-visible")


def test_a_residual_block_whose_shortcut_is_the_input() -> None:
    refuse(
        spec(
            f"stem: {CONV}\ny: {{op: b, repeat: 2}}",
            blocks=f"""
            b:
              nodes:
                path: [{RELU.replace("{op", "⟦{op").replace("}", "}⟧")}, {CONV}]
                sum: {{op: add, from: [path, x]}}
            """,
        ),
        "inplace-visible",
    )


def test_an_in_place_op_that_is_absent() -> None:
    accept(spec("y: {op: relu, inplace: true, when: 1 > 2}"))


def test_every_op_in_place_is_judged() -> None:
    refuse(
        spec(f"⟦a⟧: {RELU}\nb: {{op: sigmoid}}\n⟦y⟧: {RELU}"), "inplace-visible", "inplace-visible"
    )
