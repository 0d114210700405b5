"""Work that is done again whenever a file is saved."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

POLL = 0.05
"""Seconds between two looks at the files."""

SETTLE = 0.01
"""Seconds that files must stay the same before they are read: a save may take several steps."""

ABSENCE = 0.2
"""Seconds for which a file may be gone, as it is while an editor renames, before that is told."""

Stamps: TypeAlias = dict[Path, tuple[int, ...] | None]
"""What tells two states of a file apart; None where there is no file."""


def rounds(paths: Callable[[], Iterable[Path]]) -> Iterator[int]:
    """Yield now, and again after each change of a file that `paths` names; how many these are.

    `paths` is asked before each round, since the files say themselves what they read.
    """
    while True:
        seen = _seen(paths)
        yield len(seen)
        while (now := _stamps(seen)) == seen:
            time.sleep(POLL)
        _settle(now, {path for path in seen if seen[path]})


def _seen(paths: Callable[[], Iterable[Path]]) -> Stamps:
    """The files and their stamps, which hold from before `paths` read them until after it."""
    seen: Stamps = {}
    while (now := _stamps(paths())) != seen:
        seen = now
    return seen


def _settle(stamps: Stamps, present: set[Path]) -> None:
    """Wait until the files stay the same, and no `present` one is gone, but for good."""
    patience = time.monotonic() + ABSENCE
    while True:
        time.sleep(SETTLE)
        before, stamps = stamps, _stamps(stamps)
        away = any(stamps[path] is None for path in present)
        if stamps == before and not (away and time.monotonic() < patience):
            return


def _stamps(paths: Iterable[Path]) -> Stamps:
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
