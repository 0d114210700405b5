"""Shapes and values in few characters."""

from netspec import Text, check_spec
from netspec.backends.picture.words import fitting, shape_text, short, value_words


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


def test_a_long_value_is_cut() -> None:
    assert short("[1, 2, 3]") == "[1, 2, 3]"
    assert short("features.1.branch3.0.conv") == "features.1.branch…"


def test_of_many_notes_the_first_are_shown() -> None:
    notes = ["stride 2 → 1", "padding 0 → 1", "out_channels 64 → 256", "bias true → false"]
    assert fitting(notes[:2]) == "stride 2 → 1 · padding 0 → 1"
    assert fitting(notes) == "stride 2 → 1 · padding 0 → 1 · +2"
    assert fitting([]) == ""
