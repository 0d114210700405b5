"""Located trees: what YAML text or a dict says, with the place of every part."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from netspec.diagnostics import Span

Plain: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `text` is as written; `quoted` tells a text from an expression."""

    value: Plain
    span: Span
    text: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Tree", ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A mapping with text keys, each with its own place."""

    entries: dict[str, tuple[Scalar, "Tree"]]
    span: Span

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, key: str) -> "Tree | None":
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def items(self) -> Iterator[tuple[str, "Tree"]]:
        return ((key, value) for key, (_, value) in self.entries.items())

    def key_span(self, key: str) -> Span:
        return self.entries[key][0].span

    def span_of(self, key: str) -> Span:
        """The place of a value; of its key where the value is left out (`key:`)."""
        written, value = self.entries[key]
        if isinstance(value, Scalar) and value.value is None and not value.text:
            return written.span
        return value.span

    def without(self, *keys: str) -> "Mapping":
        gone = frozenset(keys)
        return Mapping({k: v for k, v in self.entries.items() if k not in gone}, self.span)


Tree: TypeAlias = Scalar | Sequence | Mapping


def is_null(tree: Tree) -> bool:
    """Is it `~`, `null` or left out?"""
    return isinstance(tree, Scalar) and tree.value is None


def plain(tree: Tree) -> object:
    """The tree as ordinary Python values."""
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Sequence):
        return [plain(item) for item in tree.items]
    return {key: plain(value) for key, value in tree.items()}
