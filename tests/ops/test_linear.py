"""Matrix products: messages, values, and the trait `linear_map` of all ops."""

import pytest
import torch
from torch import Tensor

from netspec.ops.base import Call, Input, Inputs, OpError
from netspec.ops.linear import Linear, Matmul, MultiheadAttention
from netspec.ops.registry import find_op, op_names
from netspec.shape import Shape, symbol
from tests.ops.reference import Case, construct, discover, execute, run, shapes_at, values_at

N, L, M = symbol("N"), symbol("L", 16), symbol("M", 16)
LINEAR_MAPS = [name for name in op_names() if "linear_map" in find_op(name).traits]


def failure(op: Linear | Matmul | MultiheadAttention, *shapes: Shape) -> OpError:
    with pytest.raises(OpError) as caught:
        op.infer(Inputs(*shapes))
    return caught.value


def test_features_that_depend_on_a_free_dim() -> None:
    error = failure(Linear(out_features=4), (N, L))
    assert error.code == "free-dim"
    assert error.message == "the last dimension (=L) may not depend on the free dim `L`"


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


def linearity_error(case: Case, name: str) -> float:
    """How far f(x + 2y) - f(0) is from f(x) - f(0) + 2 (f(y) - f(0)), in the first input."""
    shapes = shapes_at(case.declared(), {})
    op = find_op(name)
    assert op is not None
    call = op.model_validate(values_at(dict(case.arguments), {})).lower(Inputs(*shapes))
    module = construct(call)
    x, *others = (torch.randn(shape) for shape in shapes)
    y = torch.randn(x.shape)

    def apply(tensor: Tensor) -> Tensor:
        if module is not None:
            module.eval()
        return run(call, module, [tensor.clone(), *others])[0]

    zero = apply(torch.zeros_like(x))
    expected = apply(x) + 2 * apply(y) - 3 * zero
    difference = (apply(x + 2 * y) - zero - expected).abs()
    return float(difference.max()) if difference.numel() else 0.0


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", LINEAR_MAPS)
def test_linear_maps_are_linear(name: str) -> None:
    valid = [case for case in discover()[name] if not case.refused]
    assert max(linearity_error(case, name) for case in valid) < 1e-4


@pytest.mark.parametrize("name", ["max_pool", "relu", "layer_norm"])
def test_others_are_not(name: str) -> None:
    assert linearity_error(discover()[name][0], name) > 1e-3


def test_scale_is_a_number() -> None:
    scale = find_op("scale")
    assert scale is not None
    call = scale.model_validate({"factor": 0.2}).lower(Inputs((2, 3)))
    x = torch.randn(2, 3)
    assert torch.equal(execute(call, [x])[0], x * 0.2)
