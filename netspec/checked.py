"""A spec without errors, as a value to ask and to vary."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from netspec.analysis.summary import layers, title, totals
from netspec.analysis.table import Cost, total
from netspec.diagnostics import Collector, Diagnostic, NetspecError
from netspec.graph.elaborate import elaborate
from netspec.graph.ir import Graph, walk
from netspec.graph.memo import Memo
from netspec.limits import Limits, without_collection
from netspec.shape import Shape
from netspec.sources import as_trees
from netspec.syntax.schema import SpecDoc
from netspec.syntax.tree import Tree

if TYPE_CHECKING:
    from netspec.analysis.diff import Difference
    from netspec.analysis.measure import Measured


@dataclass(frozen=True)
class Checked:
    """A spec without errors: its graph, and what else there is to say about it."""

    graph: Graph
    doc: SpecDoc = field(repr=False)
    params: Mapping[str, Tree] = field(repr=False)
    sizes: Mapping[str, Tree] = field(repr=False)
    limits: Limits = field(repr=False)
    notes: tuple[Diagnostic, ...] = field(default=(), repr=False)
    """What reading the files had to say."""
    memo: Memo = field(default_factory=Memo, repr=False, compare=False)
    """What its variants have in common."""

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Warnings and notes of the check."""
        return self.graph.notes

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return self._total.parameters

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one evaluation at the nominal sizes."""
        return self._total.macs

    @cached_property
    def _total(self) -> Cost:
        return total(self.graph)

    @property
    def state_dict_shapes(self) -> dict[str, tuple[int, ...]]:
        """Key -> shape of every parameter and buffer, in the order of the module's `state_dict`."""
        return {key: weight.shape for key, _, weight in self.graph.weights()}

    @property
    def shapes(self) -> dict[str, tuple[Shape, ...]]:
        """Path of a node, `layer2.0.conv2` -> its output shapes; a free size is a `Dim`.

        A node that shares the module of another has a path of its own, by its name.
        """
        return {path: node.outputs for path, node in walk(self.graph.root, apart=True)}

    def vary(
        self,
        *,
        params: Mapping[str, object] | None = None,
        dims: Mapping[str, object] | None = None,
    ) -> "Checked":
        """The same spec with these parameters and sizes; those not named stay as they are.

        For sweeps: the files are not read again, and a block that was worked out before is not
        worked out again. The result is what `check_spec` gives. Raises NetspecError with all
        mistakes.
        """
        collector = Collector()
        for note in self.notes:
            collector.add(note)
        with without_collection():
            given = {**self.params, **as_trees(params, "params", self.limits, collector)}
            sizes = {**self.sizes, **as_trees(dims, "dims", self.limits, collector)}
            graph = elaborate(self.doc, given, sizes, collector, self.limits, self.memo)
            if graph is None:
                raise NetspecError(collector)
        return replace(
            self, graph=replace(graph, notes=tuple(collector)), params=given, sizes=sizes
        )

    def summary(
        self, depth: int = 1, dtype: str | None = None, freeze: Collection[str] = ()
    ) -> "Measured":
        """What each node takes, down to `depth` levels: `layers`, of which each has a `row` with
        `path` and `cost`, and `memory`, the bytes that it writes; and what the whole network takes.

        `dtype` is that of weights and activations, by default the inputs'; `freeze` are globs over
        `state_dict` keys. It prints as the table of `netspec summary`. Raises NetspecError for a
        glob that fits none.
        """
        from netspec.analysis.measure import measure  # a check starts faster without

        return measure(self.graph, depth, dtype, freeze)

    def diff(self, other: "Checked") -> "Difference":
        """What changes from this network to `other`, and which of its weights have a place there.

        Matched by structure. It prints as a report, and is false where there is no difference.
        """
        from netspec.analysis.diff import diff_graphs  # a check starts faster without

        return diff_graphs(self.graph, other.graph)

    def _repr_html_(self) -> str | None:
        """What a notebook shows."""
        from netspec.backends.notebook import notebook_html  # only notebooks need it

        return notebook_html(self.graph)

    def __str__(self) -> str:
        """The layer table."""
        return "\n".join([title(self.graph), "", *layers(self.graph), "", f" {totals(self.graph)}"])
