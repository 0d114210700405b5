"""Arguments of ops: what each type lets a spec write."""

from typing import Annotated, Literal

import pytest
from jsonschema import Draft7Validator
from pydantic import BeforeValidator

from netspec.ops.arguments import Boolean, Integers, NonNegative, Number, Positive, Probability
from netspec.ops.base import Op
from netspec.syntax.json_schema import arguments, values
from netspec.syntax.json_schema.arguments import arguments_of


class Everything(Op):
    """Does everything.

    - width: how wide
    - sizes, parts: how large
    """

    name = "everything"

    width: Positive
    sizes: Integers = 1
    parts: tuple[NonNegative, ...] | None = None
    rate: Probability = 0.5
    scale: Number = 1.0
    flag: Boolean = False
    mode: Literal["row", "batch"] = "row"
    mixed: Literal["same"] | Positive = "same"
    odd: Annotated[int, BeforeValidator(int)] = 1


def passes(**given: object) -> bool:
    schema = arguments_of(Everything)
    known = {**values.definitions(), **arguments.definitions()}
    return Draft7Validator({**schema, "definitions": known}).is_valid(given)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("width", [1, 8.0, "2 * k"], [0, -1, 2.5, "8", True, [1], None, {}]),
        ("sizes", [0, -1, [1, "k"], "k"], [1.5, "1", [True], None]),
        ("parts", [[0, 1], [], "k"], [1, [-1], None]),
        ("rate", [0, 1, 0.5, "p"], [1.5, -0.1, True]),
        ("scale", [0.5, 2, "p"], [True, "0.5", [1]]),
        ("flag", [True, "k > 2"], [1, "true"]),
        ("mode", ["row", "mode"], [1, True, ["row"]]),
        ("mixed", ["same", 1, "k"], [0, True]),
        ("odd", [1, "k", [1], True], [None, {}]),
        ("wdth", [], [1]),
    ],
)
def test_each_type(name: str, good: list[object], bad: list[object]) -> None:
    assert [value for value in good if not passes(**{name: value})] == []
    assert [value for value in bad if passes(**{name: value})] == []


def test_texts_and_defaults() -> None:
    properties = arguments_of(Everything)["properties"]
    assert isinstance(properties, dict)
    assert properties["width"]["description"] == "how wide (integer; required)"
    assert "default" not in properties["width"]
    assert properties["parts"]["description"] == "how large (list of integers; default ~)"
    assert properties["rate"]["default"] == 0.5
    assert properties["mode"]["description"] == "(row | batch; default row)"
