"""A difference as JSON values."""

from collections.abc import Iterable
from dataclasses import asdict

from netspec.analysis.diff.changes import Detail
from netspec.analysis.diff.difference import Difference


def data(difference: Difference) -> dict[str, object]:
    """Every change of every node, and every key, ungrouped."""
    before, after = difference.totals
    totals = (
        ("parameters", before.cost.parameters, after.cost.parameters),
        ("macs", before.cost.macs, after.cost.macs),
        ("bytes", before.cost.bytes, after.cost.bytes),
        ("activation_bytes", before.written_bytes, after.written_bytes),
        ("peak_activation_bytes", before.peak_bytes, after.peak_bytes),
    )
    return {
        "from": difference.names[0],
        "to": difference.names[1],
        "different": bool(difference),
        "inputs": _plain(difference.inputs),
        "params": _plain(difference.params),
        "changes": [asdict(each) for each in difference.changes],
        "shapes": _plain(difference.shapes),
        "inits": _plain(difference.inits),
        "totals": {name: {"from": ours, "to": theirs} for name, ours, theirs in totals},
        "weights": asdict(difference.weights),
    }


def _plain(details: Iterable[Detail]) -> list[dict[str, str]]:
    return [{"name": each.name, "before": each.before, "after": each.after} for each in details]
