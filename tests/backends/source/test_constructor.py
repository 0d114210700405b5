"""The `__init__` of a class."""

from dataclasses import replace

import pytest

from netspec.backends.source.arithmetic import name
from netspec.backends.source.constructor import access, constructor, container_kind, parameters
from netspec.backends.source.model import REQUIRED, Argument, Child, Class, Make, Zeros
from tests.backends.source.parts import SPAN, X, body, step

RELU = Make("torch.nn.ReLU")


def child(at: str, **changes: object) -> Child:
    path = tuple(at.split("."))
    made = changes.get("make", RELU)
    condition = name(str(changes["when"])) if "when" in changes else None
    assert isinstance(made, Make | Zeros)
    return Child(path[-1], path, made, SPAN, condition)


def lines(*children: Child) -> list[str]:
    made = Class("Block", "", (), replace(body(step("a", X)), children=children))
    found = constructor(made, (), ())
    assert found[:2] == ["    def __init__(self) -> None:", "        super().__init__()"]
    return [line.removeprefix(" " * 8) for line in found[2:]]


def test_parameters_have_types_and_defaults() -> None:
    found = parameters([Argument("width", "int", REQUIRED), Argument("act", "bool", True)])
    assert found == ("width: int", "act: bool = True")


def test_children_are_attributes_where_they_can_be() -> None:
    assert lines(child("conv"), child("bias", make=Zeros((3, 1)))) == [
        "self.conv = nn.ReLU()",
        "self.bias = nn.Parameter(torch.zeros(3, 1))",
    ]
    assert lines(child("0"), child("block1-0")) == [
        'self.add_module("0", nn.ReLU())',
        'self.add_module("block1-0", nn.ReLU())',
    ]


def test_children_that_may_be_missing_are_declared_first() -> None:
    assert lines(child("conv", when="wide"), child("act", when="wide"), child("last")) == [
        "self.conv: nn.Module | None = None",
        "self.act: nn.Module | None = None",
        "if wide:",
        "    self.conv = nn.ReLU()",
        "    self.act = nn.ReLU()",
        "self.last = nn.ReLU()",
    ]


@pytest.mark.parametrize(
    ("places", "kind", "wanted"),
    [
        ("held.0 held.1", "list", "self.held[1]"),
        ("held.b held.a-1", "dict", 'self.held["a-1"]'),
        ("held.0 held.items", "modules", 'self.get_submodule("held.items")'),
        ("held.0 held.1.inner", "modules", 'self.get_submodule("held.1.inner")'),
        ("0.a 0.b", "modules", 'self.get_submodule("0.b")'),
    ],
)
def test_modules_that_hold_others(places: str, kind: str, wanted: str) -> None:
    children = [child(each) for each in places.split()]
    first = children[0].at[0]
    assert container_kind(first, children) == kind
    assert access(children[-1].at, children, is_parameter=False) == wanted
    assert lines(*children)


def test_a_parameter_in_a_module_is_got_by_its_path() -> None:
    children = [child("held.bias", make=Zeros((3,)))]
    found = access(children[0].at, children, is_parameter=True)
    assert found == 'self.get_parameter("held.bias")'
