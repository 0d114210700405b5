"""From the bytes of a file to its text."""

from netspec.diagnostics import Collector, Source, Span
from netspec.limits import Limits

_MARK = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes | str, source: Source, collector: Collector, limits: Limits) -> str | None:
    """The text without its byte order mark; None where it is too large or not UTF-8."""
    start = Span(source, 1, 1, 1, 1)
    if isinstance(data, bytes) and (data[:2] in _UTF16 or b"\x00" in data[:4]):
        message = "the file is UTF-16 or UTF-32, not UTF-8"
        collector.error("encoding", message, start, help="save it as UTF-8")
        return None
    try:
        raw = data if isinstance(data, bytes) else data[: limits.file_bytes + 1].encode()
        if len(raw) > limits.file_bytes:
            collector.error(
                "file-too-large",
                f"{source.name} has more than {limits.file_bytes:,} bytes",
                start,
                help="split the spec with `include`, or raise `Limits.file_bytes` in Python",
            )
            return None
        raw = raw.removeprefix(_MARK)
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        what = f"byte 0x{raw[error.start]:02X}"
    except UnicodeEncodeError as error:
        before = error.object[: error.start]
        what = "a lone surrogate"
    line, column = place_after(before)
    span = Span(source, line, column, line, column + 1)
    collector.error("encoding", f"{what} is not UTF-8", span, help="save the file as UTF-8")
    return None


def place_after(before: str) -> tuple[int, int]:
    """Line and column of what follows this text."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
