"""The scope that a walk puts together: nodes with their edges, and what their names stand for."""

from dataclasses import replace

from netspec.diagnostics import Span, nearest
from netspec.graph.ir import INPUT, Kind, Leaf, Node, Ref, Scope, Share
from netspec.graph.session import LOST, Built, Counts, Session, Wire, known_shapes
from netspec.graph.sharing import same_module
from netspec.graph.wiring import Source, Wiring, reachable
from netspec.shape import format_shape
from netspec.syntax.node_document import BodyDoc, NodeDoc

Wires = tuple[Wire, ...]


class BodyBuilder:
    """Builds the scope of a body. `absent[i]` tells that node i is not there."""

    def __init__(
        self, session: Session, doc: BodyDoc, wiring: Wiring, inputs: Wires, absent: list[bool]
    ) -> None:
        self.session = session
        self.doc = doc
        self.wiring = wiring
        self.inputs = inputs
        self.absent = absent
        self.nodes: list[Node] = []
        self.positions: dict[int, int] = {}
        self.found: dict[int, tuple[Wires | None, tuple[str, ...]]] = {}
        self.places: dict[tuple[str, ...], str] = {}
        self.containers: dict[tuple[str, ...], str] = {}
        self.good = True
        self.counts = Counts()

    def order(self, dropped: frozenset[str]) -> list[int]:
        """The nodes that the outputs need, in the order of execution.

        An absent node needs its first input only; the outputs `dropped` need nothing. Where a name
        is unknown, all nodes: what they need cannot be told.
        """
        if not self.wiring.whole:
            return list(self.wiring.order)
        edges: list[list[int]] = []
        for index, sources in enumerate(self.wiring.sources):
            kept = sources[: 1 if self.absent[index] else None]
            edge = [source.node for source in kept if source and source.node != INPUT]
            if index in self.wiring.shares and not self.absent[index]:
                edge.append(self.wiring.shares[index])
            edges.append(edge)
        needed = (
            source.node
            for (name, _), source in zip(self.doc.outputs, self.wiring.outputs, strict=True)
            if source and source.node != INPUT and name not in dropped
        )
        live = reachable(edges, needed)
        return [index for index in self.wiring.order if index in live]

    def skip(self, index: int) -> None:
        """An absent node stands for its first input."""
        sources = self.wiring.sources[index]
        node = self.doc.nodes[index]
        if not sources:
            self.session.report(
                "absent-without-input",
                f"`{node.name}` is absent, and reads nothing that it could stand for",
                node.name_span,
                "read it only by nodes with the same `when`",
            )
        self.found[index] = ((self._pick(sources[0]) if sources else LOST,), ())

    def wires_of(self, index: int) -> Wires:
        """What node `index` reads."""
        if self.doc.nodes[index].form == "broken":  # its `from` may be what is wrong with it
            return (LOST,)
        return tuple(self._pick(source) for source in self.wiring.sources[index])

    def _pick(self, source: Source | None) -> Wire:
        """The tensor that a reference names; LOST where that failed before or is reported here."""
        if source is None:
            return LOST
        if source.node == INPUT:
            return self.inputs[source.index]
        wires, names = self.found.get(source.node, (None, ()))
        if wires is None:
            return LOST
        if source.select is None:
            present = [wire for wire in wires if not wire.training] if len(wires) > 1 else wires
            if len(present) == 1:
                return present[0]
            self._report_several(source, len(wires), names)
        elif names and source.select in names:
            return wires[names.index(source.select)]
        elif not names and source.select.isdigit() and int(source.select) < len(wires):
            return wires[int(source.select)]
        else:
            self._report_unknown_output(source, len(wires), names)
        return LOST

    def _report_several(self, source: Source, count: int, names: tuple[str, ...]) -> None:
        choices = [f"`{source.name}.{name}`" for name in names or map(str, range(count))]
        self.session.report(
            "several-outputs",
            f"`{source.name}` has {count} outputs, and none is named",
            source.span,
            f"write {' or '.join(choices[:6])}",
        )
        self.good = False

    def _report_unknown_output(self, source: Source, count: int, names: tuple[str, ...]) -> None:
        close = nearest(source.select or "", names)
        if (scope := self._around(source)) is not None:
            help = f"make it an output of `{source.name}`"
            if scope.kind in ("chain", "repeat"):
                place = f"{source.name}.{source.select}"
                help = f"write its members as nodes, each with its place, `at: {place}`"
        elif close:
            help = f"did you mean `{source.name}.{close}`?"
        elif len(names or range(count)) == 1:
            help = f"write `{source.name}`"
        else:
            help = f"its outputs are {', '.join(names or map(str, range(count)))}"
        self.session.report(
            "unknown-output", f"`{source.name}` has no output `{source.select}`", source.span, help
        )
        self.good = False

    def _around(self, source: Source) -> Scope | None:
        """The node that is named, if what is selected is a node inside of it."""
        at = self.positions.get(source.node)
        body = self.nodes[at].body if at is not None else None
        name = (source.select or "").partition(".")[0]
        is_inside = isinstance(body, Scope) and any(name == node.name for node in body.nodes)
        return body if isinstance(body, Scope) and is_inside else None

    def add(self, index: int, built: Built, sources: Wires) -> None:
        """Node `index`, of which `built` is what became of it."""
        doc = self.doc.nodes[index]
        position = len(self.nodes)
        training = built.training or (False,) * len(built.outputs or ())
        wires = None
        if built.outputs is not None:
            wires = tuple(
                Wire(Ref(position, output), shape, built.tainted, training[output], doc.name)
                for output, shape in enumerate(built.outputs)
            )
        self.found[index] = (wires, built.names)
        shared = index in self.wiring.shares
        self.counts.add(built, owns=not shared)
        if built.body is None:
            self.good = False
            return
        body: Leaf | Scope | Share = built.body
        if shared:
            target = self._share(index, built.body, doc)
            if target is None:
                return
            body, at = target
        else:
            at = self._place(doc, built.body)
        self.positions[index] = position
        self.nodes.append(
            Node(
                name=doc.name,
                at=at,
                inputs=tuple(wire.ref for wire in sources),
                outputs=known_shapes(built.outputs),
                body=body,
                span=doc.name_span,
                title=built.title,
                checked=built.checked,
                given=built.given,
            )
        )

    def _share(
        self, index: int, body: Leaf | Scope, doc: NodeDoc
    ) -> tuple[Share, tuple[str, ...]] | None:
        target = self.wiring.owner(index)
        if target not in self.positions:  # it failed, and said so
            self.good = False
            return None
        owner = self.nodes[self.positions[target]]
        assert not isinstance(owner.body, Share)
        if not same_module(owner.body, body):
            assert doc.keys.share
            self.session.report(
                "share-mismatch",
                f"`{doc.name}` cannot share `{owner.name}`: for its inputs the module would differ",
                doc.keys.share.span,
                "give both the same input shape, but for sizes that no weight depends on",
                [
                    f"`{name}` reads {', '.join(map(format_shape, read))}"
                    for name, read in ((owner.name, owner.body.inputs), (doc.name, body.inputs))
                ],
            )
            self.good = False
            return None
        return Share(self.positions[target], body), owner.at

    def _place(self, doc: NodeDoc, body: Leaf | Scope) -> tuple[str, ...]:
        at = doc.keys.at or (doc.name,)
        if isinstance(body, Leaf) and not body.call.is_module and not body.weights:
            return at  # a function owns no module
        parents = [at[:length] for length in range(1, len(at))]
        owners = (self.places.get(place) for place in (at, *parents))
        other = next((owner for owner in owners if owner), self.containers.get(at))
        self.places.setdefault(at, doc.name)
        self.containers.update(dict.fromkeys(parents, doc.name))
        if other is not None:
            help = "give one of them another `at`"
            both = [node for node in self.doc.nodes if node.name in (doc.name, other)]
            if any(node.keys.repeat for node in both):
                place = f"{'.'.join(at)}.4"
                help += f"; only nodes without `repeat` can share a parent, `at: {place}`"
            self.session.report(
                "place-taken",
                f"`{doc.name}` and `{other}` both want the module `{'.'.join(at)}`",
                doc.name_span,
                help,
            )
            self.good = False
        return at

    def finish(
        self, title: str, kind: Kind, training: frozenset[str], dropped: frozenset[str]
    ) -> Built:
        """The scope with its outputs, those named in `training` computed in training mode only."""
        pairs = zip(self.doc.outputs, self.wiring.outputs, strict=True)
        written = [(name, at, source) for (name, at), source in pairs if name not in dropped]
        kept = [(name, self._pick(source)) for name, _, source in written]
        names = tuple(name for name, _ in kept)
        flags = tuple(name in training for name in names)
        outcome = Built(
            None,
            outputs=tuple(wire.shape for _, wire in kept),
            names=names if self._named() else (),
            training=flags,
            title=title,
            tainted=any(wire.tainted for _, wire in kept),
            nodes=self.counts.nodes,
            elements=self.counts.elements,
            checked=self.counts.checked,
        )
        lost = any(wire.shape is None for wire in (*self.inputs, *(wire for _, wire in kept)))
        if lost or not self.good:
            return outcome
        refs = [wire.ref for _, wire in kept]
        nodes = self._mark_training(refs, flags, [at.span for _, at, _ in written])
        scope = Scope(
            kind=kind,
            title=title,
            input_names=tuple(name.text for name in self.doc.inputs),
            inputs=known_shapes(tuple(wire.shape for wire in self.inputs)),
            nodes=nodes,
            modules=tuple(self.positions[index] for index in sorted(self.positions)),
            output_names=names,
            outputs=tuple(refs),
            training=flags,
            span=self.doc.span,
        )
        return replace(outcome, body=scope)

    def _named(self) -> bool:
        """Are the outputs told apart by name? One that stands for its node alone has none."""
        return len(self.doc.outputs) > 1 or any(name != at.text for name, at in self.doc.outputs)

    def _mark_training(
        self, refs: list[Ref], flags: tuple[bool, ...], places: list[Span]
    ) -> tuple[Node, ...]:
        """Mark nodes that only training-only outputs need; others may not read such outputs."""
        edges = [[ref.node for ref in node.inputs if ref.node != INPUT] for node in self.nodes]
        outputs = zip(refs, places, flags, strict=True)
        always = [(ref, place) for ref, place, flag in outputs if not flag]
        needed = reachable(edges, (ref.node for ref, _ in always if ref.node != INPUT))
        withheld = {
            wire.ref: wire
            for wires, _ in self.found.values()
            for wire in wires or ()
            if wire.training
        }
        reads = [(ref, self.nodes[i].span) for i in needed for ref in self.nodes[i].inputs]
        for ref, span in [*reads, *always] if withheld else ():
            if ref in withheld:
                self.session.report(
                    "training-only",
                    f"`{withheld[ref].name}` computes this output in training mode only",
                    span,
                    "read it by nodes that only outputs with `training: true` need",
                )
        return tuple(
            node if index in needed else replace(node, training=True)
            for index, node in enumerate(self.nodes)
        )
