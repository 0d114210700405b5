"""The one reader of YAML: bytes or text to a located tree, within limits, from the event stream.

Nothing is composed by PyYAML: its events are counted and refused as they come, so that aliases,
deep nesting and repeated keys cost nothing.
"""

import re
from collections.abc import Iterator
from typing import NoReturn

import yaml

from netspec.diagnostics import Collector, Source, Span
from netspec.limits import DEFAULT_LIMITS, Limits
from netspec.syntax.decode import decode, place_after
from netspec.syntax.mistakes import QUOTE, UNQUOTED, Mistake, Place, Refusal, balanced, explain
from netspec.syntax.scalar import ScalarError, resolve
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML forbids, and the line breaks that an editor does not count as such.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|\r(?!\n)"
)


class _Stop(Exception):
    """The text cannot be read on; what is wrong is in the collector."""


def read_text(
    data: bytes | str,
    name: str,
    collector: Collector,
    limits: Limits = DEFAULT_LIMITS,
    *,
    path: str = "",
) -> Tree | None:
    """Read one YAML document. None where the text cannot be read; the collector says why."""
    text = decode(data, Source(name, path=path), collector, limits)
    if text is None:
        return None
    reader = _Reader(Source(name, text, path), collector, limits)
    try:
        return reader.document(text)
    except _Stop:
        return None


def _mark(mark: yaml.Mark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _says_nothing(event: yaml.ScalarEvent) -> bool:
    return not (event.value or event.style or event.tag or event.anchor)


class _Reader:
    """Builds the tree of one document from its events."""

    def __init__(self, source: Source, collector: Collector, limits: Limits) -> None:
        self.source = source
        self.collector = collector
        self.limits = limits
        self.depth = 0
        self.values = 0
        self.brackets: list[Place] = []

    def document(self, text: str) -> Tree | None:
        self._check_characters(text)
        events = self._events(text)
        next(events)  # the start of the stream
        start = next(events)
        if isinstance(start, yaml.StreamEndEvent):
            return self._empty()
        assert isinstance(start, yaml.DocumentStartEvent)
        if start.version or start.tags:
            assert start.start_mark is not None
            line = start.start_mark.line + 1
            self._refuse("a `%` directive", Span(self.source, line, 1, line, 2), "delete the line")
        first = next(events)
        if isinstance(first, yaml.ScalarEvent) and _says_nothing(first):
            return self._empty()
        tree = self._tree(first, events, flow=False)
        next(events)  # the end of the document
        following = next(events)
        if not isinstance(following, yaml.StreamEndEvent):
            self._refuse("a second document", self._span(following), "keep one spec in a file")
        return tree

    def _empty(self) -> NoReturn:
        self._fail(
            "empty-spec",
            "there is nothing in it",
            Span(self.source, 1, 1, 1, 1),
            "start with `netspec: 1`",
        )

    def _check_characters(self, text: str) -> None:
        found = _FORBIDDEN.search(text)
        if found is None:
            return
        line, column = place_after(text[: found.start()])
        self._fail(
            "yaml-syntax",
            f"the character U+{ord(found[0]):04X} may not stand in a spec",
            Span(self.source, line, column, line, column + 1),
            "delete it, or write it as an escape in double quotes",
        )

    def _events(self, text: str) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            seen = _mark(error.problem_mark or error.context_mark)
            began = _mark(error.context_mark or error.problem_mark)
            if self.brackets and "node content" in (error.problem or ""):
                began = self.brackets[-1]
            refusal = Refusal(error.problem or "", seen, error.context or "", began)
            self._report(explain(refusal, text.split("\n")))

    def _report(self, mistake: Mistake) -> NoReturn:
        line, column = mistake.place
        span = Span(self.source, line, column, line, column + 1)
        notes = (f"{mistake.other} {self.source.name}:{mistake.other_line}",)
        self.collector.error(
            mistake.code,
            mistake.message,
            span,
            help=mistake.help,
            notes=notes if mistake.other else (),
        )
        raise _Stop

    def _tree(self, event: yaml.Event, events: Iterator[yaml.Event], *, flow: bool) -> Tree:
        span = self._span(event)
        assert isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(f"the alias `*{event.anchor}`", span, _INSTEAD)
        if event.anchor:
            self._refuse(f"the anchor `&{event.anchor}`", span, _INSTEAD)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        self.values += 1
        if self.values > self.limits.values:
            self._fail(
                "file-too-large",
                f"the spec holds more than {self.limits.values:,} values",
                span,
                "split the spec with `include`, or raise `Limits.values` in Python",
            )
        if event.tag:
            self._refuse(f"the tag `{event.tag[:60]}`", span, "delete it; a spec is plain data")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, span, flow)
        self.depth += 1
        if self.depth > self.limits.nesting:
            self._fail(
                "nesting-too-deep",
                f"nested more than {self.limits.nesting} levels deep",
                span,
                "move the inner part to a block",
            )
        inner = flow or bool(event.flow_style)
        build = self._sequence if isinstance(event, yaml.SequenceStartEvent) else self._mapping
        if inner:
            self.brackets.append((span.line, span.column))
        tree = build(event, events, inner)
        if inner:
            self.brackets.pop()
        self.depth -= 1
        return tree

    def _scalar(self, event: yaml.ScalarEvent, span: Span, flow: bool) -> Scalar:
        text: str = event.value
        if event.style:  # quoted or a block scalar
            return Scalar(text, span, text, quoted=True)
        if flow and not balanced(text):
            self._fail("unquoted-expression", UNQUOTED, span, QUOTE)
        try:
            return Scalar(resolve(text), span, text)
        except ScalarError as error:
            self.collector.error(error.code, error.message, span, help=error.help)
            return Scalar(1, span, text)

    def _sequence(
        self, start: yaml.CollectionStartEvent, events: Iterator[yaml.Event], flow: bool
    ) -> Sequence:
        items: list[Tree] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return Sequence(tuple(items), self._collection_span(start, event, items))
            items.append(self._tree(event, events, flow=flow))
        raise _Stop

    def _mapping(
        self, start: yaml.CollectionStartEvent, events: Iterator[yaml.Event], flow: bool
    ) -> Mapping:
        entries: dict[str, tuple[Scalar, Tree]] = {}
        last: list[Tree] = []
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return Mapping(entries, self._collection_span(start, event, last))
            key = self._key(event, events, flow)
            value = self._tree(next(events), events, flow=flow)
            last = [value]
            if key.text in entries:
                before = entries[key.text][0].span
                self.collector.error(
                    "duplicate-key",
                    f"`{key.text[:80]}` is written twice, first in line {before.line}",
                    key.span,
                    help="rename or delete one of them",
                )
                continue
            entries[key.text] = (key, value)
        raise _Stop

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], flow: bool) -> Scalar:
        if not isinstance(event, yaml.ScalarEvent):
            key = self._tree(event, events, flow=flow)
            self._fail(
                "wrong-key",
                "a key must be text, not a list or mapping",
                key.span,
                "quote an expression in braces, or give the value a name",
            )
        if event.value == "<<" and not event.style:
            self._refuse("the merge key `<<`", self._span(event), _INSTEAD)
        key = self._tree(event, events, flow=flow)
        assert isinstance(key, Scalar)
        if not isinstance(key.value, str):
            self._fail(
                "wrong-key", f"a key must be text, not `{key.text[:60]}`", key.span, "use a name"
            )
        return key

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        return Span(self.source, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _collection_span(
        self, start: yaml.CollectionStartEvent, end: yaml.Event, items: list[Tree]
    ) -> Span:
        """A block collection ends where its last item does, not at the line after."""
        first = self._span(start)
        if start.flow_style:
            last = self._span(end)
        else:
            last = items[-1].span if items else first
        return Span(self.source, first.line, first.column, last.end_line, last.end_column)

    def _refuse(self, what: str, span: Span, help: str) -> NoReturn:
        self._fail("yaml-feature", f"{what} is not part of the language", span, help)

    def _fail(self, code: str, message: str, span: Span, help: str) -> NoReturn:
        self.collector.error(code, message, span, help=help)
        raise _Stop


_INSTEAD = "write it once as a block, a parameter or under `defaults`"
