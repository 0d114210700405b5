"""What holds for each op of the registry, with no op left out."""

import inspect
import re

import pytest
import yaml

from netspec.backends.torch.calls import resolve
from netspec.ops.base import Family
from netspec.ops.registry import op_names
from netspec.testing.check import check_example, check_registered, lowered
from tests.ops.reference import discover, op_class, valid_cases

NAMES = tuple(op_names())


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
def test_is_declared_as_it_must_be(name: str) -> None:
    check_registered(op_class(name))
    check_example(op_class(name))


@pytest.mark.parametrize("name", NAMES)
def test_belongs_to_a_family(name: str) -> None:
    assert op_class(name).family in Family.__args__  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_lowers_to_what_torch_has(name: str) -> None:
    cases = valid_cases(name)
    assert all(callable(resolve(lowered(op_class(name), case).target)) for case in cases)


def test_no_case_is_of_an_unknown_op() -> None:
    assert set(discover()) <= set(op_names())
