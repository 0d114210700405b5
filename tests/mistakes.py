"""The mistakes people make, as edits of a spec: each kind at every place where it applies."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "specs"
ZOO = FOLDER.parent.parent / "specs"


@dataclass(frozen=True)
class Edit:
    """One edited spec. `line` is where it was edited, in the numbering of the new text; `names` are
    words that the edit took away or changed, which other lines may still use."""

    kind: str
    spec: Path
    line: int
    text: str
    names: frozenset[str] = frozenset()
    sizes: bool = False

    @property
    def name(self) -> str:
        """What the text is called in messages; a child is another file than its parent."""
        return "child.yaml" if self.text.startswith(_CHILD) else self.spec.name

    def __str__(self) -> str:
        changed = self.text.split("\n")[self.line - 1].strip() if self.text else ""
        return f"{self.kind} {self.spec.stem}:{self.line}: {changed}"


_WORD = re.compile(r"[A-Za-z]\w*")
_CHILD = "netspec: 1\nname: child\n"
Change = tuple[int, str, frozenset[str]]
Edits = Iterator[Change]


def _lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.split("\n"), 1))


def _section(text: str) -> dict[int, str]:
    """For each line the top-level key that it stands under."""
    found, key = {}, ""
    for number, line in _lines(text):
        match = re.match(r"([a-z]+):", line)
        key = match.group(1) if match else key
        found[number] = key
    return found


def _put(text: str, number: int, line: str | None) -> str:
    lines = text.split("\n")
    lines[number - 1 : number] = [] if line is None else [line]
    return "\n".join(lines)


def _replacements(
    text: str, pattern: str, change: Callable[[re.Match[str]], str | None], *sections: str
) -> Edits:
    """Replace each match of the pattern, one at a time. Group `word` is what is edited."""
    where = _section(text)
    for number, line in _lines(text):
        if sections and where[number] not in sections:
            continue
        for match in re.finditer(pattern, line):
            new = change(match)
            if new is None:
                continue
            start, end = match.span("word")
            whole = _put(text, number, line[:start] + new + line[end:])
            yield number, whole, frozenset({match["word"]})


def _misspell(match: re.Match[str]) -> str:
    word = match["word"]
    return word[:-2] + word[-1] + word[-2] if len(word) > 2 and word[-1] != word[-2] else word + "q"


def misspelt_op(text: str) -> Edits:
    yield from _replacements(
        text, r"\bop: (?P<word>[a-z]\w*)", _misspell, "nodes", "blocks", "init"
    )
    yield from _replacements(
        text, r"(?:^ +- |^ +\w+: )(?P<word>[a-z]\w+)$", _misspell, "nodes", "blocks"
    )


def misspelt_argument(text: str) -> Edits:
    yield from _replacements(text, r"[{,] ?(?P<word>[a-z]\w*):(?= )", _misspell, "nodes", "blocks")


def misspelt_reference(text: str) -> Edits:
    sections = ("nodes", "blocks")
    yield from _replacements(
        text, r"(?:from|share): (?P<word>[a-z]\w*)", _misspell, *sections, "outputs"
    )
    for number, line in _lines(text):
        for sources in re.finditer(r"from: \[([^\]]*)\]", line):
            for match in re.finditer(r"(?P<word>[a-z]\w*)(\.\w+)?", sources[1]):
                start = sources.start(1) + match.start("word")
                end = sources.start(1) + match.end("word")
                new = line[:start] + _misspell(match) + line[end:]
                yield number, _put(text, number, new), frozenset({match["word"]})


def misspelt_parameter(text: str) -> Edits:
    document = yaml.safe_load(text)
    params = set(document.get("params") or {})
    for block in (document.get("blocks") or {}).values():
        params |= set(block.get("params") or {})
    if not params:
        return
    names = "|".join(sorted(params))
    value = rf'(?<=[\s\[("-])(?P<word>{names})\b(?![\w:])'
    sections = ("nodes", "blocks", "inputs", "outputs", "defaults")
    for number, whole, gone in _replacements(text, value, _misspell, *sections):
        if not re.search(r"params: {", text.split("\n")[number - 1]):
            yield number, whole, gone


def channels(text: str) -> Edits:
    pattern = r"(?:out_channels|out_features|width|base|dim|growth|hidden|[klmn]): (?P<word>\d+)"
    for step in (1, -1):
        yield from _replacements(
            text,
            pattern,
            lambda match, step=step: (
                str(int(match["word"]) + step) if int(match["word"]) + step else None
            ),  # type: ignore[misc]
        )


def stride(text: str) -> Edits:
    yield from _replacements(
        text, r"stride: (?P<word>\d+)", lambda m: "1" if m["word"] == "2" else "2"
    )


def dropped_argument(text: str) -> Edits:
    """Any `, key: value` of a flow mapping, `op` and node keys included."""
    where = _section(text)
    for number, line in _lines(text):
        if where[number] not in ("nodes", "blocks"):
            continue
        for match in re.finditer(r", ([a-z]\w*): ", line):
            end = _value_end(line, match.end())
            whole = _put(text, number, line[: match.start()] + line[end:])
            yield number, whole, frozenset(_WORD.findall(line[match.start() : end]))


def _value_end(line: str, start: int) -> int:
    depth, quoted = 0, False
    for position in range(start, len(line)):
        letter = line[position]
        if letter == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            if depth == 0:
                return position
            depth -= 1
        elif letter == "," and depth == 0:
            return position
    return len(line)


def forgotten_block_parameter(text: str) -> Edits:
    blocks = yaml.safe_load(text).get("blocks") or {}
    for number, whole, names in dropped_argument(text):
        line = text.split("\n")[number - 1]
        called = re.search(r"op: (\w+)", line)
        if called and called[1] in blocks and names & set(blocks[called[1]].get("params") or {}):
            yield number, whole, names


def swapped_from(text: str) -> Edits:
    """The sources of one node reversed, and those of two nodes exchanged for one of them."""
    for number, line in _lines(text):
        for match in re.finditer(r"from: \[([^\]]*)\]", line):
            names = match[1].split(", ")
            new = f"{line[: match.start(1)]}{', '.join(reversed(names))}{line[match.end(1) :]}"
            yield number, _put(text, number, new), frozenset()
    found = [(n, m) for n, line in _lines(text) for m in re.finditer(r"from: ([a-z][\w.]*)", line)]
    for (number, match), (_, other) in zip(found, found[1:] + found[:1], strict=True):
        if match[1] != other[1]:
            line = text.split("\n")[number - 1]
            new = line[: match.start(1)] + other[1] + line[match.end(1) :]
            yield number, _put(text, number, new), frozenset(_WORD.findall(match[1]))


def indentation(text: str) -> Edits:
    for number, line in _lines(text):
        if line.startswith("  "):
            yield number, _put(text, number, " " + line), frozenset()
            yield number, _put(text, number, line[1:]), frozenset()


def wrong_declared_shape(text: str) -> Edits:
    for number, line in _lines(text):
        for shape in re.finditer(r"shape: (\[.*?\])(?=[,}]|$)", line):
            for match in re.finditer(r"(?<![\w\"])\d+(?![\w\"])", shape[1]):
                start = shape.start(1) + match.start()
                new = line[:start] + str(int(match[0]) + 1) + line[start + len(match[0]) :]
                yield number, _put(text, number, new), frozenset()


def forgotten_quotes(text: str) -> Edits:
    for number, line in _lines(text):
        for match in re.finditer(r'"([^"]*)"', line):
            new = line[: match.start()] + match[1] + line[match.end() :]
            yield number, _put(text, number, new), frozenset()


def dropped_node(text: str) -> Edits:
    """A node that is written on one line, deleted. The line after it has its number then."""
    where = _section(text)
    for number, line in _lines(text):
        match = re.match(r" +(?:- |(\w+): )(?:{.*}|\w+)$", line)
        if where[number] in ("nodes", "blocks") and match and not line.strip().startswith("params"):
            yield number, _put(text, number, None), frozenset(_WORD.findall(line))


def renamed_node(text: str) -> Edits:
    where = _section(text)
    for number, whole, names in _replacements(
        text, r"^ +(?P<word>[a-z]\w*):(?= [{a-z\[]|$)", _misspell, "nodes"
    ):
        if where[number] == "nodes":
            yield number, whole, names


def missing_bracket(text: str) -> Edits:
    yield from _replacements(text, r"(?P<word>[\]}])", lambda match: "")


def missing_space(text: str) -> Edits:
    yield from _replacements(text, r"(?P<word>: )(?=\S)", lambda match: ":")


def missing_comma(text: str) -> Edits:
    yield from _replacements(text, r"(?P<word>, )", lambda match: " ")


def node_twice(text: str) -> Edits:
    where = _section(text)
    for number, line in _lines(text):
        if where[number] == "nodes" and re.match(r"  \w+: (?:{.*}|\w+)$", line):
            yield number + 1, _put(text, number, f"{line}\n{line}"), frozenset()


def text_for_number(text: str) -> Edits:
    yield from _replacements(
        text,
        r"[a-z_]: (?P<word>\d+)(?=[,}])",
        lambda match: f'"{match["word"]}"',
        "nodes",
        "blocks",
    )


def removed_node(text: str) -> Edits:
    """A child that removes one node of the spec; what reads it by `from` cannot stand."""
    document = yaml.safe_load(text)
    for name in document["nodes"]:
        child = f"{_CHILD}extends: PARENT\nnodes:\n  {name}: ~\n"
        yield 5, child, frozenset({name})


KINDS: dict[str, tuple[Callable[[str], Edits], bool]] = {
    "misspelt op": (misspelt_op, False),
    "misspelt argument": (misspelt_argument, False),
    "misspelt reference": (misspelt_reference, False),
    "misspelt parameter": (misspelt_parameter, False),
    "channel ±1": (channels, True),
    "stride": (stride, True),
    "dropped argument": (dropped_argument, True),
    "forgotten block parameter": (forgotten_block_parameter, True),
    "swapped from": (swapped_from, True),
    "indentation": (indentation, True),
    "wrong declared shape": (wrong_declared_shape, True),
    "forgotten quotes": (forgotten_quotes, True),
    "dropped node": (dropped_node, True),
    "renamed node": (renamed_node, False),
    "missing bracket": (missing_bracket, False),
    "missing space": (missing_space, False),
    "missing comma": (missing_comma, False),
    "node twice": (node_twice, False),
    "text for number": (text_for_number, False),
    "from to removed node": (removed_node, True),
}
"""Name of the kind -> its edits, and whether it can change sizes further down."""


def specs() -> list[Path]:
    """The specs that are edited: the first two of the zoo, and one or more of each form."""
    return [ZOO / "resnet34.yaml", ZOO / "residual_block.yaml", *sorted(FOLDER.glob("*.yaml"))]


def edits(paths: Iterable[Path] | None = None) -> Iterator[Edit]:
    """Every edit of every spec."""
    for spec in paths or specs():
        text = spec.read_text()
        for kind, (make, sizes) in KINDS.items():
            if kind == "from to removed node" and "extends:" in text:
                continue
            seen = {text}
            for line, new, names in make(text):
                if new not in seen:
                    seen.add(new)
                    new = new.replace("extends: PARENT", f"extends: {spec.name}")
                    yield Edit(kind, spec, line, new, names, sizes)
