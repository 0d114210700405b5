"""A reader who does all that a page says, in order and in one folder, and tells what is wrong."""

import ast
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from textwrap import dedent

import yaml

from netspec import Text, check_spec
from tests.documented.blocks import Block, blocks, replaced
from tests.documented.commands import captured, command, failure
from tests.documented.dialogue import GAP, kept, replayed

ROOT = Path(__file__).parents[2]
OUTPUT = ("text", "output")

# Commands that set things up, which the tests cannot do for each page.
_SETTING_UP = re.compile(
    r"""python3?\ -m\ venv\ \S+ | \.\ \S+/activate | (\S+/)?pip\ install\ .* | (\S+/)?pytest(\ .*)?
    | (\S+/)?pre-commit\ .* | npm\ install\ .* | git\ .* | mkdir\ .* | eval\ .* | source\ .* | \#.*
    | (\S+/)?python3?\ -m\ (build|benchmarks).*
    | \S+/netspec\ build\ .* | (\S+/)?netspec\ (completion|check\ --watch)\ .*""",
    re.VERBOSE,
)
_PARSERS: dict[str, Callable[[str], object]] = {
    "yaml": yaml.safe_load,
    "json": json.loads,
    "toml": tomllib.loads,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A block that does not do what it says; `text` is what would be right, where that is known."""

    block: Block
    message: str
    text: str | None = None


@dataclass(slots=True)
class Reader:
    """Reads a page in the current folder. Python blocks share one namespace."""

    names: dict[str, object] = field(default_factory=lambda: {"__name__": "__main__"})
    printed: str | None = None

    def read(self, page: str) -> list[Fault]:
        """Run all blocks; what is wrong with some."""
        found = blocks(page)
        faults = []
        for position, block in enumerate(found):
            try:
                text = self._run(block, found[position + 1 :])
            except Exception as error:
                faults.append(Fault(block, failure(error)))
                continue
            if text != block.text:
                faults.append(Fault(block, _difference(block.text, text), text))
        return faults

    def _run(self, block: Block, later: list[Block]) -> str:
        """Do what a block says, and give the text that it should have."""
        printed, self.printed = self.printed, None
        if "shown" in block.marks and block.language not in _RUNNERS:
            return block.text
        if block.language in OUTPUT and printed is not None:
            return kept(block.text, printed)
        if source := block.mark("from"):
            return _quoted(block.text, source)
        if "data" in block.marks:
            return _parsed(block)
        if block.name and block.language not in ("console", "sh"):
            return _written(block, later)
        if block.language not in _RUNNERS:
            raise ValueError(f"a block of `{block.language}` is not run: mark it `shown`")
        shown = bool(later) and later[0].language in OUTPUT
        return _RUNNERS[block.language](self, block.text, shown)

    def _python(self, text: str, shown: bool) -> str:
        if text.startswith(">>> "):
            return replayed(text, ">>> ", "... ", self._typed)
        with captured() as stream:
            try:
                exec(compile(text, "<page>", "exec"), self.names)
            except Exception as error:
                if not shown:
                    raise
                stream.write(failure(error))
        self.printed = stream.getvalue()
        return text

    def _typed(self, source: str) -> str:
        """What Python prints for a statement at its prompt; values too."""
        with captured() as stream:
            try:
                for statement in ast.parse(source).body:
                    tree = ast.Interactive([statement])
                    exec(compile(tree, "<page>", "single"), self.names)
            except Exception as error:
                stream.write(failure(error))
        return stream.getvalue()


def faults_of(page: Path, faults: list[Fault]) -> str:
    """The faults as text: place, and what is wrong."""
    where = page.relative_to(ROOT).as_posix()
    return "\n".join(f"{where}:{fault.block.line}: {fault.message}" for fault in faults)


def mended(page: str, faults: list[Fault]) -> str:
    """The page with the output that its blocks have now."""
    return replaced(page, [(fault.block, fault.text) for fault in faults if fault.text is not None])


def _difference(shown: str, actual: str) -> str:
    lines = unified_diff(shown.splitlines(), actual.splitlines(), "shown", "actual", lineterm="")
    return "\n".join(lines)


def _written(block: Block, later: list[Block]) -> str:
    """Write the file; one that no later block uses must be a spec, and right."""
    path = Path(block.name or "")
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"`{path}` is outside of the folder of the page")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")
    if any(path.stem in other.text for other in later):
        return block.text
    if block.language != "yaml":
        raise ValueError(f"no later block uses `{path}`")
    check_spec(path)
    return block.text


def _quoted(text: str, source: str) -> str:
    """The text, if all of its lines stand in the file; a line `…` or `# …` leaves lines out."""
    path = Path(source) if Path(source).is_file() else ROOT / source
    lines = path.read_text(encoding="utf-8").splitlines()
    start = 0
    for part in re.split(rf"^\s*(?:# )?{GAP}\n", text, flags=re.M):
        wanted = dedent(part).splitlines()
        places = range(start, len(lines) - len(wanted) + 1)
        place = next((i for i in places if _same(lines[i : i + len(wanted)], wanted)), None)
        if place is None:
            raise ValueError(f"not in {source}, or not in this order:\n{part}")
        start = place + len(wanted)
    return text


def _same(lines: list[str], wanted: list[str]) -> bool:
    return dedent("\n".join(lines)).splitlines() == wanted


def _parsed(block: Block) -> str:
    """The text, if it is what its language says, and no spec that should be checked."""
    data = _PARSERS[block.language](block.text)
    if block.language == "yaml" and isinstance(data, dict) and "netspec" in data:
        raise ValueError("this is a spec, and specs are checked: do not mark it `data`")
    return block.text


def _spec(_: Reader, text: str, shown: bool) -> str:
    if not re.search(r"^netspec: ", text, re.M):
        raise ValueError("a part of a spec says where it stands: mark the block `from=FILE`")
    check_spec(Text(text), root=Path.cwd())
    return text


def _console(_: Reader, text: str, shown: bool) -> str:
    return replayed(text, "$ ", "> ", command)


def _shell(_: Reader, text: str, shown: bool) -> str:
    for line in filter(None, re.split(r"\n| && ", text.replace("\\\n", " "))):
        if not _SETTING_UP.fullmatch(line.strip()):
            raise ValueError(f"`{line}` is not run in a block of `sh`: make it `console`")
    return text


_RUNNERS: dict[str, Callable[[Reader, str, bool], str]] = {
    "yaml": _spec,
    "console": _console,
    "sh": _shell,
    "python": Reader._python,
}
