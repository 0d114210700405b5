"""Who reads whom in a scope, known from the names alone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from netspec.diagnostics import Collector, Diagnostic, Span, nearest
from netspec.graph.ir import INPUT
from netspec.graph.order import CycleError, execution_order
from netspec.graph.usage import body_names, param_names
from netspec.syntax.node_document import BodyDoc, NodeDoc
from netspec.syntax.schema import ParamDoc


@dataclass(frozen=True, slots=True)
class Source:
    """What a name refers to: a node, or input `index` of INPUT; `select` picks an output."""

    node: int
    index: int
    select: str | None
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Wiring:
    """The edges of a scope. A source is None where its name is unknown; `whole` = none is.

    `unused` are the errors about what nothing uses. They wait until nothing else is wrong, as other
    mistakes leave names unused.
    """

    sources: tuple[tuple[Source | None, ...], ...]
    shares: dict[int, int]
    outputs: tuple[Source | None, ...]
    order: tuple[int, ...]
    whole: bool
    unused: tuple[Diagnostic, ...] = ()

    def owner(self, node: int) -> int:
        """The node whose module this one applies: itself, unless it shares another's."""
        while node in self.shares:
            node = self.shares[node]
        return node


def wire(
    body: BodyDoc,
    reads_nothing: Callable[[NodeDoc], bool],
    collector: Collector,
    params: Iterable[ParamDoc] = (),
) -> Wiring | None:
    """The wiring of a scope; None where its nodes read each other in a circle.

    An input that an expression reads, of the scope or of a default of its `params`, is used.
    """
    return _Wirer(body, reads_nothing, collector, params).wire()


class _Wirer:
    def __init__(
        self,
        body: BodyDoc,
        reads_nothing: Callable[[NodeDoc], bool],
        collector: Collector,
        params: Iterable[ParamDoc],
    ) -> None:
        self.params = params
        self.body = body
        self.reads_nothing = reads_nothing
        self.collector = collector
        self.nodes = {doc.name: index for index, doc in enumerate(body.nodes)}
        self.inputs = {name.text: index for index, name in enumerate(body.inputs)}
        self.whole = True

    def wire(self) -> Wiring | None:
        for name in self.body.inputs:
            if name.text in self.nodes:
                doc = self.body.nodes[self.nodes.pop(name.text)]
                self.whole = False
                self.collector.error(
                    "duplicate-name",
                    f"`{name}` is an input and a node",
                    doc.name_span,
                    help="rename the node",
                )
        sources = tuple(self._sources(doc) for doc in self.body.nodes)
        shares = dict(self._shares())
        outputs = tuple(self._resolve(name.text, name.span) for _, name in self.body.outputs)
        edges = [
            [source.node for source in found if source and source.node != INPUT]
            + ([shares[index]] if index in shares else [])
            for index, found in enumerate(sources)
        ]
        try:
            order = execution_order(edges)
        except CycleError as error:
            self._report_cycle(error.nodes)
            return None
        unused = tuple(self._unused(edges, sources, outputs)) if self.whole else ()
        return Wiring(sources, shares, outputs, order, self.whole, unused)

    def _sources(self, doc: NodeDoc) -> tuple[Source | None, ...]:
        if doc.keys.from_ is not None:
            return tuple(self._resolve(name.text, name.span) for name in doc.keys.from_)
        if self.reads_nothing(doc):
            return ()
        if doc.reads is not None:
            if doc.reads in self.nodes:  # whatever its name looks like
                return (Source(self.nodes[doc.reads], 0, None, doc.reads, doc.name_span),)
            return (self._resolve(doc.reads, doc.name_span),)
        if not self.inputs:
            return ()
        return (Source(INPUT, 0, None, self.body.inputs[0].text, doc.name_span),)

    def _resolve(self, text: str, span: Span) -> Source | None:
        name, _, select = text.partition(".")
        if name in self.nodes:
            return Source(self.nodes[name], 0, select or None, name, span)
        if name in self.inputs:
            if not select:
                return Source(INPUT, self.inputs[name], None, name, span)
            self.collector.error(
                "unknown-output",
                f"the input `{name}` is one tensor, it has no `{select}`",
                span,
                help=f"write `{name}`",
            )
        else:
            close = nearest(name, [*self.nodes, *self.inputs])
            names = ", ".join([*self.inputs, *self.nodes])[:160]
            self.collector.error(
                "unknown-node",
                f"no node or input of this scope is named `{name}`",
                span,
                help=f"did you mean `{close}`?" if close else f"there are {names}",
            )
        self.whole = False
        return None

    def _shares(self) -> Iterable[tuple[int, int]]:
        for index, doc in enumerate(self.body.nodes):
            target = doc.keys.share
            if target is None:
                continue
            found = self.nodes.get(target.text)
            if found is not None and found < index:
                yield index, found
                continue
            self.whole = False
            if found is None:
                close = nearest(target.text, self.nodes)
                help = f"did you mean `{close}`?" if close else "name an earlier node of this scope"
                self.collector.error(
                    "unknown-node",
                    f"no node of this scope is named `{target}`",
                    target.span,
                    help=help,
                )
            else:
                self.collector.error(
                    "share-later",
                    f"`{doc.name}` shares `{target}`, which is not written before it",
                    target.span,
                    help=f"write `{target}` first, and share it here",
                )

    def _report_cycle(self, circle: tuple[int, ...]) -> None:
        """The place is a `from` that names a node written later: there the circle is closed."""
        docs = [self.body.nodes[index] for index in circle]
        names = " → ".join(f"`{doc.name}`" for doc in (*docs, docs[0]))
        self.collector.error(
            "cycle",
            f"nodes read each other in a circle: {names}",
            self._closing(circle),
            help="let one of them read an earlier node",
            notes=[f"`{doc.name}` stands at {doc.name_span.brief}" for doc in docs],
        )

    def _closing(self, circle: tuple[int, ...]) -> Span:
        reads = [
            (self.nodes.get(name.text.partition(".")[0], -1) >= index, name.span)
            for index in sorted(circle)
            for name in self.body.nodes[index].keys.from_ or ()
            if self.nodes.get(name.text.partition(".")[0]) in circle
        ]
        later = [span for is_later, span in reads if is_later]
        spans = [*later, *(span for _, span in reads)]
        return spans[0] if spans else self.body.nodes[circle[0]].name_span

    def _unused(
        self,
        edges: list[list[int]],
        sources: tuple[tuple[Source | None, ...], ...],
        outputs: tuple[Source | None, ...],
    ) -> Iterator[Diagnostic]:
        used = reachable(
            edges, (source.node for source in outputs if source and source.node != INPUT)
        )
        if len(used) < len(self.body.nodes):  # and what they read may be unused through them
            read = {source for edge in edges for source in edge}
            for index, doc in enumerate(self.body.nodes):
                if index not in used | read:
                    yield Diagnostic(
                        "unused",
                        f"nothing uses the node `{doc.name}`",
                        doc.name_span,
                        self._how_to_use(doc, sources[index]),
                    )
            return
        reads = {source for found in (*sources, outputs) for source in found if source}
        tensors = {source.index for source in reads if source.node == INPUT}
        if len(tensors) == len(self.body.inputs):
            return
        named = {*body_names(self.body), *param_names(self.params)}
        for index, name in enumerate(self.body.inputs):
            if index not in tensors and name.text not in named:
                yield Diagnostic(
                    "unused",
                    f"nothing uses the input `{name}`",
                    name.span,
                    "read it with `from`, or delete it",
                )

    def _how_to_use(self, doc: NodeDoc, sources: tuple[Source | None, ...]) -> str:
        """What to do with a node that nobody reads: of those that name their inputs, one may name
        what this one reads, and be meant to read this one in its place."""
        name = sources[0].name if sources and sources[0] and doc.keys.from_ is None else None
        for reader in self.body.nodes:
            reads = [each.text for each in reader.keys.from_ or ()]
            if name in reads:
                names = [doc.name if each == name else each for each in reads]
                text = f"[{', '.join(names)}]" if len(names) > 1 else doc.name
                return (
                    f"give `{reader.name}`, which names its inputs, `from: {text}`; "
                    f"or make `{doc.name}` an output, or delete it"
                )
        return "read it with `from`, make it an output, or delete it"


def reachable(edges: list[list[int]], start: Iterable[int]) -> set[int]:
    """The nodes from which `start` can be reached against the edges: all that `start` needs."""
    found: set[int] = set()
    todo = list(start)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo.extend(edges[node])
    return found
