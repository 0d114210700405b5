"""Lines within 88 columns, as ruff would break them."""

import subprocess
import sys

import pytest

from netspec.backends.source.layout import WIDTH, Brackets, Choice, Code, Loop, docstring, statement

LONG = "argument_with_a_long_name"


def call(name: str, *items: Code) -> Brackets:
    return Brackets(f"{name}(", items)


@pytest.mark.parametrize(
    "piece",
    [
        call("f", "a", "b"),
        call("f"),
        call("f", *[LONG] * 3),
        call("f", *[LONG] * 4),
        call("outer", call("f", *[LONG] * 2), call("g", *[LONG] * 4), "a=1"),
        call("outer", Loop("*(", call("make", LONG), "for _ in range(3)")),
        call("outer", Loop("*(", call("make", *[LONG] * 3), "for _ in range(3)"), "b"),
        call("outer", Choice(call("f", LONG), "a != 1"), call("g", LONG, LONG)),
        call("outer", Choice(call("f", *[LONG] * 3), "a != 1"), call("g", *[LONG] * 4)),
    ],
)
@pytest.mark.parametrize("prefix", ["", "some.attribute.of.some.length = "])
def test_ruff_would_break_so(piece: Brackets, prefix: str) -> None:
    found = Brackets(prefix + piece.open, piece.items, piece.close)
    text = "\n".join(statement(found, 0)) + "\n"
    assert all(len(line) <= WIDTH for line in text.splitlines())
    arguments = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    done = subprocess.run(arguments, input=text, capture_output=True, text=True, check=True)
    assert done.stdout == text


def test_docstrings() -> None:
    assert docstring([""], 1) == []
    assert docstring(["One line."], 1) == ['    """One line."""']
    assert docstring(["First.", "Second."], 0) == ['"""First.', "", "Second.", '"""']
