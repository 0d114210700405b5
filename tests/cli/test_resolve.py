"""`netspec resolve` prints one file that means the same."""

from pathlib import Path


def test_the_resolved_spec_checks(netspec, folder: Path) -> None:
    (folder / "child.yaml").write_text(
        "netspec: 1\nname: child\nextends: good.yaml\nparams: {width: 8}\nnodes: {act: silu}\n"
    )
    result = netspec("resolve", "child.yaml")
    assert (result.status, result.err) == (0, "")
    assert "extends" not in result.out
    (folder / "whole.yaml").write_text(result.out)
    assert netspec("check", "whole.yaml").out.startswith("whole.yaml: ok, 1 of 1 declared")
    assert netspec("resolve", "whole.yaml").out == result.out


def test_output_and_errors(netspec, folder: Path) -> None:
    assert netspec("resolve", "good.yaml", "-o", "out.yaml").out == ""
    assert (folder / "out.yaml").is_file()
    assert netspec("resolve", "good.yaml", "-o", "out.yaml").status == 2
    assert netspec("resolve", "bad.yaml", "-o", "other.yaml").status in (0, 1)
