"""How much a resolved spec may hold: what a file may hold that is read."""

from typing import NoReturn

from netspec.diagnostics import Collector, Span
from netspec.graph.session import Halt
from netspec.limits import Limits
from netspec.syntax.tree import Mapping, Sequence, Tree


class Budget:
    """Values that may still be written, and how deep they may nest.

    A parameter is written once and used at many places, and each is a copy where it is put in: a
    few lines would make millions.
    """

    def __init__(self, limits: Limits, collector: Collector) -> None:
        self.limits = limits
        self.collector = collector
        self.left = limits.values

    def spend(self, tree: Tree) -> None:
        """Count a tree. Raises Halt where it is too much, which the collector then says."""
        todo = [(tree, 1)]
        while todo:
            part, depth = todo.pop()
            inner: tuple[Tree, ...] = ()
            if isinstance(part, Mapping):
                inner = tuple(value for _, value in part.items())
                self.left -= len(inner)  # its keys
            elif isinstance(part, Sequence):
                inner = part.items
            self.left -= 1
            if self.left < len(inner):
                what = (
                    f"with its parameters put in, the spec would hold over {self.limits.values:,}"
                )
                self._refuse("file-too-large", f"{what} values", tree.span)
            if inner and depth > self.limits.nesting:
                what = f"with its parameters put in, the spec would nest over {self.limits.nesting}"
                self._refuse("nesting-too-deep", f"{what} levels deep", tree.span)
            todo += [(value, depth + 1) for value in inner]

    def _refuse(self, code: str, message: str, span: Span) -> NoReturn:
        help = "make blocks of the nodes and lists that are used many times"
        self.collector.error(code, message, span, help=help)
        raise Halt
