"""Names are inert: in Python, in torch, in expressions."""

import keyword

import pytest
import torch

from netspec.diagnostics import Collector, Source, Span
from netspec.syntax.identifiers import check_identifier, check_name, reserved_attribute

PLACE = Span(Source("x", "y"), 1, 1, 1, 2)


@pytest.mark.parametrize("name", ["a", "A", "conv1", "layer_2", "a" * 100, "match", "print", "N_"])
def test_names(name: str) -> None:
    assert check_identifier(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "must not be empty"),
        ("_a", "a letter, then letters, digits"),
        ("__class__", "a letter, then letters, digits"),
        ("1a", "a letter"),
        ("a.b", "a letter"),
        ("a-b", "a letter"),
        ("a b", "a letter"),
        ("a\n", "a letter"),
        ("é", "a letter"),
        ("ｋ", "a letter"),
        ("kﬁ", "a letter"),
        ("a\u200b", "a letter"),
        ("а", "a letter"),  # Cyrillic
        ("x²", "a letter"),
        ("a" * 101, "a letter"),
        ('x"]; import os#', "a letter"),
    ],
)
def test_no_names(name: str, reason: str) -> None:
    assert reason in (check_identifier(name) or "")


@pytest.mark.parametrize("name", keyword.kwlist)
def test_keywords(name: str) -> None:
    assert check_identifier(name) == "it is a keyword of Python"


@pytest.mark.parametrize("name", ["N", "index", "count", "true", "false", "null", "max", "len"])
def test_reserved_in_expressions(name: str) -> None:
    collector = Collector()
    assert check_name(name, PLACE, "a node", collector)
    assert not check_name(name, PLACE, "a parameter", collector, reserved=True)
    (error,) = collector
    assert error.code == "invalid-name"
    assert error.message == f"`{name}` cannot name a parameter: it is reserved in expressions"


def test_a_long_name_is_cut_in_the_message() -> None:
    collector = Collector()
    check_name("x" * 10_000, PLACE, "a node", collector)
    assert len(collector.errors[0].message) < 200


@pytest.mark.parametrize("module", [torch.nn.Module(), torch.nn.Sequential()])
def test_every_attribute_of_a_live_module_is_reserved(module: torch.nn.Module) -> None:
    public = {name for name in dir(module) if not name.startswith("_")}
    assert {name for name in public if reserved_attribute(name) is None} == set()


def test_nothing_else_is_reserved() -> None:
    for name in ("conv1", "relu", "features", "classifier", "weight", "T", "norm"):
        assert reserved_attribute(name) is None
