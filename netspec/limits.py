"""What one check may cost. The caller may raise a limit; a spec cannot."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that hold before anything is built.

    `file_bytes` of one file and `values` in it (keys, scalars, lists, mappings); `nesting` of YAML
    and of blocks in blocks; `files` read and `levels` of `extends` and `include`; `nodes` after
    elaboration; `rank` of a tensor; `weight_bytes` of all weights and `tensor_bytes` of one tensor,
    at nominal size.
    """

    file_bytes: int = 1 << 20
    values: int = 100_000
    nesting: int = 32
    files: int = 16
    levels: int = 8
    nodes: int = 10_000
    rank: int = 8
    weight_bytes: int = 16 * GIB
    tensor_bytes: int = 4 * GIB


DEFAULT_LIMITS = Limits()


@contextmanager
def without_collection() -> Iterator[None]:
    """A check builds trees that all stay alive, and Python's search for garbage would walk them
    again and again: with it, the time grows faster than the spec."""
    was_enabled = gc.isenabled()
    if was_enabled:  # by one thread or more; each that turns it off turns it on again
        gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
