"""The command in a process of its own, and specs and weights for it to work on."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CODE = """\
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
{before}
from netspec.cli.main import main
main()
"""

WRITERS = {
    "resolve": ["resolve", "good.yaml", "-o", "out.yaml"],
    "schema": ["schema", "-o", "out.json"],
    "summary": ["summary", "good.yaml", "-o", "out.txt"],
    "diff": ["diff", "good.yaml", "--vs", "width=5", "-o", "out.txt"],
    "view .html": ["view", "good.yaml", "-o", "out.html"],
    "view .mmd": ["view", "good.yaml", "-o", "out.mmd"],
    "export .py": ["export", "good.yaml", "-o", "out.py"],
}
"""Verbs that write a file and take no second; the rest is among `SLOW_WRITERS`."""

_TRANSFER = ["transfer", "weights.safetensors", "--from", "good.yaml", "--vs", "width=5"]
SLOW_WRITERS = {
    "build": ["build", "good.yaml", "-o", "out.txt"],
    "view .svg": ["view", "good.yaml", "-o", "out.svg"],
    "view .png": ["view", "good.yaml", "-o", "out.png"],
    "transfer": [*_TRANSFER, "-o", "out.safetensors"],
    "export .safetensors": ["export", "good.yaml", "-o", "out.safetensors"],
    "export .pt2": ["export", "good.yaml", "-o", "out.pt2"],
    "export .onnx": ["export", "good.yaml", "-o", "out.onnx"],
}


def command(arguments: Sequence[str], before: str = "") -> list[str]:
    """The command line of a Python that does `before` first."""
    return [sys.executable, "-c", CODE.format(before=before), *arguments]


def call(
    folder: Path, *arguments: str, before: str = "", stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """What comes of it; a process that hangs is an error."""
    return subprocess.run(
        command(arguments, before),
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
