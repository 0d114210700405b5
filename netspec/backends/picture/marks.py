"""What happened to each node, as its box tells it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from netspec.analysis.diff.changes import Change, Kind
from netspec.backends.picture.scene import Box
from netspec.backends.picture.words import fitting, short

_CHANGES: dict[Kind, str] = {
    "added": "added",
    "removed": "removed",
    "moved": "moved",
    "renamed": "moved",
    "replaced": "changed",
    "changed": "changed",
    "repeated": "changed",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """`change` as of a box; `details` say what of it, from what, to what, and `notes` the same in
    few words."""

    change: str
    details: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def marks(changes: Iterable[Change]) -> dict[str, Mark]:
    """By the path in the new network, of what is in it; empty for the network itself. A node that
    moved and changed is changed."""
    found: dict[str, Mark] = {}
    for change in changes:
        if change.after is None:
            continue
        path = _owner(change.after, change.local)
        known = found.get(path, Mark(""))
        kind = _CHANGES[change.kind]
        strongest = "changed" if "changed" in (kind, known.change) else kind
        details = {**known.details, **_details(change)}
        found[path] = Mark(strongest, details, (*known.notes, *_notes(change)))
    return found


def marked(box: Box, mark: Mark | None) -> Box:
    """The box with its mark."""
    if not mark:
        return box
    note = fitting(mark.notes)
    return replace(box, change=mark.change, differences=mark.details, note=note)


def _owner(path: str, local: str) -> str:
    """The path of the node, or, for `its output y` of a block, that of the block."""
    _, is_output, name = local.rpartition(" ")
    return path[: -len(name)].rstrip(".") if is_output else path


def _details(change: Change) -> dict[str, str]:
    title = f"{change.local}: " if " " in change.local else ""
    rows = {f"{title}{each.name}": f"{each.before} → {each.after}" for each in change.details}
    return {f"{change.kind} from": change.was, **rows} if change.was else rows


def _notes(change: Change) -> Iterator[str]:
    """What is read from elsewhere is not told: the lines show it."""
    if change.was:
        yield f"{change.kind} from {short(change.was)}"
    for each in change.details:
        if each.name != "from":
            yield f"{each.name} {short(each.before)} → {short(each.after)}"
