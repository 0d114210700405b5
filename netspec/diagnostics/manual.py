"""The manual: one Markdown page per code, in `codes/`, whose two examples are run by the tests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "codes"
_TITLE = re.compile(r"# (?P<code>[a-z]+(?:-[a-z]+)*): (?P<summary>.+)\n")
_FLAGS = ("set", "dim")
_WORDS = {"file": "`{}`", "limit": "with `Limits({})` in Python", "encoding": "in {}"}
_FENCE = re.compile(r"^```(?P<language>\w+)(?P<marks>[^\n]*)\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Example:
    """A spec of the manual. The last block of a section is the spec; those before it are its files.

    After the language, a block may say how it is to be checked: `file=parent.yaml` names it, and
    `set=k=3`, `dim=H=32`, `limit=nodes=10` and `encoding=utf-16` stand for the flag, the limit and
    the encoding of the file. A block of `python` is a program.
    """

    language: str
    text: str
    marks: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """What a code means (`text`, Markdown), with a spec that has it and one that has it mended."""

    code: str
    summary: str
    text: str
    bad: Example
    good: Example


@cache
def codes() -> tuple[str, ...]:
    """Every code, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.md")))


@cache
def manual(code: str) -> Page | None:
    """The page of a code; None where there is no such code."""
    if code not in codes():
        return None
    return parse((_FOLDER / f"{code}.md").read_text(encoding="utf-8"))


def parse(text: str) -> Page:
    """A page from its Markdown. Raises ValueError where the title or a section is missing.

    page    = "# " code ": " summary, section...
    section = "## " ("What" | "Why" | "Bad" | "Good"), paragraph or block...
    """
    title = _TITLE.match(text)
    if title is None:
        raise ValueError(f"a page begins with `# code: summary`, not {text[:40]!r}")
    _, *sections = re.split(r"^## ", text, flags=re.M)
    named = dict(section.split("\n", 1) for section in sections)
    if list(named) != ["What", "Why", "Bad", "Good"]:
        raise ValueError(f"{title['code']}: the sections are {', '.join(named)}")
    return Page(
        title["code"], title["summary"], text, _example(named["Bad"]), _example(named["Good"])
    )


def in_words(text: str) -> str:
    """A page for reading: what the marks of a block mean stands above it."""
    return _FENCE.sub(_with_caption, text)


def _with_caption(found: re.Match[str]) -> str:
    marks = _marks(found["marks"])
    flags = "".join(f" --{key} {value}" for key, value in marks if key in _FLAGS)
    words = [_WORDS[key].format(value) for key, value in marks if key in _WORDS]
    if flags:
        words.append(f"`netspec check spec.yaml{flags}`")
    caption = ", ".join(words)
    above = f"{caption[:1].upper()}{caption[1:]}:\n\n" if words else ""
    return f"{above}```{found['language']}\n{found['text']}```"


def _example(section: str) -> Example:
    blocks = [
        (found["language"], _marks(found["marks"]), found["text"])
        for found in _FENCE.finditer(section)
    ]
    if not blocks:
        raise ValueError("a section Bad or Good holds a block")
    *others, (language, marks, text) = blocks
    return Example(language, text, marks, {dict(m)["file"]: block for _, m, block in others})


def _marks(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (mark.partition("=") for mark in text.split())
    return tuple((key, value) for key, _, value in pairs)
