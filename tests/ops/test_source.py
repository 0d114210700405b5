"""The op without input."""

import pytest
from pydantic import ValidationError

from netspec.ops.base import Call, Inputs, Weight
from netspec.ops.source import Parameter
from netspec.shape import symbol


def test_parameter() -> None:
    op = Parameter(shape=(1, 1, 8))
    assert op.arity == (0, 0)
    assert op.infer(Inputs()) == ((1, 1, 8),)
    assert op.weights(Inputs()) == {"": Weight((1, 1, 8))}
    call = op.lower(Inputs())
    assert call == Call("torch.nn.Parameter", {"shape": (1, 1, 8)}, arguments=())
    assert not call.is_module


def test_a_weight_has_a_fixed_size() -> None:
    with pytest.raises(ValidationError) as caught:
        Parameter.model_validate({"shape": (1, symbol("H", 8))})
    (error,) = caught.value.errors()
    assert error["loc"] == ("shape", 1)
    assert error["msg"] == "must be a number, and H depends on the free dim `H`"
