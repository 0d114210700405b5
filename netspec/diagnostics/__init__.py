"""What went wrong, where, and what to do about it.

`Span` is a place in a source, `Diagnostic` one message about it, `Collector` the list that every
stage writes to. `render` turns diagnostics into text, JSON or annotations; `manual` holds the page
of each code.
"""

from netspec.diagnostics.report import (
    Collector,
    Diagnostic,
    Frame,
    NetspecError,
    nearest,
)
from netspec.diagnostics.span import Source, Span

__all__ = [
    "Collector",
    "Diagnostic",
    "Frame",
    "NetspecError",
    "Source",
    "Span",
    "nearest",
]
