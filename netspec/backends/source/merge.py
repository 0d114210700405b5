"""The lines of several bodies in one order, and what each of them reads."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

from netspec.backends.source.model import Body, Source
from netspec.backends.source.solver import Mismatch

K = TypeVar("K", bound=Hashable)


class Steps:
    """The steps of several bodies by node, in one order, and what each reads.

    Where a node is not there, those that would read it read what it would have read first.
    """

    def __init__(self, bodies: Sequence[Body]) -> None:
        self.tables = [{step.node: step for step in body.steps} for body in bodies]
        self.order = merged([list(table) for table in self.tables])
        self.reads: dict[str, tuple[Source, ...]] = {}
        for node in self.order:
            uses = [table.get(node) for table in self.tables]
            widths = {len(use.reads) for use in uses if use}
            if len(widths) > 1:
                raise Mismatch
            self.reads[node] = tuple(
                self.source([use.reads[index] if use else None for use in uses])
                for index in range(widths.pop())
            )

    def source(self, sources: Sequence[Source | None]) -> Source:
        """What stands for what each body reads. Raises Mismatch."""
        for candidate in dict.fromkeys(filter(None, sources)):
            if all(
                wanted is None or self._resolve(candidate, use) == wanted
                for use, wanted in enumerate(sources)
            ):
                return candidate
        raise Mismatch

    def _resolve(self, source: Source, use: int) -> Source:
        while source.node and source.node not in self.tables[use]:
            reads = self.reads.get(source.node)
            if not reads:
                raise Mismatch
            source = reads[0]
        return source


def merged(lists: Sequence[Sequence[K]]) -> list[K]:
    """All items, in an order that is that of every list. Raises Mismatch."""
    longest = max(len(items) for items in lists)
    order = list(next(items for items in lists if len(items) == longest))
    for items in lists:
        place = 0
        for item in items:
            if item in order:
                place = order.index(item) + 1
            else:
                order.insert(place, item)
                place += 1
    for items in lists:
        places = [order.index(item) for item in items]
        if places != sorted(places):
            raise Mismatch
    return order
