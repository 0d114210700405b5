"""Shapes and values in few characters."""

from netspec import Text, check_spec
from netspec.backends.picture.words import shape_text, value_words


def test_numbers() -> None:
    assert shape_text((1, 64, 7, 7)) == "1×64×7×7"


def test_rounding_is_drawn_as_brackets() -> None:
    text = """\
netspec: 1
dims: {H: 32, W: 32}
inputs: {x: [N, 1, H, W]}
nodes:
  a: {op: max_pool, kernel_size: 3, stride: 2}
  b: {op: max_pool, kernel_size: 3, stride: 2, padding: 1}
outputs: {y: b}
"""
    shapes = check_spec(Text(text)).shapes
    assert shape_text(shapes["a"][0]) == "N×1×(⌈H/2⌉−1)×(⌈W/2⌉−1)"
    assert shape_text(shapes["b"][0]) == "N×1×⌊(H+1)/4⌋×⌊(W+1)/4⌋"


def test_values_are_those_of_the_language() -> None:
    assert value_words({"a": True, "b": (1, 2), "c": 0.5}) == {
        "a": "true",
        "b": "[1, 2]",
        "c": "0.5",
    }
