"""What holds for each op of the registry, with no op left out."""

import inspect
import re

import pytest
import yaml

import netspec
from netspec.ops.base import Family, Op
from netspec.ops.registry import find_op, op_names
from tests.ops.reference import discover, lowered, torch_object

NAMES = tuple(op_names())


def op_class(name: str) -> type[Op]:
    op = find_op(name)
    assert op is not None
    return op


@pytest.mark.parametrize("name", NAMES)
def test_has_cases(name: str) -> None:
    cases = discover().get(name, [])
    refused = [case for case in cases if case.refused]
    assert len(cases) - len(refused) >= 8
    assert len(refused) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_is_documented(name: str) -> None:
    op = op_class(name)
    manual, mark, example = inspect.cleandoc(op.__doc__ or "").partition("\nExample:\n")
    assert mark, "the docstring has no Example"
    spec = yaml.safe_load(example)
    assert spec["netspec"] == 1
    assert f"op: {name}," in example or f": {name}\n" in example
    described = re.findall(r"^- ([a-z_0-9]+):", manual, re.MULTILINE)
    assert described == list(op.model_fields), "the manual and the arguments differ"


@pytest.mark.parametrize("name", NAMES)
def test_example_is_right(name: str) -> None:
    _, _, example = inspect.cleandoc(op_class(name).__doc__ or "").partition("\nExample:\n")
    graph = netspec.check_spec(netspec.Text(inspect.cleandoc(example))).graph
    assert graph.checked > 0, "the example proves nothing"


@pytest.mark.parametrize("name", NAMES)
def test_belongs_to_a_family(name: str) -> None:
    assert op_class(name).family in Family.__args__  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_lowers_to_what_torch_has(name: str) -> None:
    valid = [case for case in discover()[name] if not case.refused]
    assert all(callable(torch_object(lowered(op_class(name), case).target)) for case in valid)


def test_no_case_is_of_an_unknown_op() -> None:
    assert set(discover()) <= set(op_names())
