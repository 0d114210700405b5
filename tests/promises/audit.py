"""`python -m tests.promises.audit 1`: what Python does while hostile specs are checked and built.

It prints JSON: how many texts were tried, how many specs were built, and the events that the same
runs with ordinary texts did not raise. 1 is every text in every field, 8 one in eight. At the end
it does what no spec may, and tells what of it was seen.
"""

import json
import sys
from collections.abc import Callable, Sequence

from netspec import Checked, pipeline
from netspec.diagnostics.render import render_text
from netspec.zoo import zoo_root
from tests.promises.fields import FIELDS, refusal
from tests.promises.naughty import TEXTS

WATCHED = (
    *("exec", "compile", "import", "open", "os.", "subprocess.", "socket.", "urllib.", "ctypes."),
    *("pickle.", "marshal.", "shutil.", "tempfile.", "code.", "pty.", "syslog.", "mmap."),
    *("http.", "ftplib.", "smtplib.", "webbrowser.", "sqlite3.", "glob.", "signal.", "fcntl."),
)
ORDINARY = ["relu", "rellu", "4", "x", "k", "resnet34", "0.5", "a.yaml", "N", "[1, 2]", "{a: 1}"]
BUILT = {"doc", "source", "doc of a node", "choice", "modeline", "match", "name", "at", "output"}
"""Fields whose specs are also built, where they are fine."""


class Watch:
    """The events since the watch began, each once: its name and first argument."""

    def __init__(self) -> None:
        self.on = False
        self.seen: set[tuple[str, str]] = set()
        sys.addaudithook(self.hook)

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event.startswith(WATCHED):
            what = arguments[0] if arguments else ""
            self.seen.add((event, str(what)))

    def during(self, work: Callable[[], object]) -> set[tuple[str, str]]:
        self.seen = set()
        self.on = True
        work()
        self.on = False
        return self.seen


class Trial:
    """Texts in fields: every one in every field, or each field with one in `every`."""

    def __init__(self, texts: Sequence[str], every: int = 1) -> None:
        self.texts, self.every = texts, every
        self.tried = self.built = 0

    def run(self) -> None:
        for turn, name in enumerate(FIELDS):
            for text in self.texts[turn % self.every :: self.every]:
                self.check(name, text)

    def check(self, name: str, text: str) -> None:
        """Check it, print what is said, and build what is fine."""
        self.tried += 1
        refused = refusal(FIELDS[name], text)
        if refused:
            render_text(refused.diagnostics)
        elif name in BUILT:
            self.built += 1
            build_and_run(FIELDS[name](text))


def build_and_run(checked: Checked) -> None:
    from netspec.backends.torch.trial import run_once

    run_once(pipeline.build(checked, seed=0), checked.graph, 0)


SURPRISE = """\
import colorsys, os, socket
open("/etc/hostname").close()
os.system("true")
socket.socket().close()
eval("1")
"""
"""What no spec may do, and the watch must see."""


def main(every: str) -> None:
    watch, ordinary, naughty = Watch(), Trial(ORDINARY), Trial(TEXTS, int(every))
    watch.during(ordinary.run)  # what is imported once
    usual = watch.during(ordinary.run)
    strange = sorted(watch.during(naughty.run) - usual)
    planted = sorted(watch.during(lambda: exec(SURPRISE)) - usual)
    inside = str(zoo_root())
    told = {
        "tried": naughty.tried,
        "built": naughty.built,
        "strange": [one for one in strange if one[0] != "open" or not one[1].startswith(inside)],
        "planted": [event for event, _ in planted],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
