"""A graph as what is drawn: boxes with words, and who reads whom.

A scope is listed once however often it occurs, so that a deep network stays a small file; boxes
name their scope by its index.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass

from netspec.backends.picture.excerpts import Excerpt

Source = tuple[int, int]
"""Output `[1]` of node `[0]` of the scope; of node -1, that input."""


@dataclass(frozen=True, slots=True)
class End:
    """An input or an output of a scope; an output says what it is by `ref`.

    In the picture of a difference `was` is what it was if that is gone, and `change` is "added" if
    what it is now is new.
    """

    name: str
    shape: str
    ref: Source | None = None
    training: bool = False
    was: Source | None = None
    change: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A node. `at` is the part of its path that is its own; inside of a `flat` one, a run of copies
    in a chain, paths go on without it.

    `what` is the field's shorthand and `given` what a block was called with. `hue` is the family
    that colors it; `form` is "pill" or "sign", by default a card. `notch` tells that the first of
    its `copies` is different. `macs` and `memory`, the bytes that are written, are those at nominal
    sizes. `formulas` tell how sizes came about: dimension, size, formula.
    In the picture of a difference `change` is "added", "removed", "changed" or "moved", `changes`
    that of each line that comes in, `differences` say what is another, `note` as much of it as a
    box has room for, and `inside` counts the changes in the box.
    """

    name: str
    at: str
    what: str
    inputs: tuple[Source, ...]
    outputs: tuple[str, ...]
    parameters: int = 0
    macs: int = 0
    memory: int = 0
    scope: int | None = None
    kind: str = ""
    flat: bool = False
    copies: int | None = None
    notch: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    hue: str = ""
    form: str = ""
    sign: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    formulas: tuple[tuple[int, str, str], ...] = ()
    shares: str = ""
    checked: bool = False
    training: bool = False
    yaml: Excerpt | None = None
    change: str = ""
    changes: tuple[str, ...] = ()
    differences: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    inside: int | None = None


@dataclass(frozen=True, slots=True)
class ScopeBox:
    """What stands inside of a box, in the order of execution."""

    kind: str
    inputs: tuple[End, ...]
    nodes: tuple[Box, ...]
    outputs: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A network. The last of the scopes is the outermost.

    `params` are the spec's, `sizes` the least free ones. `facts` are further rows about a node, by
    its path, and `differences` those of the network as a whole.
    """

    name: str
    doc: str
    source: str
    params: Mapping[str, str]
    sizes: str
    totals: str
    parameters: int
    macs: int
    scopes: tuple[ScopeBox, ...]
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    differences: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> ScopeBox:
        return self.scopes[-1]


def plain(value: object) -> object:
    """The same as JSON values; what says nothing is left out."""
    if is_dataclass(value):
        pairs = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: plain(found) for name, found in pairs if not _says_nothing(found)}
    if isinstance(value, Mapping):
        return {name: plain(found) for name, found in value.items()}
    return [plain(found) for found in value] if isinstance(value, tuple) else value


def _says_nothing(value: object) -> bool:
    return value is None or value is False or (not isinstance(value, int) and not value)
