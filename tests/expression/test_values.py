"""What a value is called, and which dimensions an input has."""

import pytest

from netspec.expression import UNKNOWN, ExpressionError, InputShape, Quotient, Value, describe
from netspec.expression.values import free_dim, kind
from netspec.shape import Size, symbol

N, H, W = symbol("N"), symbol("H", 224, 32), symbol("W", 7)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "the boolean true"),
        (False, "the boolean false"),
        (3, "the number 3"),
        (0.5, "the number 0.5"),
        (W, "the free size W"),
        (Quotient(W + 1, 2), "the free size (W + 1)/2"),
        ("same", "the text 'same'"),
        ((1, "a"), "the list [1, 'a']"),
        (InputShape((N, 3)), "an input of shape [N, 3]"),
        (object(), "a node"),
    ],
)
def test_kinds_of_values(value: Value, name: str) -> None:
    assert kind(value) == name


def test_lists_of_yaml_are_shown_as_lists() -> None:
    assert describe([1, [True]]) == "[1, [true]]"


def test_what_failed_is_shown_by_a_name() -> None:
    assert repr(UNKNOWN) == "UNKNOWN"


@pytest.mark.parametrize(
    ("shape", "attributes"),
    [
        ((N,), {}),
        ((N, 3), {"channels": 3}),
        ((N, 3, W), {"channels": 3, "width": W}),
        ((N, 3, H, W), {"channels": 3, "height": H, "width": W}),
        ((N, 3, 5, H, W), {"channels": 3, "height": H, "width": W}),
    ],
)
def test_dimensions_of_an_input(shape: tuple[Size, ...], attributes: dict[str, Size]) -> None:
    for name in ("channels", "height", "width"):
        if name in attributes:
            assert InputShape(shape).attribute(name) == attributes[name]
            continue
        with pytest.raises(ExpressionError, match=f"of rank {len(shape)} has no {name}"):
            InputShape(shape).attribute(name)
    assert InputShape(shape).attribute("rank") == len(shape)
    assert InputShape(shape).attribute("shape") == shape


def test_a_free_size_where_a_number_is_wanted() -> None:
    error = free_dim(H, "it is counted")
    assert (error.code, error.message) == ("free-dim", "it is counted, but `H` is a free size")
    assert error.help is not None
    assert error.help.endswith("fix it with `--dim H=224`")
    error = free_dim(W + H, "it is counted")
    assert error.message == "it is counted, but `H + W` depends on `H` and `W`"
    assert error.help is not None
    assert error.help.endswith("fix it with `--dim H=224`")


@pytest.mark.parametrize(
    "change",
    [
        lambda: setattr(InputShape((N,)), "shape", ()),
        lambda: setattr(Quotient(W, 2), "divisor", 3),
    ],
)
def test_values_cannot_be_changed(change: object) -> None:
    assert callable(change)
    with pytest.raises(AttributeError):
        change()
