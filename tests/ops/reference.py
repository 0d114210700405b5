"""Cases of all ops: `CASES: dict[str, list[Case]]`, op name to cases, in the files of `cases`."""

from functools import cache
from importlib import import_module
from pathlib import Path

from netspec.ops.base import Op
from netspec.ops.registry import find_builtin
from netspec.testing import Case


@cache
def discover() -> dict[str, list[Case]]:
    """The cases of all files in the folder `cases`, by op."""
    found: dict[str, list[Case]] = {}
    for file in sorted(Path(__file__).with_name("cases").glob("*.py")):
        for name, cases in import_module(f"tests.ops.cases.{file.stem}").CASES.items():
            found.setdefault(name, []).extend(cases)
    return found


def valid_cases(name: str) -> list[Case]:
    """Those that are not refused."""
    return [case for case in discover()[name] if not case.refused]


def op_class(name: str) -> type[Op]:
    op = find_builtin(name)
    assert op is not None, f"no op `{name}`"
    return op
