"""Calls, constructions and sizes as code."""

import itertools

import pytest

from netspec.backends.source.calls import call_code, make_code, size_text
from netspec.backends.source.layout import flat
from netspec.backends.source.model import Make
from netspec.graph.sizes import Given, Polynomial, Quotient, RunTimeSize
from netspec.ops.base import AllInputs, Input

A, B = Given(0), Given(1)
HALF = Quotient(A, 2)
SUM = Polynomial(((1, (A,)), (3, (B,)), (-2, ())))
SIZES = [
    A,
    HALF,
    SUM,
    Quotient(SUM, 4),
    Quotient(HALF, 3),
    Polynomial(((-1, (HALF,)), (10, ()))),
    Polynomial(((-1, (SUM,)), (50, ()))),
    Polynomial(((1, (SUM,)), (1, (HALF,)))),
    Polynomial(((2, (HALF, SUM)), (-3, (B,)))),
    Polynomial(((1, (HALF,)), (1, ()))),
]


@pytest.mark.parametrize("size", SIZES, ids=map(str, range(len(SIZES))))
def test_a_size_is_worked_out_as_it_is_at_run_time(size: RunTimeSize) -> None:
    text = size_text(size, ["a", "b"])
    for a, b in itertools.product(range(1, 8), range(1, 5)):
        assert eval(text, {"a": a, "b": b}) == size.value([a, b])


@pytest.mark.parametrize(
    ("target", "arguments", "keywords", "wanted"),
    [
        ("torch.add", (Input(0), Input(1)), (), "a + b"),
        ("torch.mul", (Input(0), 0.5), (), "a * 0.5"),
        ("torch.cat", (AllInputs(),), (("dim", 1),), "torch.cat([a, b], dim=1)"),
        ("torch.Tensor.add_", (Input(0), Input(1)), (), "a.add_(b)"),
        ("torch.nn.functional.pad", (Input(0),), (("pad", (1, 2)),), "F.pad(a, pad=(1, 2))"),
        ("netspec.backends.torch.layers.add_all", (AllInputs(),), (), "a + b"),
        (
            "netspec.backends.torch.layers.add_all",
            (AllInputs(),),
            (("inplace", True),),
            "a.add_(b)",
        ),
        (
            "self.attention",
            (Input(0), Input(1)),
            (("mask", None),),
            "self.attention(a, b, mask=None)",
        ),
    ],
)
def test_calls(
    target: str,
    arguments: tuple[object, ...],
    keywords: tuple[tuple[str, object], ...],
    wanted: str,
) -> None:
    found = call_code(target, arguments, keywords, ["a", "b"], lambda _, value: repr(value))
    assert flat(found) == wanted


def test_an_operand_that_is_an_operation_has_parentheses() -> None:
    found = call_code("torch.mul", (Input(0), 2), (), ["a + b"], lambda _, value: repr(value))
    assert found == "(a + b) * 2"


def test_defaults_are_left_out() -> None:
    arguments = (("in_channels", 3), ("out_channels", 4), ("kernel_size", 1), ("stride", 1))
    made = Make("torch.nn.Conv2d", arguments, {"stride": 1})
    assert flat(make_code(made)) == "nn.Conv2d(3, 4, 1)"
    assert flat(make_code(Make("Own", (("width", 3), ("act", False)), {"act": True}))) == (
        "Own(3, act=False)"
    )
