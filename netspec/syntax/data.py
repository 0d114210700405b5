"""A dict in place of YAML text: the same tree, by the same limits, with key paths for places."""

from collections.abc import Mapping as AnyMapping
from typing import NoReturn

from netspec.diagnostics import Collector, Source, Span
from netspec.limits import DEFAULT_LIMITS, Limits
from netspec.syntax.scalar import MAX_INTEGER, is_number_or_boolean
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

_LONGEST_PATH = 500


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
        self.characters = limits.file_bytes
        self.values = limits.values

    def build(self, value: object, path: str, depth: int) -> Tree:
        span = Span(self.source, path=path)
        self._spend(value, span)
        if isinstance(value, list | tuple | AnyMapping) and depth >= self.limits.nesting:
            message = f"nested more than {self.limits.nesting} levels deep"
            self._fail("nesting-too-deep", message, span, "move the inner part to a block")
        if isinstance(value, AnyMapping):
            return self._mapping(value, path, depth, span)
        if isinstance(value, list | tuple):
            items = (self.build(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value))
            return Sequence(tuple(items), span)
        return self._scalar(value, span)

    def _spend(self, value: object, span: Span) -> None:
        """Count a key or value, before it is looked at."""
        self.values -= 1
        self.characters -= len(value) if isinstance(value, str) else 0
        for left, limit, what in (
            (self.values, self.limits.values, "values"),
            (self.characters, self.limits.file_bytes, "characters"),
        ):
            if left < 0:
                message = f"the spec holds more than {limit:,} {what}"
                self._fail("file-too-large", message, span, "split it with `include`")

    def _mapping(
        self, value: AnyMapping[object, object], path: str, depth: int, span: Span
    ) -> Mapping:
        entries: dict[str, tuple[Scalar, Tree]] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                self._fail("wrong-key", f"a key must be text, not {type(key).__name__}", span)
            self._spend(key, span)
            self._check_text(key, span)
            inner = f"{path}.{key}"[-_LONGEST_PATH:] if path else key[-_LONGEST_PATH:]
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
        self._check_text(value, span)
        return Scalar(str(value), span, value, quoted=is_number_or_boolean(value))

    def _check_text(self, text: str, span: Span) -> None:
        try:
            text.encode()
        except UnicodeEncodeError:
            self._fail("encoding", "the text holds a lone surrogate", span)

    def _fail(
        self, code: str, message: str, span: Span, help: str = "write what a YAML spec could say"
    ) -> NoReturn:
        self.collector.error(code, message, span, help=help)
        raise _Stop
