"""Sums, products, concatenations: messages name the dimension; what torch is called with."""

import pytest

from netspec.ops.base import AllInputs, Call, Input, Inputs, OpError
from netspec.ops.merging import Add, Concat, Mul
from netspec.shape import Shape, symbol

N, H = symbol("N"), symbol("H", 224)
LAYERS = "netspec.backends.torch.layers"


def refusal(op: Add | Mul | Concat, *shapes: Shape) -> OpError:
    with pytest.raises(OpError) as caught:
        op.infer(Inputs(*shapes))
    return caught.value


def test_names_the_dimension() -> None:
    error = refusal(Add(), (2, 8, 56, 56), (2, 8, 28, 56))
    assert error.code == "shape-mismatch"
    assert error.message == "dimension 2: 56 and 28"
    assert error.help is None


def test_strided_branch_added_to_its_input() -> None:
    error = refusal(Add(), (N, 8, H), (N, 8, (H - 1) // 2 + 1))
    assert error.message.startswith("dimension 2: H and ")
    assert "at H=224: 224 and 112" in error.message


def test_broadcasting_is_never_silent() -> None:
    error = refusal(Mul(), (N, 8, H, H), (N, 8, 1, 1))
    assert error.code == "shape-mismatch"
    assert error.help is not None
    assert "broadcast: true" in error.help


def test_free_size_is_not_stretched() -> None:
    """N may be 1, but is not always."""
    assert refusal(Add(broadcast=True), (N, 8), (4, 8)).message.startswith("dimension 0: ")


def test_ranks() -> None:
    error = refusal(Add(), (2, 3, 4), (3, 4))
    assert error.message == "ranks 3 and 2 differ: [2, 3, 4] and [3, 4]"
    assert Add(broadcast=True).infer(Inputs((2, 3, 4), (3, 4))) == ((2, 3, 4),)


def test_in_place_keeps_the_first_shape() -> None:
    error = refusal(Add(inplace=True, broadcast=True), (2, 8, 1), (2, 8, 4))
    assert error.message == "in place, the first input keeps its shape: dimension 2: 1 and 4"
    assert error.help is None


def test_concat_names_the_dimension() -> None:
    assert refusal(Concat(), (N, 8, 56), (N, 4, 28)).message == "dimension 2: 56 and 28"
    assert Concat().infer(Inputs((N, 8, H), (N, 4, H))) == ((N, 12, H),)
    assert Concat(dim=2).infer(Inputs((N, 8, H), (N, 8, H + 1))) == ((N, 8, 2 * H + 1),)


TWO, THREE = Inputs((2, 3), (2, 3)), Inputs((2, 3), (2, 3), (2, 3))


@pytest.mark.parametrize(
    ("op", "inputs", "call"),
    [
        (Add(), TWO, Call("torch.add", {}, (Input(0), Input(1)))),
        (Add(inplace=True), TWO, Call("torch.Tensor.add_", {}, (Input(0), Input(1)))),
        (Add(), THREE, Call(f"{LAYERS}.add_all", {}, (AllInputs(),))),
        (Add(inplace=True), THREE, Call(f"{LAYERS}.add_all", {"inplace": True}, (AllInputs(),))),
        (Mul(), TWO, Call("torch.mul", {}, (Input(0), Input(1)))),
        (Mul(), THREE, Call(f"{LAYERS}.mul_all", {}, (AllInputs(),))),
        (Concat(), THREE, Call("torch.cat", {"dim": 1}, (AllInputs(),))),
    ],
)
def test_lower(op: Add | Mul | Concat, inputs: Inputs, call: Call) -> None:
    assert op.lower(inputs) == call
    assert not call.is_module
