"""A value from the command line passes the gate of a spec."""

import pytest

from netspec.diagnostics import NetspecError
from netspec.syntax.tree import plain
from netspec.syntax.value import read_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("192", 192),
        ("0.5", 0.5),
        ("true", True),
        ("k * 2", "k * 2"),
        ("[3, 4]", [3, 4]),
        ("{op: silu}", {"op": "silu"}),
        ("", None),
        ("  ", None),
        ("~", None),
    ],
)
def test_values(text: str, value: object) -> None:
    assert plain(read_value(text, "--set k")) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("010", "leading-zero"),
        (".nan", "number-range"),
        ("9" * 50, "number-range"),
        ("!!python/name:os.system", "yaml-feature"),
        ("&a 1", "yaml-feature"),
        ("*a", "yaml-feature"),
        ("[1", "yaml-syntax"),
        ("[" * 1000, "nesting-too-deep"),
        ("1\n---\n2", "yaml-feature"),
        ("# only", "empty-spec"),
        ("\x1b[2J", "yaml-syntax"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(NetspecError) as caught:
        read_value(text, "--set k")
    (error,) = caught.value.diagnostics
    assert error.code == code
    assert error.span.source.name == "--set k"
