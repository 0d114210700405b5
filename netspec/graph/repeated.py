"""One mistake that shows at many places, told once."""

from collections.abc import Iterable
from dataclasses import replace

from netspec.diagnostics import Diagnostic
from netspec.diagnostics.report import Frame

_NAMES = ("unknown-argument", "unknown-name", "unknown-node", "unknown-op")


def together(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics, those about one unknown name of one scope joined at its first place."""
    found: dict[object, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        found.setdefault(_key(diagnostic), []).append(diagnostic)
    return [_joined(same) if len(same) > 1 else same[0] for same in found.values()]


def _key(diagnostic: Diagnostic) -> object:
    if diagnostic.code not in _NAMES:
        return diagnostic.code, diagnostic.span
    frames: tuple[Frame, ...] = diagnostic.frames
    return diagnostic.code, diagnostic.message, diagnostic.span.source, frames


def _joined(same: list[Diagnostic]) -> Diagnostic:
    first, *others = sorted(same, key=lambda found: (found.span.line, found.span.column))
    also = f"also at {', '.join(other.span.brief for other in others[:8])}"
    if len(others) > 8:
        also += f", and {len(others) - 8} more places"
    return replace(first, notes=(*first.notes, also))
