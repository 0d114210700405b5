"""A dict in place of YAML text: the same tree, by the same limits, with key paths for places."""

from typing import NoReturn

from netspec.diagnostics import Collector, Source, Span
from netspec.limits import DEFAULT_LIMITS, Limits
from netspec.syntax.scalar import MAX_INTEGER, is_number_or_boolean
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree


class _Stop(Exception):
    """The dict cannot be read on; what is wrong is in the collector."""


def read_data(
    data: object, name: str, collector: Collector, limits: Limits = DEFAULT_LIMITS
) -> Tree | None:
    """The tree of a dict. None where it holds what YAML could not; the collector says what."""
    try:
        return _Builder(Source(name), collector, limits).build(data, "", 0)
    except _Stop:
        return None


class _Builder:
    def __init__(self, source: Source, collector: Collector, limits: Limits) -> None:
        self.source = source
        self.collector = collector
        self.limits = limits
        self.budget = limits.file_bytes

    def build(self, value: object, path: str, depth: int) -> Tree:
        span = Span(self.source, path=path)
        self.budget -= len(value) + 1 if isinstance(value, str) else 1
        if self.budget < 0:
            self._fail("file-too-large", f"holds over {self.limits.file_bytes:,} values", span)
        if depth > self.limits.nesting:
            self._fail("nesting-too-deep", f"nested over {self.limits.nesting} levels deep", span)
        if isinstance(value, dict):
            return self._mapping(value, path, depth, span)
        if isinstance(value, list | tuple):
            items = (self.build(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value))
            return Sequence(tuple(items), span)
        return self._scalar(value, span)

    def _mapping(self, value: dict[object, object], path: str, depth: int, span: Span) -> Mapping:
        entries: dict[str, tuple[Scalar, Tree]] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                self._fail("wrong-key", f"a key must be text, not {type(key).__name__}", span)
            inner = f"{path}.{key}" if path else key
            written = Scalar(key, Span(self.source, path=inner), key)
            entries[key] = (written, self.build(item, inner, depth + 1))
        return Mapping(entries, span)

    def _scalar(self, value: object, span: Span) -> Scalar:
        if value is None or isinstance(value, bool):
            return Scalar(value, span, "~" if value is None else str(value).lower())
        if isinstance(value, int):
            if abs(value) >= MAX_INTEGER:
                self._fail("number-range", "the integer is beyond 2^31", span)
            return Scalar(int(value), span, str(int(value)))
        if isinstance(value, float):
            if not abs(value) < float("inf"):
                self._fail("number-range", f"`{value}` is not a finite number", span)
            return Scalar(float(value), span, repr(float(value)))
        if not isinstance(value, str):
            self._fail("wrong-type", f"a {type(value).__name__} is no value of a spec", span)
        try:
            value.encode()
        except UnicodeEncodeError:
            self._fail("encoding", "the text holds a lone surrogate", span)
        return Scalar(str(value), span, value, quoted=is_number_or_boolean(value))

    def _fail(self, code: str, message: str, span: Span) -> NoReturn:
        self.collector.error(code, message, span, help="write what a YAML spec could say")
        raise _Stop
