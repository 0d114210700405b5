"""Shorter expressions of the same value."""

import itertools

import pytest

from netspec.backends.source.arithmetic import evaluate, text_of, translate
from netspec.backends.source.simplify import simplify
from netspec.expression import parse
from tests.backends.source.test_arithmetic import KNOWN


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("width * 64 // 64 * 1", "width"),
        ("width * 128 // 64", "width * 2"),
        ("128 * width // 64", "2 * width"),
        ("1 != width", "width != 1"),
        ("3 < width", "width > 3"),
        ("1 > 2 or width > 3", "width > 3"),
        ("1 < 2 or width > 3", "True"),
        ("1 < 2 and 3 < 4", "True"),
        ("width if 1 > 2 else groups", "groups"),
        ("[7, 8][1]", "8"),
        ("max(width, 8) - 0", "max(width, 8)"),
        ("not 1 > 2", "True"),
        ("width // 0", "width // 0"),
    ],
)
def test_it_is_shorter_and_has_the_same_value(text: str, wanted: str) -> None:
    tree = translate(parse(text).root, KNOWN)
    simple = simplify(tree)
    assert text_of(simple) == wanted
    for width, groups in itertools.product((1, 4, 6), (1, 3)):
        values = {"width": width, "groups": groups}
        if "// 0" not in text:
            assert evaluate(simple, values) == evaluate(tree, values)


def test_what_has_no_shorter_form_stays() -> None:
    for text in ("4 * width", "(width + 2) * groups", "width * 3 // 2", "not width > 3"):
        assert text_of(simplify(translate(parse(text).root, KNOWN))) == text
