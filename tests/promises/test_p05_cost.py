"""P5: what a spec costs is known before anything is allocated.

Every field of `Limits` is tried one below, at and one above its default, and the caller may raise
it. All specs at a limit, and floods of mistakes, are checked in one process that has 512 MB and two
minutes, and torch is never imported. The limits of expressions are P4's.
"""

import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec.diagnostics import NetspecError
from netspec.limits import Limits
from tests.promises.costs import COSTS, FLOODS, NAMES, Cost, limit

CASES = [(name, cost) for name, costs in COSTS.items() for cost in costs]
IDS = [f"{name}-{cost.make.__name__}" for name, cost in CASES]
QUICK = ["nodes", "shapes", "places", "inputs of a block", "rules"]
"""Of the floods those that are tried by default: they took most, once."""
ROOT = Path(netspec.__file__).parents[1]


def test_every_limit_has_a_case() -> None:
    assert set(COSTS) == set(NAMES)


@pytest.mark.parametrize(("name", "cost"), CASES, ids=IDS)
def test_at_the_limit(name: str, cost: Cost, tmp_path: Path) -> None:
    most = limit(name)
    for amount in (most - cost.step, most):
        assert netspec.check_spec(cost.make(amount, tmp_path)).graph
    beyond = cost.make(most + cost.step, tmp_path)
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(beyond)
    (error,) = caught.value.diagnostics
    assert error.code == cost.code
    assert error.help
    assert netspec.check_spec(beyond, limits=Limits(**{name: most + cost.step})).graph


@pytest.mark.parametrize("name", ["file_bytes", "rank", "tensor_bytes"])
def test_a_limit_that_is_one_off_would_be_seen(name: str, tmp_path: Path) -> None:
    (cost,) = COSTS[name]
    for most in (limit(name) - cost.step, limit(name) + cost.step):
        accepted = Limits(**{name: most})
        fits = [fine(cost, limit(name) + more, tmp_path, accepted) for more in (0, cost.step)]
        assert fits != [True, False]


def fine(cost: Cost, amount: int, folder: Path, limits: Limits) -> bool:
    try:
        return bool(netspec.check_spec(cost.make(amount, folder), limits=limits))
    except NetspecError:
        return False


SMALL_PROCESS = """\
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
import netspec
from netspec.diagnostics import Collector
from tests.bad_inputs import BAD, unmarked
from tests.promises.costs import COSTS, FLOODS, limit

def errors(spec):
    try: netspec.check_spec(spec)
    except netspec.NetspecError as error: return error.diagnostics
    return ()

folder = Path(sys.argv[1])
for name, costs in COSTS.items():
    for cost in costs:
        assert not errors(cost.make(limit(name), folder)), name
for name in sys.argv[2:]:
    found = errors(netspec.Text(FLOODS[name]))
    assert 1 <= len(found) <= Collector.MOST, name
    assert all(error.help and len(error.message) < 400 for error in found), name
for bad in BAD:
    if bad.code in ("file-too-large", "nesting-too-deep", "too-many-nodes", "too-large"):
        assert errors(netspec.Text(unmarked(bad.text)[0])), bad
assert "torch" not in sys.modules
print("fine")
try: bytes(600 << 20)
except MemoryError: print("small")
"""


@pytest.mark.parametrize("floods", [QUICK, pytest.param([*FLOODS], marks=pytest.mark.slow)])
def test_checks_take_512_megabytes_and_no_torch(floods: list[str], tmp_path: Path) -> None:
    """In a process of its own, which could take minutes and gigabytes if a gate were open."""
    done = run_python(SMALL_PROCESS, str(tmp_path), *floods)
    assert (done.stdout, done.stderr) == ("fine\nsmall\n", "")


NO_TORCH = """\
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import netspec
checked = netspec.check_spec("resnet34")
from netspec.cli.main import run
for arguments in (["check", "resnet34"], ["list"], ["ops"], ["ops", "conv"], ["explain", "cycle"],
                  ["resolve", "resnet34"], ["summary", "resnet34"], ["params", "resnet34"],
                  ["diff", "resnet34", "--vs", "num_classes=3"], ["schema"]):
    assert run(arguments) == 0, arguments
assert "torch" not in sys.modules
"""


def test_what_builds_nothing_works_without_torch() -> None:
    done = run_python(NO_TORCH)
    assert done.returncode == 0, done.stderr


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
