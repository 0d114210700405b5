"""What is typed at a prompt and what is shown below it, for `$` and for `>>>`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

GAP = "…"


@dataclass(frozen=True, slots=True)
class Exchange:
    """`typed` is how the page has it, prompts included; `source` is what to run."""

    typed: str
    source: str
    shown: str


def exchanges(text: str, prompt: str, more: str) -> list[Exchange]:
    """The dialogue of a block whose commands begin with `prompt` and go on after `more`.

    Raises ValueError where the first line is not a command.
    """
    found: list[Exchange] = []
    typing = False
    for line in text.splitlines(keepends=True):
        if line.startswith(prompt):
            found.append(Exchange(line, line.removeprefix(prompt), ""))
            typing = True
            continue
        if not found:
            raise ValueError(f"a dialogue begins with `{prompt}`, not with `{line.strip()}`")
        last = found.pop()
        typing = typing and (line.startswith(more) or line.rstrip() == more.rstrip())
        if typing:
            source = last.source + line.removeprefix(more.rstrip()).removeprefix(" ")
            found.append(Exchange(last.typed + line, source, ""))
        else:
            found.append(Exchange(last.typed, last.source, last.shown + line))
    return found


def replayed(text: str, prompt: str, more: str, run: Callable[[str], str]) -> str:
    """The dialogue as it goes now: what was shown where it still holds, else what is."""
    return "".join(
        one.typed + kept(one.shown, run(one.source)) for one in exchanges(text, prompt, more)
    )


def kept(shown: str, actual: str) -> str:
    """`shown` where `actual` is the same but for times and gaps, else `actual`."""
    return shown if agrees(shown, actual) else actual


def agrees(shown: str, actual: str) -> bool:
    """Whether output is as shown; a line `…` stands for any lines, and times may be others."""
    parts = (
        r"(?:.*\n)*?" if line.strip() == GAP else re.escape(line) + r"\n"
        for line in masked(shown).splitlines()
    )
    wanted = "".join(parts)
    return (
        re.fullmatch(wanted, "".join(f"{line}\n" for line in masked(actual).splitlines()))
        is not None
    )


def masked(text: str) -> str:
    """The text without what differs from run to run: how long it took."""
    return re.sub(r"\bin [\d,.]+ m?s\b", "in … ms", text)
