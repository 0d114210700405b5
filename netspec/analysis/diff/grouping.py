"""Changes as a person tells them: what happens in all instances of a block is told once."""

from collections.abc import Iterable
from dataclasses import dataclass

from netspec.analysis.diff.changes import Change, Detail, Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of change of nodes at these places, relative to the block. `details` have all the
    values of the instances, each pair of values once."""

    kind: Kind
    what: str
    places: tuple[str, ...]
    details: tuple[tuple[str, tuple[Detail, ...]], ...]
    origins: tuple[str, ...]
    """Where the nodes were, for those that moved or have another name."""


@dataclass(frozen=True, slots=True)
class Section:
    """What changes in these instances of a block; the network itself has no name and no root."""

    block: str
    roots: tuple[str, ...]
    entries: tuple[Entry, ...]


_Key = tuple[Kind, str, str, str]
"""Kind of change, block, path in the block, and name of the detail."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """One detail of a change, or a change without details."""

    change: Change
    detail: Detail | None


def sections(changes: Iterable[Change], everything: bool = False) -> list[Section]:
    """The network itself first, then what happens in most places. What only follows from another
    change is left out, unless `everything` is wanted."""
    by_detail = _by_detail(changes)
    if not everything:
        by_detail = {key: group for key, group in by_detail.items() if not _follows(group)}
    return _sections(by_detail)


def following(changes: Iterable[Change]) -> int:
    """How many details only follow from another change, in all instances."""
    return sum(len(group) for group in _by_detail(changes).values() if _follows(group))


def _follows(group: list[_Atom]) -> bool:
    return all(atom.detail is not None and atom.detail.follows for atom in group)


def _by_detail(changes: Iterable[Change]) -> dict[_Key, list[_Atom]]:
    """What happens to one node of a block, in all instances of the block."""
    atoms = [_Atom(change, detail) for change in changes for detail in change.details or (None,)]
    by_detail: dict[_Key, list[_Atom]] = {}
    for atom in atoms:
        change, name = atom.change, atom.detail.name if atom.detail else ""
        where = (change.kind, change.block, change.local, name)
        by_detail.setdefault(where, []).append(atom)
    return by_detail


def _sections(by_detail: dict[_Key, list[_Atom]]) -> list[Section]:
    by_place: dict[tuple[str, tuple[str, ...], Kind, str], list[list[_Atom]]] = {}
    for (kind, block, local, _), group in by_detail.items():
        by_place.setdefault((block, _roots(group), kind, local), []).append(group)
    by_roots: dict[tuple[str, tuple[str, ...]], list[Entry]] = {}
    for (block, roots, _, local), groups in by_place.items():
        by_roots.setdefault((block, roots), []).append(_entry(local, groups))
    found = [
        Section(block, roots, tuple(_joined(entries)))
        for (block, roots), entries in by_roots.items()
    ]
    return sorted(found, key=lambda section: (bool(section.block), -len(section.roots)))


def _roots(group: list[_Atom]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(atom.change.root for atom in group))


def _entry(local: str, groups: list[list[_Atom]]) -> Entry:
    first = groups[0][0].change
    titles = [atom.change.what for group in groups for atom in group]
    details = []
    for group in groups:
        values = dict.fromkeys(atom.detail for atom in group if atom.detail)
        if values:
            details.append((next(iter(values)).name, tuple(values)))
    origins = dict.fromkeys(atom.change.was for atom in groups[0] if atom.change.was)
    return Entry(first.kind, _common(titles), (local,), tuple(details), tuple(origins))


def _common(titles: list[str]) -> str:
    """The words with which all begin."""
    words = titles[0].split(" ")
    for title in titles[1:]:
        others = title.split(" ")
        while words != others[: len(words)]:
            words.pop()
    return " ".join(words) or titles[0]


def _joined(entries: list[Entry]) -> list[Entry]:
    """Entries that say the same of other places as one, unless they say where a node was."""
    found: dict[object, Entry] = {}
    for entry in entries:
        key = (entry.kind, entry.what, entry.details, entry.origins or entry.kind)
        other = found.get(key)
        places = (*other.places, *entry.places) if other else entry.places
        found[key] = Entry(entry.kind, entry.what, places, entry.details, entry.origins)
    return list(found.values())
