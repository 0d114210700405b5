"""Matrix products: messages and values."""

import pytest
import torch

from netspec.backends.torch.once import construct, execute, run
from netspec.ops.base import Call, Input, Inputs, OpError
from netspec.ops.linear import Linear, Matmul, MultiheadAttention
from netspec.ops.registry import find_op
from netspec.shape import Shape, symbol

N, L, M = symbol("N"), symbol("L", 16), symbol("M", 16)


def failure(op: Linear | Matmul | MultiheadAttention, *shapes: Shape) -> OpError:
    with pytest.raises(OpError) as caught:
        op.infer(Inputs(*shapes))
    return caught.value


def test_features_that_depend_on_a_free_dim() -> None:
    error = failure(Linear(out_features=4), (N, L))
    assert error.code == "free-dim"
    assert error.message == "the last dimension (=L) may not depend on the free dim `L`"
    error = failure(Linear(out_features=4), (N, symbol("H", 4) * symbol("W", 4)))
    assert error.message.endswith("(=H*W) may not depend on the free dims `H` and `W`")


def test_matmul_broadcasts_nothing() -> None:
    error = failure(Matmul(), (1, 3, 4), (N, 4, 5))
    assert error.code == "shape-mismatch"
    assert error.message.startswith("dimension 0 of the two inputs")


def test_matmul_on_dims_that_differ() -> None:
    error = failure(Matmul(), (N, 3, L), (N, M, 5))
    assert "L and M differ at" in error.message


def test_heads() -> None:
    error = failure(MultiheadAttention(num_heads=3), (N, L, 8))
    assert error.argument == "num_heads"
    assert error.message == "`num_heads` (=3) must divide the last dimension (=8)"


def test_two_inputs_of_attention() -> None:
    error = failure(MultiheadAttention(num_heads=2), (N, L, 8), (N, M, 8))
    assert error.code == "wrong-arity"
    assert error.message == "reads one input, or query, key and value; not 2"


def test_length_of_key_and_value() -> None:
    error = failure(MultiheadAttention(num_heads=2), (N, L, 8), (N, L, 8), (N, M, 8))
    assert error.message.startswith("the length of key and value: L and M differ at")


def test_attention_of_one_input_is_self_attention() -> None:
    call = MultiheadAttention(num_heads=2).lower(Inputs((N, L, 8)))
    assert call == Call(
        "torch.nn.MultiheadAttention",
        {"embed_dim": 8, "num_heads": 2, "batch_first": True},
        arguments=(Input(0), Input(0), Input(0)),
        forward={"need_weights": False},
        item=0,
    )
    module = construct(call)
    assert module is not None
    x = torch.randn(2, 5, 8)
    assert torch.equal(run(call, module.eval(), [x])[0], module(x, x, x, need_weights=False)[0])


def test_attention_keeps_the_examples_apart() -> None:
    call = MultiheadAttention(num_heads=2).lower(Inputs((N, L, 8)))
    module = construct(call)
    assert module is not None
    x = torch.randn(3, 5, 8)
    together, alone = (run(call, module.eval(), [each])[0] for each in (x, x[:1]))
    torch.testing.assert_close(together[:1], alone)


def test_scale_is_a_number() -> None:
    scale = find_op("scale")
    assert scale is not None
    call = scale.model_validate({"factor": 0.2}).lower(Inputs((2, 3)))
    x = torch.randn(2, 3)
    assert torch.equal(execute(call, [x])[0], x * 0.2)
