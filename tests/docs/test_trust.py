"""The page about trust names tests that are there, and counts that are reached."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from netspec.limits import Limits
from tests.bad_inputs import BAD
from tests.differential.faults import FAULTS
from tests.faults import test_interrupts
from tests.fuzz import test_fuzz
from tests.metamorphic import test_metamorphic
from tests.ops.reference import discover
from tests.promises import (
    test_p03_bounded_yaml,
    test_p04_expressions,
    test_p06_files,
    test_p07_names,
    test_p10_products,
    test_p11_weights,
)
from tests.promises.fields import FIELDS
from tests.promises.naughty import TEXTS
from tests.promises.yaml_snippets import SNIPPETS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text("utf-8")
PROMISES = [f"P{number}" for number in range(1, 12)]
ROW = re.compile(r"^\| (P[\dP, ]+) \| (.+?) \| ([\d,]+) \| `(.+)` \|$", re.M)


def written(pattern: str, file: str) -> int:
    """A number that stands in a test."""
    (number,) = re.findall(pattern, (ROOT / "tests" / file).read_text("utf-8"))
    return int(number.replace("_", ""))


def functions_in(file: str) -> int:
    nodes = ast.walk(ast.parse((ROOT / "tests" / file).read_text("utf-8")))
    functions = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
    return sum(name.startswith("test_") for name in functions)


COUNTS: dict[str, Callable[[], int]] = {
    "hostile texts in fields": lambda: len(TEXTS) * len(FIELDS),
    "bad inputs, each by every entry": lambda: len(BAD),
    "snippets of YAML and JSON": lambda: len(SNIPPETS),
    "changed texts": lambda: test_p03_bounded_yaml.MUTATIONS,
    "seconds of fuzzing for each target": lambda: test_fuzz.SECONDS,
    "expressions of numbers": lambda: test_p04_expressions.NUMBERS,
    "expressions of free sizes": lambda: test_p04_expressions.SIZES,
    "limits, each one below, at and one above": lambda: len(fields(Limits)),
    "specs checked in one process, memory flat": lambda: written(
        r'parts\("(\d+)", "4"\)', "load/test_many.py"
    ),
    "paths that lead outside": lambda: len(test_p06_files.OUTSIDE),
    "verbs that are killed, each 100 times": lambda: len(test_p06_files.WRITERS),
    "verbs that are interrupted, each 8 times": lambda: len(test_interrupts.VERBS),
    "texts as names of things": lambda: len(test_p07_names.texts()) * len(test_p07_names.NAMED),
    "random graphs": lambda: written(
        r"def test_ten_thousand_graphs[^@]*?range\(([\d_]+)\)", "differential/test_shapes.py"
    ),
    "faults planted in ops": lambda: len(FAULTS),
    "cases of single ops": lambda: sum(map(len, discover().values())),
    "tests of meaning": lambda: functions_in("promises/test_p09_meaning.py"),
    "random specs, each rewritten": lambda: test_metamorphic.LONG.stop,
    "naughty texts, each in every product": lambda: len(TEXTS),
    "products": lambda: len(test_p10_products.PRODUCTS),
    "pickles under names": lambda: len(test_p11_weights.FORMS) * len(test_p11_weights.NAMES),
}


def too_high(page: str) -> list[str]:
    """What the table claims to try more often than is tried."""
    rows = ROW.findall(page)
    return [what for _, what, least, _ in rows if COUNTS[what]() < int(least.replace(",", ""))]


def test_every_count_is_reached() -> None:
    assert {what for _, what, _, _ in ROW.findall(PAGE)} == set(COUNTS)
    assert too_high(PAGE) == []
    assert test_interrupts.TIMES >= 8


def test_a_count_that_is_not_reached_is_seen() -> None:
    assert too_high(PAGE.replace("| 40,000 |", "| 90,000 |")) == ["hostile texts in fields"]


def test_every_promise_has_its_section_its_module_and_a_count() -> None:
    sections = PAGE.split("\n## The counts\n")[0].split("\n### ")[1:]
    assert [section.partition(":")[0] for section in sections] == PROMISES
    for number, section in enumerate(sections, start=1):
        (module,) = re.findall(rf"`(tests/promises/test_p{number:02}_\w+\.py)`", section)
        assert functions_in(module.removeprefix("tests/")) > 0
    assert {name for names, *_ in ROW.findall(PAGE) for name in names.split(", ")} == {*PROMISES}


def commands() -> list[list[str]]:
    return [shlex.split(command) for *_, command in ROW.findall(PAGE)]


def is_slow(path: Path) -> bool:
    files = [path] if path.is_file() else path.rglob("test_*.py")
    return any("mark.slow" in file.read_text("utf-8") for file in files)


def test_every_command_names_tests() -> None:
    for program, *options, path in commands():
        assert program == "pytest"
        assert (ROOT / path).exists(), path
        if options:
            assert options == ["-m", "slow"]
            assert is_slow(ROOT / path), path


@pytest.mark.slow
@pytest.mark.parametrize("command", {" ".join(command): command for command in commands()}.values())
def test_every_command_collects_tests(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command, "--collect-only", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+(?:/\d+)? tests? collected|\d+/\d+ tests collected", done.stdout)
