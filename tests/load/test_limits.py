"""A spec at each limit, and one full of mistakes: seconds, and less than 512 MB.

The quick tests of the same: `tests/promises/test_p05_cost.py`. `pytest -m slow -s tests/load`
prints the figures.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from tests.promises.costs import COSTS, FLOODS

pytestmark = pytest.mark.slow

SECONDS = 30
"""Of the processor, on a slow machine; most take less than one."""
MEGABYTES = 512

CASES = [(name, str(index)) for name, costs in COSTS.items() for index in range(len(costs))]

ONE = """\
import json, sys
from pathlib import Path
import netspec
from tests.load.process import peak, seconds
from tests.promises.costs import COSTS, FLOODS, limit
name, index, folder = sys.argv[1:]
spec = (
    COSTS[name][int(index)].make(limit(name), Path(folder))
    if index
    else netspec.Text(FLOODS[name])
)
began, errors = seconds(), 0
try:
    netspec.check_spec(spec)
except netspec.NetspecError as error:
    errors = len(error.diagnostics)
print(json.dumps([seconds() - began, peak() >> 20, errors]))
"""


@pytest.mark.parametrize(("name", "index"), [*CASES, *((name, "") for name in FLOODS)])
def test_within_time_and_memory(name: str, index: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ONE, name, index, str(tmp_path)],
        cwd=Path(netspec.__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    time, megabytes, errors = json.loads(done.stdout)
    print(f"{name} {index}: {time:.2f} s, {megabytes} MB")
    assert bool(errors) is not bool(index)
    assert time < SECONDS
    assert 0 < megabytes < MEGABYTES
