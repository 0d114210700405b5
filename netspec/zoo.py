"""The zoo: the specs that come with netspec, found by a bare name, `torchvision/resnet50`."""

import re
from pathlib import Path

from netspec.diagnostics import nearest

_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


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


def nearest_name(name: str) -> str | None:
    """What is meant by a name that is no file and none of the zoo: the file of that name, one of
    the zoo that is the same in a folder, or one that is alike."""
    files = (Path(f"{name}{suffix}") for suffix in (".yaml", ".yml"))
    beside = next((str(file) for file in files if file.is_file()), None)
    if beside is not None:
        return beside
    known = names()
    in_folder = next((other for other in known if other.rpartition("/")[2] == name), None)
    return in_folder or nearest(name, known)


def name_of(path: Path) -> str | None:
    """The bare name of a file in the zoo; None for any other."""
    real, root = path.resolve(), zoo_root().resolve()
    inside = real.relative_to(root).as_posix() if real.is_relative_to(root) else ""
    name = inside.removesuffix(".yaml")
    found = find(name)
    return name if found is not None and found.resolve() == real else None


def names() -> list[str]:
    """Every name in the zoo, in alphabetical order."""
    root = zoo_root()
    files = (path.relative_to(root) for path in root.rglob("*.yaml"))
    return sorted(file.with_suffix("").as_posix() for file in files)
