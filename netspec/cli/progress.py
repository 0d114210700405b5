"""A line on the terminal while something takes more than a second."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

PATIENCE = 1.0
"""Seconds without a word."""


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show `text` on standard error, if it is a terminal and the work takes over a second."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # only a terminal pays for it

    status = Console(stderr=True).status(text)
    timer = Timer(PATIENCE, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
