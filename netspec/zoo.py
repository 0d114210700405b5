"""The zoo: the specs that come with netspec, found by a bare name, `torchvision/resnet50`."""

import re
from pathlib import Path

from netspec.diagnostics import Collector
from netspec.syntax.reader import read_text
from netspec.syntax.tree import Mapping, Scalar

_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")

_SENTENCE_END = re.compile(r"(?<=\.)\s|\n")


def zoo_root() -> Path:
    """The folder of the specs: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "specs"
    return installed if installed.is_dir() else package.parent / "specs"


def find(name: str) -> Path | None:
    """The file of a bare name; None where the text is no such name or the zoo has no such spec."""
    if not _NAME.fullmatch(name):
        return None
    path = zoo_root() / f"{name}.yaml"
    return path if path.is_file() else None


def names() -> list[str]:
    """Every name in the zoo, in alphabetical order."""
    root = zoo_root()
    files = (path.relative_to(root) for path in root.rglob("*.yaml"))
    return sorted(file.with_suffix("").as_posix() for file in files)


def doc(name: str) -> str:
    """The first sentence of what a spec of the zoo says of itself; empty where it says nothing."""
    path = find(name)
    tree = read_text(path.read_bytes(), name, Collector()) if path else None
    text = tree.get("doc") if isinstance(tree, Mapping) else None
    if not isinstance(text, Scalar) or not isinstance(text.value, str):
        return ""
    return _SENTENCE_END.split(text.value.strip())[0]
