"""Entries, lists of places and totals in words, the same in text and in Markdown."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from netspec.analysis.diff.changes import Detail, Kind
from netspec.analysis.diff.difference import Difference
from netspec.analysis.diff.grouping import Entry, Section, following
from netspec.analysis.diff.weights import Reshaped
from netspec.analysis.words import amount, byte_words, plural
from netspec.diagnostics.excerpt import escape

SIGNS: dict[Kind, str] = {
    "added": "+",
    "removed": "-",
    "moved": ">",
    "renamed": ">",
    "replaced": "~",
    "changed": "~",
    "repeated": "~",
}

EQUAL = "no difference"

_MOST = 6
"""Places, keys or values that are named before the rest is counted."""

_TIMES = 10
"""From here on a ratio says more than per cent."""

Row = tuple[str, str, str, str]


def heading(section: Section, everything: bool) -> str:
    """`bottleneck in 3 places: layer2.0, layer3.0`; empty for the network itself."""
    if not section.block:
        return ""
    where, block = places(section.roots, everything), escape(section.block)
    if len(section.roots) == 1:
        return f"{block} at {where}"
    return f"{block} in {len(section.roots)} places: {where}"


def sentence(entry: Entry, everything: bool) -> str:
    """`conv 1×1: kernel_size 3 → 1, padding 1 → 0`"""
    parts = [escape(_detail(entry, *each, everything)) for each in entry.details]
    what = escape(entry.what)
    if entry.kind in ("moved", "renamed"):
        was = places(entry.origins, everything)
        how = "moved in the order" if entry.origins == entry.places else f"{entry.kind} from {was}"
        return f"{what}, {how}"
    if not what:
        return ", ".join(parts)
    if entry.kind in ("replaced", "repeated"):
        first, *rest = parts
        return first + (f": {', '.join(rest)}" if rest else "")
    return f"{what}: {', '.join(parts)}" if parts else what


def _detail(entry: Entry, name: str, values: Sequence[Detail], everything: bool) -> str:
    if name == "copies":
        return f"{entry.what} ×{values[0].before} → ×{values[0].after}"
    shown = values if everything else values[:_MOST]
    text = ", ".join(f"{each.before} → {each.after}" for each in shown)
    more = ", …" if len(shown) < len(values) else ""
    return f"{text}{more}" if name == "op" else f"{name} {text}{more}"


def places(paths: Sequence[str], everything: bool = False) -> str:
    """`layer1.0–2, layer2.0, layer3.0 and 4 more`; numbers in a row become a range."""
    runs = [_run(list(group)) for _, group in groupby(enumerate(paths), _row)]
    shown = runs if everything or len(runs) <= _MOST else runs[:_MOST]
    left = len(paths) - sum(count for _, count in shown)
    more = f" and {left} more" if left else ""
    return ", ".join(text for text, _ in shown) + more


def _row(item: tuple[int, str]) -> object:
    """Equal for paths that end in numbers in a row."""
    index, path = item
    head, last = _parted(path)
    return (head, int(last) - index) if last else index


def _run(group: list[tuple[int, str]]) -> tuple[str, int]:
    first, last = group[0][1], group[-1][1]
    return first if len(group) == 1 else f"{first}–{_parted(last)[1]}", len(group)


def _parted(path: str) -> tuple[str, str]:
    """A path, and the number at its end."""
    head = path.rstrip("0123456789")
    return head, path.removeprefix(head)


def changed(details: Sequence[Detail]) -> str:
    """`k 192 → 256; l 224 → 288`"""
    return "; ".join(escape(f"{each.name} {each.before} → {each.after}") for each in details)


def consequences(difference: Difference, everything: bool) -> Iterator[str]:
    """What follows from the changes: arguments, shapes, and first values of weights."""
    count = 0 if everything else following(difference.changes)
    if count:
        yield f"in consequence: {plural(count, 'argument')} inside of blocks"
    for details, noun, what in (
        (difference.shapes, "op", "of both with other output shapes"),
        (difference.inits, "tensor", "of both with another initialization"),
    ):
        if details:
            shown = details if everything else details[:1]
            first = "" if everything or len(details) == 1 else "first "
            yield f"{plural(len(details), noun)} {what}: {first}{changed(shown)}"


def totals(difference: Difference) -> list[Row]:
    """What, in the old network, in the new one, and by how much they differ."""
    before, after = difference.totals
    return [
        _numbers("parameters", before.cost.parameters, after.cost.parameters, "{:,}".format),
        _numbers("MACs", before.cost.macs, after.cost.macs, lambda n: amount(n) or "0"),
        _numbers("weights", before.cost.bytes, after.cost.bytes, byte_words),
        _numbers("activations", before.written_bytes, after.written_bytes, byte_words),
        _numbers("their peak", before.peak_bytes, after.peak_bytes, byte_words),
    ]


def _numbers(what: str, before: int, after: int, words: Callable[[int], str]) -> Row:
    change = after - before
    if not change:
        return what, words(before), words(after), "="
    share = f" ({change / before:+.1%})" if before else ""
    if before and after >= _TIMES * before:
        share = f" (×{after / before:,.0f})"
    sign = "+" if change > 0 else "-"
    return what, words(before), words(after), f"{sign}{words(abs(change))}{share}"


def weights(difference: Difference, everything: bool) -> Iterator[str]:
    """What becomes of the weights of the old network in the new one, one fact a line."""
    found = difference.weights
    if found.count:
        yield f"{len(found.same):,} of {plural(found.count, 'tensor')} by name and shape"
    if found.renamed:
        pairs = [f"{old} → {new}" for old, new in found.renamed.items()]
        yield f"{len(found.renamed):,} by renaming: {listed(pairs, everything)}"
    if found.reshaped:
        shapes = [reshaped(each) for each in found.reshaped]
        yield f"{len(found.reshaped):,} with another shape: {listed(shapes, everything)}"
    if found.homeless:
        yield f"{len(found.homeless):,} without a place: {listed(found.homeless, everything)}"
    if found.fresh:
        yield (
            f"{len(found.fresh):,} of the new network left at initialization: "
            f"{listed(found.fresh, everything)}"
        )
    if found.misleading:
        yield (
            f"beware: {len(found.misleading):,} with the name and shape of another layer there: "
            f"{listed(found.misleading, everything)}"
        )


def reshaped(each: Reshaped) -> str:
    """`fc.weight 1000×512 → 10×512`"""
    before, after = ("×".join(map(str, shape)) or "scalar" for shape in each.shapes)
    return f"{each.after} {before} → {after}"


def listed(items: Sequence[str], everything: bool) -> str:
    """The first items, and how many more there are."""
    shown = items if everything or len(items) <= _MOST // 2 else items[: _MOST // 2]
    left = len(items) - len(shown)
    return ", ".join(map(escape, shown)) + (f" and {left:,} more" if left else "")
