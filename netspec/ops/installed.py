"""Ops that installed packages offer: entry points of the group `netspec.ops`, named as the op.

What is on offer is read from the metadata of the packages, none of which is imported for it. A
spec can bring about one import alone: of the module that a package, which the user installed,
declares for the very name that the spec writes. It cannot name a module or a class.
"""

import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "netspec.ops"


def offers() -> "Mapping[str, tuple[EntryPoint, ...]]":
    """Name of an op -> the entry points of that name, of which there should be one."""
    return _offers(tuple(map(str, sys.path)))


@lru_cache(maxsize=1)
def _offers(path: tuple[str, ...]) -> "Mapping[str, tuple[EntryPoint, ...]]":
    """For one search path: to look through all packages takes some milliseconds."""
    from importlib.metadata import entry_points  # not needed where all ops are built in

    load.cache_clear()  # what was missing may be there now
    found: dict[str, tuple[EntryPoint, ...]] = {}
    for entry in entry_points(group=GROUP):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return found


def show(entry: "EntryPoint") -> str:
    """`pooling 0.1.0 (pooling.ops:GeM)`"""
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "a package"
    return f"{package} ({entry.value})"


@cache
def load(entry: "EntryPoint") -> str | None:
    """Import what an entry point names; the error in a line where that fails."""
    try:
        entry.load()
    except Exception as error:  # whatever the code of a package raises
        return f"{type(error).__name__}: {error}"
    return None
