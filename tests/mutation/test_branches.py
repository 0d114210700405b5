"""Every branch of the files that mutants are made of is taken by their own tests."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

from tests.mutation.targets import ROOT, TARGETS

LONG = [
    "tests/shape/test_faults.py",
    "tests/shape/test_properties.py",
    "tests/expression/test_hostile.py",
    "tests/expression/test_oracle.py",
]
"""They take their time, and no branch waits for them."""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tests of these files ran."""
    data = tmp_path_factory.mktemp("coverage") / "data"
    tests = sorted({path for paths in TARGETS.values() for path in paths})
    how = ["--branch", f"--rcfile={os.devnull}", f"--data-file={data}"]
    run = [sys.executable, "-m", "coverage", "run", *how, f"--include={','.join(TARGETS)}"]
    pytest_ = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        [*run, *pytest_, *(f"--ignore={path}" for path in LONG)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return data


def missing(data: Path) -> str:
    """The lines and branches that were not taken, as a table; "" where there are none."""
    measured = Coverage(data_file=data, config_file=False, branch=True)
    measured.load()
    table = StringIO()
    share = measured.report(file=table, show_missing=True, skip_covered=True)
    return "" if share == 100 else table.getvalue()


def test_every_branch_is_taken(measured: Path) -> None:
    files = {Path(path).relative_to(ROOT) for path in read(measured).measured_files()}
    assert files == set(map(Path, TARGETS))
    assert missing(measured) == ""


@pytest.mark.parametrize("name", ["netspec/shape/divide.py", "netspec/graph/include.py"])
def test_a_branch_that_is_not_taken_is_missed(measured: Path, name: str, tmp_path: Path) -> None:
    """One of the ways that a line may go is struck from the record."""
    data = read(measured)
    arcs = {path: set(data.arcs(path) or ()) for path in data.measured_files()}
    path = str(ROOT / name)
    lines = [line for line, _ in arcs[path]]
    start, end = next(arc for arc in sorted(arcs[path]) if arc[0] > 0 and lines.count(arc[0]) == 2)
    arcs[path].discard((start, end))
    forged = CoverageData(str(tmp_path / "data"))
    forged.add_arcs(arcs)
    forged.write()
    assert name in missing(tmp_path / "data")
    assert f"{start}->" in missing(tmp_path / "data") or str(start) in missing(tmp_path / "data")


def read(path: Path) -> CoverageData:
    data = CoverageData(str(path))
    data.read()
    return data
