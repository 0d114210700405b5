"""One op: how many inputs it takes, and the limits on its tensors."""

import pytest

from netspec.limits import Limits
from tests.graph.specs import accept, refuse, spec


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("{op: relu, from: [⟦x, x⟧]}", "takes 1 input, not 2"),
        ("{op: add, from: ⟦x⟧}", "takes at least 2 inputs, not 1"),
        ("{op: ⟦add⟧}", "takes at least 2 inputs, not 1"),
        ("⟦add⟧", "takes at least 2 inputs, not 1"),
        ("{op: matmul, from: [⟦x, x, x⟧]}", "takes 2 inputs, not 3"),
        (
            "{op: multihead_attention, num_heads: 1, from: [⟦x, x, x, x⟧]}",
            "takes 1 to 3 inputs, not 4",
        ),
    ],
)
def test_arity(node: str, message: str) -> None:
    (error,) = refuse(spec(f"y: {node}", inputs="{x: [N, 4, 4]}"), "wrong-arity")
    assert message in error.message


def test_a_parameter_reads_nothing() -> None:
    refuse(
        spec(
            "p: {op: parameter, from: ⟦x⟧, shape: [1, 4]}\ny: {op: add, from: [x, p]}",
            inputs="{x: [1, 4]}",
        ),
        "wrong-arity",
    )


@pytest.mark.parametrize("rank", [7, 8, 9])
def test_rank(rank: int) -> None:
    shape = ", ".join(["N", *["1"] * (rank - 1)])
    text = spec("y: relu", inputs="{x: ⟦[" + shape + "]⟧}")
    if rank <= Limits().rank:
        accept(text.replace("⟦", "").replace("⟧", ""))
        return
    (error,) = refuse(text, "too-large")
    assert f"{Limits().rank} dimensions" in error.message


@pytest.mark.parametrize("rank", [2, 3, 4])
def test_rank_made_by_an_op(rank: int) -> None:
    shape = ", ".join(["N", *["1"] * (rank - 2), "4"])
    text = spec(f"y: {{op: reshape, shape: ⟦[{shape}]⟧}}", inputs="{x: [N, 4]}")
    if rank <= 3:
        accept(text.replace("⟦", "").replace("⟧", ""), limits=Limits(rank=3))
    else:
        refuse(text, "too-large", limits=Limits(rank=3))


@pytest.mark.parametrize("elements", [99, 100, 101])
def test_bytes_of_an_input(elements: int) -> None:
    text = spec("y: relu", inputs=f"{{x: ⟦[1, {elements}]⟧}}")
    limits = Limits(tensor_bytes=400)
    if elements <= 100:
        accept(text.replace("⟦", "").replace("⟧", ""), limits=limits)
    else:
        (error,) = refuse(text, "too-large", limits=limits)
        assert error.help == "make it smaller, or raise `Limits.tensor_bytes` in Python"


@pytest.mark.parametrize("features", [9, 10, 11])
def test_bytes_of_one_weight(features: int) -> None:
    text = spec(f"y: {{op: ⟦linear⟧, out_features: {features}}}", inputs="{x: [1, 10]}")
    limits = Limits(tensor_bytes=400)
    if features <= 10:
        accept(text.replace("⟦", "").replace("⟧", ""), limits=limits)
    else:
        (error,) = refuse(text, "too-large", limits=limits)
        assert "`weight` [11, 10]" in error.message


@pytest.mark.parametrize("features", [9, 10, 11])
def test_bytes_of_an_output(features: int) -> None:
    text = spec(f"y: {{op: ⟦expand⟧, shape: [{features}, 10]}}", inputs="{x: [1, 10]}")
    limits = Limits(tensor_bytes=400)
    if features <= 10:
        accept(text.replace("⟦", "").replace("⟧", ""), limits=limits)
    else:
        refuse(text, "too-large", limits=limits)


@pytest.mark.parametrize("features", [9, 10, 11])
def test_bytes_of_all_weights(features: int) -> None:
    # Two layers without bias: 10 x 10 and 10 x `features` elements of 4 bytes.
    text = spec(
        "a: {op: linear, out_features: 10, bias: false}\n"
        f"y: {{op: linear, out_features: {features}, bias: false}}",
        inputs="{x: [1, 10]}",
    )
    limits = Limits(weight_bytes=800)
    if features <= 10:
        accept(text, limits=limits)
        return
    from netspec.diagnostics import NetspecError

    with pytest.raises(NetspecError, match=r"Limits\.weight_bytes") as caught:
        accept(text, limits=limits)
    assert [error.code for error in caught.value.diagnostics] == ["too-large"]


def test_shared_weights_count_once() -> None:
    text = spec(
        "a: {op: linear, out_features: 10, bias: false}\nb: {share: a}\ny: {share: a}",
        inputs="{x: [1, 10]}",
    )
    accept(text, limits=Limits(weight_bytes=400))


def test_the_size_of_a_free_dim_is_its_nominal_one() -> None:
    text = spec("y: relu", dims="{H: 10}", inputs="{x: ⟦[1, H]⟧}")
    accept(text.replace("⟦", "").replace("⟧", ""), limits=Limits(tensor_bytes=40))
    refuse(text, "too-large", limits=Limits(tensor_bytes=39))


def test_a_huge_number_of_channels() -> None:
    refuse(spec("y: {op: conv, out_channels: ⟦2**40⟧, kernel_size: 1}"), "expression-limit")
    refuse(spec("y: {op: ⟦conv⟧, out_channels: 2**30, kernel_size: 1}"), "too-large")


def test_advice() -> None:
    from tests.graph.specs import remarks

    (warning,) = remarks(spec("y: {op: ⟦batch_norm⟧, momentum: 0.99}"), "advice")
    assert warning.severity == "warning"
    assert "0.01" in warning.message


def test_advice_on_a_repeated_block_is_given_once() -> None:
    from tests.graph.specs import remarks

    text = spec(
        "y: {op: b, repeat: 3}", blocks="b: {nodes: {n: {op: ⟦batch_norm⟧, momentum: 0.99}}}"
    )
    remarks(text, "advice")
