"""Ten thousand specs in one process: memory stays flat, time grows with their number alone, and
with the size of one. `pytest -m slow -s tests/load` prints the figures."""

import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec.limits import Limits
from tests.load.process import seconds

pytestmark = pytest.mark.slow

ROOT = Path(netspec.__file__).parents[1]
MEGABYTE = 1 << 20


def parts(*arguments: str) -> list[tuple[float, int]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.many", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
        check=True,
    )
    rows = [line.split() for line in done.stdout.splitlines()]
    found = [(float(time), int(memory)) for time, memory in rows]
    for number, (time, memory) in enumerate(found, start=1):
        print(f"part {number} of {arguments[0]}: {time:.1f} s, {memory / MEGABYTE:.1f} MB")
    return found


def test_ten_thousand_specs() -> None:
    found = parts("10000", "4")
    times, sizes = zip(*found, strict=True)
    assert sizes[-1] - sizes[0] < 6 * MEGABYTE
    assert max(times) < 1.6 * min(times)


def test_a_leak_would_be_seen() -> None:
    (_, first), *_, (_, last) = parts("1000", "4", "keep")
    assert last - first > 6 * MEGABYTE


def of_nodes(count: int) -> netspec.Text:
    rows = "".join(
        f"  n{number}: {{op: conv, out_channels: 3, kernel_size: 1}}\n" for number in range(count)
    )
    inputs = "dims: {H: 32, W: 32}\ninputs: {x: [N, 3, H, W]}\n"
    return netspec.Text(f"netspec: 1\n{inputs}nodes:\n{rows}outputs: {{y: n{count - 1}}}\n")


def test_time_grows_as_the_spec() -> None:
    limits = Limits(nodes=20_000, values=400_000, file_bytes=1 << 24)
    costs = {}
    for count in (500, 1000, 2000, 4000, 8000):
        spec = of_nodes(count)
        tries = []
        for _ in range(2):
            began = seconds()
            netspec.check_spec(spec, limits=limits)
            tries.append(seconds() - began)
        costs[count] = min(tries) / count
        print(f"{count} nodes: {1e6 * costs[count]:.0f} µs a node")
    assert max(costs.values()) < 2.5 * min(costs.values())
