"""Names in generated code."""

import pytest

from netspec.backends.source.naming import class_name, unused, variable


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("conv_bn", "ConvBn"),
        ("resnet50_d", "Resnet50D"),
        ("block1-0", "Block1_0"),
        ("squeezenet1_0", "Squeezenet1_0"),
        ("a", "A"),
        ("3x3", "Block3x3"),
    ],
)
def test_class_names(text: str, wanted: str) -> None:
    assert class_name(text) == wanted


@pytest.mark.parametrize("text", ["torch", "nn", "sum", "l", "match", "Lambda", "Print", "Self"])
def test_variables_hide_nothing(text: str) -> None:
    assert variable(text) == f"{text.lower()}_"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("out_channels", "out_channels"),
        ("AuxLogits", "aux_logits"),
        ("Mixed_6e", "mixed_6e"),
        ("branch2_Conv_7x7", "branch2_conv_7x7"),
        ("QKV", "qkv"),
        ("0", "layer0"),
        ("block1-0", "block1_0"),
    ],
)
def test_variables_are_written_small(text: str, wanted: str) -> None:
    assert variable(text) == wanted


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert unused("Block", {"Block", "Block2"}) == "Block3"
    assert unused("None", ()) == "None2"
