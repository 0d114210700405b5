"""What makes a network that only runs fast, pass by pass."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from netspec.graph.ir import Graph, Scope
from netspec.passes.flat import Outcome, Skipped
from netspec.passes.flatten import flatten
from netspec.passes.fold import fold_into_convolutions
from netspec.passes.fuse import fuse_activations, fuse_sums
from netspec.passes.identities import drop_identities
from netspec.passes.inplace import write_in_place
from netspec.passes.lower import lower_channel_affine, lower_convolutions, lower_max_pools
from netspec.passes.pools import project_before_pools
from netspec.passes.siblings import merge_siblings

Pass = Callable[[Scope], Outcome]

PASSES: tuple[Pass, ...] = (
    drop_identities,
    fold_into_convolutions,
    lower_convolutions,
    lower_channel_affine,
    fuse_sums,
    fuse_activations,
    project_before_pools,
    merge_siblings,
    lower_max_pools,
    write_in_place,
)
"""In this order: each works on what those before it have made."""

_SHOWN = 2


@dataclass(frozen=True, slots=True)
class PassReport:
    """What a pass did, an entry for each node, and what it left as it was."""

    name: str
    done: tuple[str, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What was done to a network, pass by pass, and of how many ops it is before and after.

    It prints as a list, in which long entries are cut short.
    """

    before: int
    after: int
    passes: tuple[PassReport, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.before} ops became {self.after}", *self._lines()])

    def _lines(self) -> Iterator[str]:
        wide = max(len(each.name) for each in self.passes)
        for each in self.passes:
            yield f" {each.name:<{wide}}  {len(each.done):>4}  {_some(each.done)}".rstrip()
            for reason in dict.fromkeys(skip.reason for skip in each.skipped):
                paths = [skip.path for skip in each.skipped if skip.reason == reason]
                yield f"   skipped {len(paths)}, as {reason}: {_some(paths)}"


def _some(entries: Iterable[str]) -> str:
    first = list(entries)
    more = len(first) - _SHOWN
    return ", ".join([*first[:_SHOWN], *([f"and {more} more"] if more > 0 else [])])


def optimize(graph: Graph) -> tuple[Graph, Report]:
    """A flat graph that computes the same in evaluation in fewer and faster steps, and what was
    done. Its nodes tell by recipes how their weights come from those of `graph`."""
    graph = flatten(graph)
    scope, reports = graph.root, []
    for each in PASSES:
        outcome = each(scope)
        scope = outcome.scope
        name = each.__name__.replace("_", " ")
        reports.append(PassReport(name, outcome.done, outcome.skipped))
    report = Report(len(graph.root.nodes), len(scope.nodes), tuple(reports))
    return replace(graph, root=scope), report
