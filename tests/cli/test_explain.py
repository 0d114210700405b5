"""`netspec explain`: the manual of the codes."""

from netspec.diagnostics.manual import codes


def test_every_code_is_listed(netspec) -> None:
    listed = [line.split()[0] for line in netspec("explain").out.splitlines()]
    assert listed == list(codes())


def test_the_page_of_a_code(netspec, golden) -> None:
    golden("explain_shape-mismatch.txt", netspec("explain", "shape-mismatch").out)


def test_an_unknown_code_gets_a_suggestion(netspec) -> None:
    result = netspec("explain", "shape-missmatch")
    assert result.status == 2
    assert "did you mean `shape-mismatch`?" in result.err
