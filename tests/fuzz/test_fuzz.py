"""Whatever a fuzzer is given or once found, nothing but NetspecError comes out.

`pytest -m slow tests/fuzz` drives each target by coverage for ten minutes (`python -m tests.fuzz
TARGET SECONDS` does so for any time); it needs atheris, which runs on Linux and macOS.
"""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz import corpus
from tests.fuzz.targets import TARGETS

SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
ROOT = Path(__file__).parents[2]


def drive(target: str) -> int:
    """Try every seed, and what was found once; how many there are."""
    seeds = corpus.seeds(target)
    for data in seeds:
        TARGETS[target](data)
    return len(seeds)


@pytest.mark.parametrize("target", TARGETS)
def test_seeds(target: str) -> None:
    assert drive(target) > 500


@pytest.mark.parametrize(
    ("target", "broken"),
    [("text", "netspec.pipeline.elaborate"), ("expression", "netspec.expression.Evaluation")],
)
def test_what_escapes_would_be_seen(
    target: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(broken, fail)
    with pytest.raises(KeyError):
        drive(target)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("atheris") is None, reason="needs atheris")
@pytest.mark.parametrize("target", TARGETS)
def test_by_coverage(target: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", target, str(SECONDS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stderr[-5000:]
    (runs,) = re.findall(r"Done (\d+) runs", done.stderr)
    print(f"{target}: {int(runs):,} runs in {SECONDS} s")
    assert int(runs) > 10 * SECONDS
