"""What a fuzzer drives: each target takes bytes, and raises only where a promise is broken."""

from collections.abc import Callable

import netspec
from netspec.diagnostics import NetspecError
from netspec.diagnostics.render import render_concise, render_github, render_json, render_text
from netspec.limits import Limits
from netspec.pipeline import resolve
from tests.expression.test_hostile import survives

SMALL = Limits(nodes=300, values=3000)


def text(data: bytes) -> None:
    """The text entry: checked, or refused with messages that are whole and inert."""
    spec = netspec.Text(data)
    try:
        checked = netspec.check_spec(spec, limits=SMALL)
    except NetspecError as error:
        refusal = error
    else:
        assert str(checked)
        resolve(spec, limits=SMALL)
        return
    assert refusal.diagnostics
    for found in refusal.diagnostics:
        assert found.code and found.message
        assert found.help or found.severity != "error"
        assert len(found.message) < 1000
        assert found.span.line > 0 and found.span.column > 0
    for render in (render_text, render_concise, render_github):
        assert all(line.isprintable() for line in render(refusal.diagnostics).split("\n"))
    assert render_json(refusal.diagnostics).isascii()


def expression(data: bytes) -> None:
    """The arithmetic: a bounded value, or a refusal with its place."""
    survives(data.decode("utf-8", "surrogateescape"))


TARGETS: dict[str, Callable[[bytes], None]] = {"text": text, "expression": expression}
