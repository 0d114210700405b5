"""Names in generated code."""

import pytest

from netspec.backends.source.naming import class_name, unused, variable


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("conv_bn", "ConvBn"),
        ("resnet50_d", "Resnet50D"),
        ("block1-0", "Block10"),
        ("a", "A"),
        ("3x3", "Block3x3"),
    ],
)
def test_class_names(text: str, wanted: str) -> None:
    assert class_name(text) == wanted


@pytest.mark.parametrize("text", ["torch", "nn", "F", "sum", "l", "Tensor", "match", "Abc"])
def test_variables_hide_nothing(text: str) -> None:
    assert variable(text) == f"{text}_"


def test_other_variables_keep_their_name() -> None:
    assert variable("out_channels") == "out_channels"


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert unused("Block", {"Block", "Block2"}) == "Block3"
    assert unused("None", ()) == "None2"
