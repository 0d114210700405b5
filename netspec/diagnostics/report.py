"""Messages, the collector that stages write them to, and the exception that carries them out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Literal

from netspec.diagnostics.span import Span

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of the way from the caller to the fault: `called by conv3`, and its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message. It stands alone in one line; `notes` give reasons, `help` the cure.

    `frames` lead from the line at fault outwards to the node of the spec; `instance` is the
    path of the affected module, `layer2.0.conv2`.
    """

    code: str
    message: str
    span: Span
    help: str | None = None
    notes: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    instance: str = ""
    severity: Severity = "error"


class Collector:
    """Gathers diagnostics; the same code at the same place is kept once, so that the copies of a
    repeated block report one fault.

    With `MOST` errors it has enough and raises NetspecError: a spec of a million mistakes must not
    cost a million looks for what was meant.
    """

    MOST = 200

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span], Diagnostic] = {}
        self._errors = 0

    def add(self, diagnostic: Diagnostic) -> None:
        key = (diagnostic.code, diagnostic.span)
        if key in self._found:
            return
        self._found[key] = diagnostic
        self._errors += diagnostic.severity == "error"
        if self._errors >= self.MOST:
            raise NetspecError(self)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        self.add(Diagnostic(code, message, span, help, tuple(notes)))

    def warning(self, code: str, message: str, span: Span, *, help: str | None = None) -> None:
        self.add(Diagnostic(code, message, span, help, severity="warning"))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self if found.severity == "error")


class NetspecError(Exception):
    """The spec has mistakes. `diagnostics` holds them (of very many the first), `str()` is text."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        from netspec.diagnostics.render import render_text  # render imports this module

        return render_text(self.diagnostics)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, for a did-you-mean; None where nothing is close.

    Only the first thousand candidates are looked at.
    """
    looked_at = sorted(islice(candidates, 1000))
    found = get_close_matches(name[:64], looked_at, n=1, cutoff=0.6)
    return found[0] if found else None
