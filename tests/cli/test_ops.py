"""`netspec ops`: the list, and the page of one op."""

import re

import pytest

from netspec.cli import ops
from netspec.ops.registry import op_names


def test_every_op_is_listed_in_one_line(netspec) -> None:
    lines = netspec("ops").out.splitlines()
    listed = [line.split()[0] for line in lines if re.match(r" {2}\w", line)]
    assert sorted(listed) == list(op_names())


def test_a_terminal_is_not_overrun(netspec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops, "width", lambda limit: min(limit, 72))
    for arguments in ((), ("conv",)):
        lines = netspec("ops", *arguments).out.partition("Example:")[0].splitlines()
        assert max(map(len, lines)) <= 72


def test_the_page_of_an_op(netspec, golden) -> None:
    golden("ops_conv.txt", netspec("ops", "conv").out)


def test_no_page_has_long_lines(netspec) -> None:
    for name in op_names():
        assert max(map(len, netspec("ops", name).out.splitlines())) <= 100


def test_an_unknown_op_gets_a_suggestion(netspec) -> None:
    result = netspec("ops", "convv")
    assert result.status == 2
    assert "did you mean `conv`?" in result.err
