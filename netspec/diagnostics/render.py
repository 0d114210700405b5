"""Diagnostics as text for people, one line each, JSON, and GitHub annotations."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from netspec.diagnostics.excerpt import escape, excerpt, source_line
from netspec.diagnostics.report import Diagnostic, Severity
from netspec.diagnostics.span import Span

LIMIT = 50
"""Diagnostics shown at most; the rest is counted."""

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
_ACCENT: dict[Severity, str] = {"error": "1;31", "warning": "1;33", "note": "1;36"}
_GREY = "90"
_BOLD = "1"

Paint = Callable[[str, str], str]


def render_text(
    diagnostics: Iterable[Diagnostic], *, color: bool = False, limit: int = LIMIT
) -> str:
    """Every diagnostic with its line, carets, reasons and cure; at the end, how many there are."""
    ordered = in_order(diagnostics)
    paint = _paint if color else _plain
    blocks = ["\n".join(_block(diagnostic, paint)) for diagnostic in ordered[:limit]]
    if len(ordered) > limit:
        blocks.append(_rest(ordered[limit:]))
    return "\n\n".join([*blocks, count(ordered)])


def render_concise(diagnostics: Iterable[Diagnostic], *, limit: int = LIMIT) -> str:
    """One line each: `file:line:col: error[code]: message`."""
    ordered = in_order(diagnostics)
    lines = [
        f"{escape(_locus(found.span))}: {found.severity}[{found.code}]: {escape(found.message)}"
        for found in ordered[:limit]
    ]
    if len(ordered) > limit:
        lines.append(_rest(ordered[limit:]))
    return "\n".join(lines)


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """All diagnostics as one JSON object, `{"errors": 1, "warnings": 0, "diagnostics": [...]}`.

    Each has `severity`, `code`, `message`, `file`, `line`, `column`, `end_line`, `end_column` (the
    end is exclusive; all count from 1 and are null for a dict), `path` (key path in a dict, or ""),
    `instance` (the affected module, or ""), `notes`, `help` (or null) and `frames`: how the fault
    was reached, from the inside outwards, each with `text` and a place.
    """
    ordered = in_order(diagnostics)
    document = {
        "errors": sum(found.severity == "error" for found in ordered),
        "warnings": sum(found.severity == "warning" for found in ordered),
        "diagnostics": [_record(found) for found in ordered],
    }
    return json.dumps(document, indent=2)


def render_github(diagnostics: Iterable[Diagnostic], *, limit: int = LIMIT) -> str:
    """Workflow commands that GitHub shows beside the changed lines."""
    return "\n".join(map(_annotation, in_order(diagnostics)[:limit]))


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Errors before warnings, by place; files and keys of a dict as they come."""
    found = list(diagnostics)
    files = {name: i for i, name in enumerate(dict.fromkeys(d.span.source.name for d in found))}
    return sorted(
        found,
        key=lambda d: (
            _SEVERITIES.index(d.severity),
            files[d.span.source.name],
            d.span.line,
            d.span.column,
        ),
    )


def count(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`"""
    severities = [found.severity for found in diagnostics]
    parts = (_plural(severities.count(severity), severity) for severity in _SEVERITIES)
    return ", ".join(part for part in parts if part) or "no errors"


def _block(found: Diagnostic, paint: Paint) -> Iterator[str]:
    accent = _ACCENT[found.severity]
    title = paint(accent, f"{found.severity}[{found.code}]")
    yield title + paint(_BOLD, f": {escape(found.message)}")
    numbers = [found.span.line, found.span.end_line, *(frame.span.line for frame in found.frames)]
    gutter = len(str(max(numbers)))
    bar = paint(_GREY, " " * gutter + " |")
    yield paint(_GREY, " " * gutter + "--> ") + escape(str(found.span))
    lines = list(excerpt(found.span))
    if lines:
        yield bar
    for number, line, carets in lines:
        if number is None:
            yield paint(_GREY, "...")
            continue
        yield _numbered(number, line, gutter, paint)
        yield f"{bar} {paint(accent, carets)}"
    for frame in found.frames:
        yield paint(_GREY, " " * gutter + f"::: {escape(frame.span.brief)}: {escape(frame.text)}")
        called = source_line(frame.span)
        if called is not None:
            yield _numbered(frame.span.line, called, gutter, paint)
    # The line itself names a node of the network; an instance inside of it is news.
    instance = (f"in {found.instance}",) if "." in found.instance else ()
    for remark in (*found.notes, *instance):
        yield paint(_GREY, " " * gutter + " = ") + escape(remark)
    if found.help:
        yield paint(_GREY, " " * gutter + " = ") + paint(_BOLD, "help: ") + escape(found.help)


def _numbered(number: int, line: str, gutter: int, paint: Paint) -> str:
    return f"{paint(_GREY, f'{number:>{gutter}} |')} {line}".rstrip()


def _record(found: Diagnostic) -> dict[str, object]:
    return {
        "severity": found.severity,
        "code": found.code,
        "message": found.message,
        **_place(found.span),
        "instance": found.instance,
        "notes": list(found.notes),
        "help": found.help,
        "frames": [{"text": frame.text, **_place(frame.span)} for frame in found.frames],
    }


def _locus(span: Span) -> str:
    return span.source.file + str(span).removeprefix(span.source.name)


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.source.file,
        "line": span.line or None,
        "column": span.column or None,
        "end_line": span.end_line or None,
        "end_column": span.end_column or None,
        "path": span.path,
    }


def _annotation(found: Diagnostic) -> str:
    command = "notice" if found.severity == "note" else found.severity
    span = found.span
    properties = {"title": f"{found.severity}[{found.code}]", "file": span.source.file}
    if span.line:
        properties |= {"line": str(span.line), "col": str(span.column)}
    if span.line and span.line == span.end_line:
        properties["endColumn"] = str(span.end_column)
    place = f"{span.path}: " if not span.line and span.path else ""
    help = (f"help: {found.help}",) if found.help else ()
    sentences = (place + found.message, *found.notes, *help)
    message = "%0A".join(_percent(escape(sentence)) for sentence in sentences)
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {listed}::{message}"


def _percent(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _percent(escape(value)).replace(":", "%3A").replace(",", "%2C")


def _rest(left_out: Sequence[Diagnostic]) -> str:
    return f"… {len(left_out):,} more, not shown"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else ""


def _paint(style: str, text: str) -> str:
    return f"\033[{style}m{text}\033[0m"


def _plain(_style: str, text: str) -> str:
    return text
