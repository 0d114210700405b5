"""Places: which source, from which line and column to which."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text that was read, or a dict that was handed in (`text` is None).

    `name` is for people; `path` is the file, for programs, where the name is no path to it.
    """

    name: str
    text: str | None = field(default=None, repr=False)
    path: str = field(default="", repr=False)

    @property
    def file(self) -> str:
        """What programs are to open."""
        return self.path or self.name

    def line(self, number: int) -> str | None:
        """Line `number`, counted from 1, without its end; None where there is none."""
        if self.text is None:
            return None
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else None


@dataclass(frozen=True, slots=True)
class Span:
    """From (line, column) up to, not including, (end_line, end_column); all count from 1.

    A dict has no lines: there `line` is 0 and `path` is the key path, `nodes.conv1.stride`.
    """

    source: Source
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    path: str = ""

    def __str__(self) -> str:
        if self.line:
            return f"{self.source.name}:{self.line}:{self.column}"
        return f"{self.source.name}: {self.path}" if self.path else self.source.name

    @property
    def brief(self) -> str:
        """Place without the column, for a mention inside a sentence."""
        return f"{self.source.name}:{self.line}" if self.line else str(self)

    def inside(self, start: int, end: int) -> "Span":
        """The part from character `start` to `end` of a span that stands on one line."""
        if not self.line or self.line != self.end_line:
            return self
        first = min(self.column + start, self.end_column)
        last = max(first + 1, min(self.column + end, self.end_column))
        return Span(self.source, self.line, first, self.line, last, self.path)
