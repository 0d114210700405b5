"""Differences of short specs."""

from netspec.analysis.diff import Difference, diff_graphs
from tests.graph.specs import accept, spec


def diff(before: str, after: str, **how: str) -> Difference:
    """From a network of these nodes to one of those."""
    return diff_graphs(accept(spec(before, **how)), accept(spec(after, **how)))


def told(found: Difference) -> list[str]:
    """Each change in a line: `changed y: stride 1 → 2`."""
    return [
        f"{change.kind} {change.after or change.before}"
        + "".join(f": {each.name} {each.before} → {each.after}" for each in change.details)
        for change in found.changes
    ]
