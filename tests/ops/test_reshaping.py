"""Views on free sizes, and what they say when the elements do not fit."""

import pytest
from pydantic import ValidationError

from netspec.ops.base import Call, Inputs, Op, OpError
from netspec.ops.reshaping import Expand, Flatten, Permute, Reshape
from netspec.shape import Shape, symbol

N, H, W = symbol("N"), symbol("H", 32), symbol("W", 32)
EVEN = symbol("H", 32, 2)


def refusal(op: Op, *shapes: Shape) -> OpError:
    with pytest.raises(OpError) as caught:
        op.infer(Inputs(*shapes))
    return caught.value


def test_flatten_multiplies() -> None:
    assert Flatten().infer(Inputs((N, 8, H, W))) == ((N, 8 * H * W),)
    assert Flatten(start_dim=2).infer(Inputs((N, 8, H, W))) == ((N, 8, H * W),)


def test_flatten_wants_an_order() -> None:
    assert refusal(Flatten(start_dim=2, end_dim=1), (2, 3, 4)).argument == "start_dim"


def test_reshape_works_the_blank_out() -> None:
    inputs = Inputs((N, 8, H, W))
    assert Reshape(shape=(N, 8, "_")).infer(inputs) == ((N, 8, H * W),)
    assert Reshape(shape=(N * 8, "_")).infer(inputs) == ((8 * N, H * W),)


def test_reshape_is_a_call_with_sizes() -> None:
    call = Reshape(shape=(N, 8, "_")).lower(Inputs((N, 8, H, W)))
    assert call == Call("torch.reshape", {"shape": (N, 8, -1)})


def test_reshape_counts_elements() -> None:
    error = refusal(Reshape(shape=(N, 10)), (N, 3, 4))
    assert error.message == (
        "elements of [N, 3, 4] and of `shape` (=[N, 10]): 12*N and 10*N differ at N=1: 12 and 10"
    )


def test_reshape_needs_an_exact_quotient() -> None:
    error = refusal(Reshape(shape=(N, 2, "_")), (N, 3, H))
    assert error.code == "not-divisible"
    assert error.argument == "shape"
    assert Reshape(shape=(N, 2, "_")).infer(Inputs((N, 3, EVEN))) == ((N, 2, 3 * (EVEN // 2)),)


def test_reshape_to_a_size_that_may_be_nothing() -> None:
    """torch cannot tell what -1 is where the other sizes have no elements."""
    inputs = Inputs((N, 3, H // 4))
    assert Reshape(shape=(N, H // 4, "_")).infer(inputs) == ((N, H // 4, 3),)
    (requirement,) = (each for each in inputs.requirements if "H" in str(each.size))
    assert requirement.size.at({"N": 1, "H": 4}) >= 0
    assert requirement.size.at({"N": 1, "H": 3}) < 0


def test_one_blank() -> None:
    assert refusal(Reshape(shape=("_", "_")), (2, 3)).message == (
        "`shape` (=[_, _]) may have one `_`"
    )


@pytest.mark.parametrize("size", [-1, 2.5, "x", True])
def test_a_size_is_a_size(size: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Reshape.model_validate({"shape": (2, size)})
    (error,) = caught.value.errors()
    assert error["loc"][:2] == ("shape", 1)
    assert error["msg"].startswith("must be an integer of at least 0, not ")


def test_expand() -> None:
    call = Expand(shape=(N, "_", "_")).lower(Inputs((1, 1, 8)))
    assert call == Call("torch.Tensor.expand", {"size": (N, -1, -1)})
    assert Expand(shape=(N, "_", "_")).infer(Inputs((1, 1, 8))) == ((N, 1, 8),)


def test_expand_from_one_only() -> None:
    assert refusal(Expand(shape=(4, 3)), (2, 3)).message == (
        "dimension 0 can be expanded from size 1 only: 2 and 4"
    )


def test_permute_names_each_dimension_once() -> None:
    assert Permute(dims=(0, 2, 3, 1)).infer(Inputs((N, 3, H, W))) == ((N, H, W, 3),)
    assert refusal(Permute(dims=(0, 1, 1)), (N, 3, H)).message == (
        "`dims` (=[0, 1, 1]) must name each dimension of [N, 3, H] once"
    )
