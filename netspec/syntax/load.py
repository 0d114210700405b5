"""From one spec to all the files that it extends and includes, merged."""

from dataclasses import dataclass, replace
from itertools import pairwise

from netspec.diagnostics import Collector, Span
from netspec.syntax.declare import declare
from netspec.syntax.fields import keys_of, kind_of, read
from netspec.syntax.files import Files, Place
from netspec.syntax.merge import extend, start
from netspec.syntax.reader import read_text
from netspec.syntax.schema import FileDoc, Parts, SpecDoc
from netspec.syntax.tree import Mapping, Tree, is_null


@dataclass(frozen=True, slots=True)
class Loaded:
    """Parts of a spec, for each included name the file whose `include` names it, and the `trail`
    of files that led here."""

    parts: Parts
    homes: dict[str, Place | None]
    trail: tuple[str, ...]


def load(
    tree: Tree, home: Place | None, default_name: str, files: Files, collector: Collector
) -> SpecDoc | None:
    """The whole spec of a tree that was read at `home`. None where its form is wrong."""
    loaded = gather(tree, home, files, collector)
    return complete(loaded, default_name, files, collector) if loaded else None


def gather(tree: Tree, home: Place | None, files: Files, collector: Collector) -> Loaded | None:
    """A file and what it extends, merged. None where the form of one is wrong."""
    trail = (str(home.path.resolve()),) if home else ()
    return _parts(tree, home, files, collector, trail)


def complete(loaded: Loaded, name: str, files: Files, collector: Collector) -> SpecDoc | None:
    """The spec of merged parts, with the specs that it includes. None where a form is wrong."""
    trail = loaded.trail
    include: dict[str, SpecDoc] = {}
    for key, (_, path) in loaded.parts.include.items():
        inner = _open(path.text, loaded.homes.get(key), path.span, files, collector, trail)
        if inner is None:
            continue
        place, inner_tree = inner
        deeper = (*trail, str(place.path.resolve()))
        parts = _parts(inner_tree, place, files, collector, deeper)
        spec = complete(parts, key, files, collector) if parts else None
        if spec:
            include[key] = spec
    merged = not collector.errors
    spec = declare(loaded.parts, name, collector)
    whole = merged and len(include) == len(loaded.parts.include)
    return replace(spec, include=include) if spec and whole else None


def _parts(
    tree: Tree, home: Place | None, files: Files, collector: Collector, trail: tuple[str, ...]
) -> Loaded | None:
    """The parts of a file and of what it extends."""
    if not isinstance(tree, Mapping):
        collector.error(
            "wrong-type",
            f"a spec is a mapping, not {kind_of(tree)}",
            tree.span,
            help="start with `netspec: 1`",
        )
        return None
    if _is_unindented(tree, collector):
        return None
    file = read(FileDoc, dict(tree.items()), tree, "a spec", collector)
    if file is None:
        return None
    if file.extends is None:
        parts = start(file, tree, collector)
        return Loaded(parts, dict.fromkeys(parts.include, home), trail) if parts else None
    opened = _open(file.extends, home, tree.span_of("extends"), files, collector, trail)
    if opened is None:
        return None
    place, parent_tree = opened
    parent = _parts(parent_tree, place, files, collector, (*trail, str(place.path.resolve())))
    if parent is None:
        return None
    parts = extend(parent.parts, file, tree, collector)
    own = dict.fromkeys(file.include or (), home)
    return Loaded(parts, {**parent.homes, **own}, trail)


def _is_unindented(tree: Mapping, collector: Collector) -> bool:
    """Report entries of a section that stand beside it."""
    known = keys_of(FileDoc)
    for section, below in pairwise(tree):
        empty = tree.get(section)
        if section in known and below not in known and empty is not None and is_null(empty):
            collector.error(
                "wrong-type",
                f"`{section}` holds nothing, and `{below[:80]}` stands beside it, not in it",
                tree.key_span(below),
                help=f"indent what belongs to `{section}`",
            )
            return True
    return False


def _open(
    text: str,
    home: Place | None,
    span: Span,
    files: Files,
    collector: Collector,
    trail: tuple[str, ...],
) -> tuple[Place, Tree] | None:
    place = files.find(text, home, span, collector)
    if place is None:
        return None
    real = str(place.path.resolve())
    if real in trail:
        collector.error(
            "file-cycle",
            f"`{text}` leads back to a file that is being read",
            span,
            help="a spec may not extend or include itself, directly or through another",
        )
        return None
    if len(trail) > files.limits.levels:
        collector.error(
            "too-many-files",
            f"more than {files.limits.levels} levels of `extends` and `include`",
            span,
            help="extend a spec nearer to the base",
        )
        return None
    data = files.read(place, span, collector)
    if data is None:
        return None
    path = str(place.path)
    tree = read_text(data, place.shown, collector, files.limits, path=path)
    return (place, tree) if tree is not None else None
