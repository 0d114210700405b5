"""Arithmetic of specs, printed anew."""

import ast

import pytest

from netspec.backends.source.arithmetic import (
    Untranslatable,
    evaluate,
    name,
    show,
    text_of,
    translate,
)
from netspec.expression import parse

KNOWN = {
    ("width",): name("width"),
    ("groups",): name("groups"),
    ("x", "channels"): name("in_channels"),
}


def printed(text: str) -> str:
    return text_of(translate(parse(text).root, KNOWN))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("4 * width", "4 * width"),
        ("(width + 2) * groups", "(width + 2) * groups"),
        ("width != 1 or x.channels != 4 * width", "width != 1 or in_channels != 4 * width"),
        ("not width > 3", "not width > 3"),
        ("[width, 1]", "(width, 1)"),
        ("max(width, 8)", "max(width, 8)"),
        ("width if groups > 2 else groups", "width if groups > 2 else groups"),
        ("-width", "-width"),
        ("2 ** 3", None),
        ("height", None),
        ("round(width * 0.5)", None),
    ],
)
def test_printed(text: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(Untranslatable):
            printed(text)
    else:
        assert printed(text) == wanted


@pytest.mark.parametrize("width", [1, 4, 6])
@pytest.mark.parametrize(
    "text", ["width * 128 // 64", "3 < width", "1 > 2 or width > 3", "max(width, 8) % 3", "-width"]
)
def test_it_has_the_value_that_the_spec_has(text: str, width: int) -> None:
    values = {"width": width}
    assert evaluate(translate(parse(text).root, KNOWN), values) == parse(text).evaluate(values)


@pytest.mark.parametrize("code", ["__import__('os')", "width.real", "[1 for _ in width]"])
def test_nothing_else_is_evaluated(code: str) -> None:
    with pytest.raises((TypeError, LookupError)):
        evaluate(ast.parse(code, mode="eval").body, {"width": 3})


@pytest.mark.parametrize(
    "value", [1, -2, 0.001, 1e-05, True, None, (3, 1), (1,), (), 'a "b"', "it's", "\n\\", "é"]
)
def test_a_value_is_shown_as_itself(value: object) -> None:
    assert ast.literal_eval(show(value)) == value


def test_infinity_is_shown() -> None:
    assert show(float("-inf")) == 'float("-inf")'
