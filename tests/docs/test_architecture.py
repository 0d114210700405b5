"""The page about the architecture names what is there. `test_docs.py` checks that files exist."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def packages() -> set[str]:
    """Every package as the page names it, and the modules beside them."""
    parents = {path.parent for path in (ROOT / "netspec").glob("*/**/__init__.py")}
    folders = {f"{path.relative_to(ROOT).as_posix()}/" for path in parents}
    modules = {f"netspec/{path.name}" for path in (ROOT / "netspec").glob("[!_]*.py")}
    return folders | modules


def unnamed(page: str) -> set[str]:
    return {name for name in packages() if f"`{name}`" not in page}


def test_every_package_is_named() -> None:
    assert unnamed(PAGE) == set()


def test_a_package_that_is_not_named_is_seen() -> None:
    assert unnamed(PAGE.replace("`netspec/shape/`", "")) == {"netspec/shape/"}


def layers(page: str) -> list[str]:
    """The first column of the table of layers."""
    table = page.split("\n## Layers\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `netspec/(\w+)(?:/|\.py)` \|", table, re.M)


def test_the_layers_are_those_of_the_contract() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = contract["tool"]["importlinter"]["contracts"][0]["layers"]
    assert layers(PAGE) == [name for line in lines for name in re.findall(r"\w+", line)]
    swapped = PAGE.replace("| `netspec/ops/` |", "| `netspec/shape/` |")
    assert layers(swapped) != layers(PAGE)
