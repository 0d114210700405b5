"""The fenced blocks of a Markdown page, each with its place in it."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

_DIRECTIVE = re.compile(r"\{(?:code-block|code)\} +(\w+)")
_OPTION = re.compile(r"(?::[\w-]+:.*\n)+\n?")
_NAME = re.compile(r"(?:#|//|--|;;) (?P<name>[\w./-]+\.\w+)\n")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code; `line` counts from 1 and is that of its first line of text.

    After the language stand marks: `file=NAME` writes the text to a file, `from=FILE` says that it
    stands in that file, `data` that it is some YAML, JSON or TOML, `shown` that it is not run.
    """

    language: str
    text: str
    line: int
    indent: str = ""
    marks: frozenset[str] = frozenset()

    def mark(self, key: str) -> str | None:
        """What stands after `key=`."""
        values = (mark.partition("=")[2] for mark in self.marks if mark.startswith(f"{key}="))
        return next(values, None)

    @property
    def name(self) -> str | None:
        """The file that the block writes: its mark, or the name in a comment that begins it."""
        comment = _NAME.match(self.text)
        return self.mark("file") or (comment["name"] if comment else None)


def blocks(page: str) -> list[Block]:
    """All blocks of code. Raises ValueError for one that is indented: it has no language."""
    lines = page.splitlines()
    found = []
    for token in MarkdownIt().enable("table").parse(page):
        if token.type == "code_block" and token.map:
            raise ValueError(f"line {token.map[0] + 1}: fence this block and name its language")
        if token.type != "fence" or not token.map:
            continue
        info = token.info.strip()
        directive = _DIRECTIVE.match(info)
        if info.startswith("{") and not directive:
            continue  # a table of contents, a note, a figure
        words = [directive[1]] if directive else info.split() or [""]
        start, text = token.map[0], token.content
        options = _OPTION.match(text) if directive else None
        skipped = options[0] if options else ""
        fence = lines[start]
        found.append(
            Block(
                language=words[0],
                text=text.removeprefix(skipped),
                line=start + 2 + skipped.count("\n"),
                indent=fence[: len(fence) - len(fence.lstrip())],
                marks=frozenset(words[1:]),
            )
        )
    return found


def replaced(page: str, texts: list[tuple[Block, str]]) -> str:
    """The page with other texts in some of its blocks."""
    lines = page.splitlines(keepends=True)
    for block, text in sorted(texts, key=lambda pair: -pair[0].line):
        first = block.line - 1
        new = [f"{block.indent}{line}" if line.strip() else line for line in text.splitlines(True)]
        lines[first : first + block.text.count("\n")] = new
    return "".join(lines)
