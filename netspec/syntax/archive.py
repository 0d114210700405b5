"""The spec in a safetensors file: its header is read, the tensors are not."""

import json
from collections.abc import Sequence
from pathlib import Path

from netspec.diagnostics import Collector, Source, Span
from netspec.limits import Limits
from netspec.syntax.files import read_file

SUFFIX = ".safetensors"
KEY = "netspec"
"""Of the metadata: the resolved spec, as YAML text."""
_LENGTH = 8
_ROOM = 8
"""How much longer than a spec a header may be: it names the tensors too, and JSON escapes text."""


def read_archive(path: Path, shown: str, collector: Collector, limits: Limits) -> bytes | None:
    """The YAML text in a file; None where there is none, and the collector says why.

    Raises OSError where the file cannot be read.
    """
    span = Span(Source(shown, path=str(path)))
    most = limits.file_bytes * _ROOM
    start = read_file(path, _LENGTH)
    length = int.from_bytes(start, "little")
    if len(start) == _LENGTH and length > most:
        collector.error(
            "file-too-large",
            f"the header of {shown} has {length:,} bytes, more than {most:,}",
            span,
            help="export it anew, or raise `Limits.file_bytes` in Python",
        )
        return None
    header = _header(read_file(path, _LENGTH + length)[_LENGTH:], length)
    if header is None:
        collector.error(
            "weights-unreadable",
            f"{shown} is no whole safetensors file",
            span,
            help="fetch or write it anew",
        )
        return None
    metadata = header.get("__metadata__")
    text = metadata.get(KEY) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        collector.error(
            "no-spec-inside",
            f"{shown} holds weights and no spec",
            span,
            help=f"name the spec, and give the file with `--weights {path.name}`",
        )
        return None
    return text.encode("utf-8", "surrogatepass")


def _header(data: bytes, length: int) -> dict[str, object] | None:
    """The JSON object, without repeated keys."""
    if len(data) != length:
        return None
    try:
        header = json.loads(data, object_pairs_hook=_unambiguous)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested without end
        return None
    return header if isinstance(header, dict) else None


def _unambiguous(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("a key is repeated")
    return entries
