"""Where a spec comes from: a file, the zoo, text or a dict, as a tree that says where it stands."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeGuard

from netspec import zoo
from netspec.diagnostics import Collector, Diagnostic, NetspecError
from netspec.limits import Limits, without_collection
from netspec.syntax.archive import SUFFIX, read_archive
from netspec.syntax.data import read_data
from netspec.syntax.files import Files, Place, read_file, shown_in_zoo
from netspec.syntax.load import load
from netspec.syntax.reader import read_text
from netspec.syntax.schema import SpecDoc
from netspec.syntax.tree import Mapping as Table
from netspec.syntax.tree import Scalar, Sequence, Tree


@dataclass(frozen=True, slots=True)
class Text:
    """A spec as YAML text rather than a path; `name` stands for the file in messages."""

    text: str | bytes
    name: str = "<text>"


Spec: TypeAlias = "str | Path | Text | Mapping[str, object]"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a spec declares, and what it is written in.

    `doc` is None where a form is wrong; `files` are those that are read, or would be if they were
    there.
    """

    doc: SpecDoc | None
    files: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


def outline(spec: Spec, *, root: str | Path | None = None, limits: Limits | None = None) -> Outline:
    """Read a spec, `extends` and `include` too, without a look at its shapes.

    Arguments as for `check_spec`. Raises OSError where the path of `spec` cannot be read.
    """
    files, collector = Files(zoo.find, limits or Limits()), Collector()
    doc = None
    with without_collection(), suppress(NetspecError):  # raised where the collector is full
        doc = load_spec(spec, root, files, collector)
    return Outline(doc, tuple(dict.fromkeys(files.tried)), tuple(collector))


@dataclass(frozen=True, slots=True)
class Opened:
    """A spec that was read: its tree, where it stands, and its name if it says none."""

    tree: Tree
    home: Place | None
    name: str


def load_spec(
    spec: Spec, root: str | Path | None, files: Files, collector: Collector
) -> SpecDoc | None:
    """A spec with all that it extends and includes; None where a form is wrong."""
    opened = open_spec(spec, root, files, collector)
    return load(opened.tree, opened.home, opened.name, files, collector) if opened else None


def open_spec(
    spec: Spec, root: str | Path | None, files: Files, collector: Collector
) -> Opened | None:
    """The tree of a spec; None where it cannot be read."""
    limits = files.limits
    name = "network"
    home = Place(Path(root) / name, Path(root), name) if root is not None else None
    if isinstance(spec, Mapping):
        tree = read_data(spec, "<dict>", collector, limits)
    elif isinstance(spec, Text):
        tree = read_text(spec.text, spec.name, collector, limits)
    else:
        path = _path(spec)
        name = path.stem
        files.count = 1
        files.tried.append(path)
        shown = str(path) if path == Path(spec) else shown_in_zoo(path, str(spec))
        if is_archive(path):
            inside = read_archive(path, shown, collector, limits)
            tree = None if inside is None else read_text(inside, shown, collector, limits)
        else:
            data = read_file(path, limits.file_bytes + 1)
            tree = read_text(data, shown, collector, limits, path=str(path))
            home = Place(path, Path(root) if root is not None else path.parent, shown)
    return Opened(tree, home, name) if tree is not None else None


def is_archive(spec: Spec) -> TypeGuard[str | Path]:
    """Whether it is a safetensors file, which has the weights with the spec."""
    return isinstance(spec, str | Path) and str(spec).endswith(SUFFIX)


def _path(spec: str | Path) -> Path:
    if isinstance(spec, str) and "\n" in spec and not os.path.exists(spec):
        raise ValueError("this is YAML text, not a path: wrap it, netspec.Text(...)")
    path = Path(spec)
    if not isinstance(spec, str) or path.exists():
        return path
    found = zoo.find(spec)
    if found is not None:
        return found
    close = zoo.nearest_name(spec)
    meant = f"; did you mean `{close}`?" if close else ""
    raise FileNotFoundError(f"there is no file and no spec of the zoo named `{spec}`{meant}")


def as_trees(
    values: Mapping[str, object] | None, name: str, limits: Limits, collector: Collector
) -> dict[str, Tree]:
    """What a caller gives by name, as located trees; the command line gives trees already."""
    trees: dict[str, Tree] = {}
    for key, value in (values or {}).items():
        if isinstance(value, Scalar | Sequence | Table):
            trees[key] = value
            continue
        tree = read_data({key: value}, name, collector, limits)
        if isinstance(tree, Table):
            trees[key] = tree.entries[key][1]
    return trees
