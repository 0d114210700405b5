"""Documents that are refused: one error, at the place that ⟦ and ⟧ enclose."""

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from tests.graph.specs import refuse

BASE = """\
netspec: 1
name: base
inputs: {x: [N, 4, 8, 8]}
nodes:
  a: relu
  y: relu
outputs: {y: y}
"""


def check_error(old: str, new: str, code: str, message: str, help: str = "") -> None:
    """The base spec with `new` in place of `old` has one error; at `old` = "" the text is added."""
    assert old in BASE
    text = BASE.replace(old, new, 1) if old else BASE + new + "\n"
    (error,) = refuse(text, code)
    assert message in error.message
    assert help in (error.help or "")


def errors_of(text: str) -> tuple[Diagnostic, ...]:
    """All that is wrong with a spec."""
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(netspec.Text(text))
    return caught.value.diagnostics
