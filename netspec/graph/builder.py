"""The scope that a walk puts together: nodes with their edges, and what their names stand for."""

import re
from collections.abc import Sequence
from dataclasses import replace

from netspec.diagnostics import Span, nearest
from netspec.graph.ir import INPUT, Kind, Leaf, Node, Ref, Scope, Share
from netspec.graph.session import Built, Session, Wire
from netspec.graph.wiring import Source, Wiring, reachable
from netspec.shape import Shape
from netspec.syntax.node import BodyDoc, NodeDoc
from netspec.syntax.tree import Scalar

Wires = tuple[Wire, ...]
_FINAL_NUMBER = re.compile(r"[0-9]+$")


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
        self.good = True
        self.total = Built(None, None, nodes=0)

    def order(self, dropped: frozenset[str]) -> list[int]:
        """The nodes that the outputs need, in the order of execution.

        An absent node needs its first input only; the outputs `dropped` need nothing.
        """
        edges: list[list[int]] = []
        for index, sources in enumerate(self.wiring.sources):
            kept = (sources or ())[: 1 if self.absent[index] else None]
            edge = [source.node for source in kept if source.node != INPUT]
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
        if sources == ():
            self.session.report(
                "absent-without-input",
                f"`{node.name}` is absent, and reads nothing that it could stand for",
                node.name_span,
                "read it only by nodes with the same `when`",
            )
        wire = self._pick(sources[0]) if sources else None
        self.found[index] = ((wire,) if wire else None, ())

    def wires_of(self, index: int) -> Wires | None:
        """What node `index` reads; None where one of them cannot be had."""
        sources = self.wiring.sources[index]
        picked = [self._pick(source) for source in sources or ()]
        wires = tuple(wire for wire in picked if wire is not None)
        if sources is None or len(wires) < len(picked):
            return None
        return wires

    def _pick(self, source: Source) -> Wire | None:
        """The tensor that a reference names; None where that failed before or is reported here."""
        if source.node == INPUT:
            return self.inputs[source.index] if source.index < len(self.inputs) else None
        wires, names = self.found.get(source.node, (None, ()))
        if wires is None:
            return None
        if source.select is None:
            present = [wire for wire in wires if not wire.training] if len(wires) > 1 else wires
            if len(present) == 1:
                return present[0]
            self._report_several(source, len(wires), names)
            return None
        if names and source.select in names:
            return wires[names.index(source.select)]
        if not names and source.select.isdigit() and int(source.select) < len(wires):
            return wires[int(source.select)]
        self._report_unknown_output(source, len(wires), names)
        return None

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
        if close:
            help = f"did you mean `{source.name}.{close}`?"
        elif len(names or range(count)) == 1:
            help = f"write `{source.name}`"
        else:
            help = f"its outputs are {', '.join(names or map(str, range(count)))}"
        self.session.report(
            "unknown-output", f"`{source.name}` has no output `{source.select}`", source.span, help
        )
        self.good = False

    def add(self, index: int, built: Built, sources: Wires | None) -> None:
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
        self.total = _add(self.total, replace(built, elements=0) if shared else built)
        if built.body is None or sources is None:
            self.good = False
            return
        body: Leaf | Scope | Share = built.body
        if index in self.wiring.shares:
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
                outputs=_known(built.outputs),
                body=body,
                span=doc.name_span,
                title=built.title,
                checked=built.checked,
            )
        )

    def _share(
        self, index: int, body: Leaf | Scope, doc: NodeDoc
    ) -> tuple[Share, tuple[str, ...]] | None:
        target = self.wiring.shares[index]
        while target in self.wiring.shares:
            target = self.wiring.shares[target]
        if target not in self.positions:  # it failed, and said so
            self.good = False
            return None
        owner = self.nodes[self.positions[target]]
        if not _same_module(owner.body, body):
            assert doc.keys.share
            self.session.report(
                "share-mismatch",
                f"`{doc.name}` cannot share `{owner.name}`: for its inputs the module would differ",
                doc.keys.share.span,
                "give both the same input shape, but for sizes that no weight depends on",
            )
            self.good = False
            return None
        return Share(self.positions[target], body), owner.at

    def _place(self, doc: NodeDoc, body: Leaf | Scope) -> tuple[str, ...]:
        at = doc.keys.at or (doc.name,)
        if isinstance(body, Leaf) and not body.call.is_module and not body.weights:
            return at  # a function owns no module
        taken = self.places.setdefault(at, doc.name)
        inner = next((n for p, n in self.places.items() if p != at and _nested(p, at)), None)
        other = taken if taken != doc.name else inner
        if other is not None:
            self.session.report(
                "place-taken",
                f"`{doc.name}` and `{other}` both want the module `{'.'.join(at)}`",
                doc.name_span,
                "give one of them another `at`",
            )
            self.good = False
        return at

    def finish(
        self, title: str, kind: Kind, training: frozenset[str], dropped: frozenset[str]
    ) -> Built:
        """The scope with its outputs, those named in `training` computed in training mode only."""
        names: list[str] = []
        wires: list[Wire | None] = []
        for (name, _), source in zip(self.doc.outputs, self.wiring.outputs, strict=True):
            if name not in dropped:
                names.append(name)
                wires.append(self._pick(source) if source else None)
        flags = tuple(name in training for name in names)
        shapes = tuple(wire.shape if wire else None for wire in wires)
        outcome = replace(
            self.total,
            outputs=shapes,
            names=tuple(names) if len(names) > 1 else (),
            training=flags,
            title=title,
            tainted=any(wire is None or wire.tainted for wire in wires),
        )
        refs = [wire.ref for wire in wires if wire is not None]
        if not self.good or len(refs) < len(wires) or any(w.shape is None for w in self.inputs):
            return outcome
        nodes = self._mark_training(refs, flags)
        written = sorted(self.positions, key=lambda index: index)
        scope = Scope(
            kind=kind,
            title=title,
            input_names=tuple(name.text for name in self.doc.inputs),
            inputs=_known(tuple(wire.shape for wire in self.inputs)),
            nodes=nodes,
            modules=tuple(self.positions[index] for index in written),
            output_names=tuple(names),
            outputs=tuple(refs),
            training=flags,
            span=self.doc.span,
        )
        return replace(outcome, body=scope)

    def _mark_training(self, refs: list[Ref], flags: tuple[bool, ...]) -> tuple[Node, ...]:
        """Nodes that only training-only outputs need are marked; others may not read such outputs."""
        edges = [[ref.node for ref in node.inputs if ref.node != INPUT] for node in self.nodes]
        always = [ref for ref, flag in zip(refs, flags, strict=True) if not flag]
        needed = reachable(edges, (ref.node for ref in always if ref.node != INPUT))
        reads = [(ref, self.nodes[i].span) for i in needed for ref in self.nodes[i].inputs]
        for ref, span in [*reads, *((ref, self.doc.span) for ref in always)]:
            wire = self._wire(ref)
            if wire is not None and wire.training:
                self.session.report(
                    "training-only",
                    f"`{wire.name}` computes this output in training mode only",
                    span,
                    "read it by nodes that only outputs with `training: true` need",
                )
        return tuple(
            node if index in needed else replace(node, training=True)
            for index, node in enumerate(self.nodes)
        )

    def _wire(self, ref: Ref) -> Wire | None:
        if ref.node == INPUT:
            return self.inputs[ref.output]
        for wires, _ in self.found.values():
            for wire in wires or ():
                if wire.ref == ref:
                    return wire
        return None


class SequenceBuilder:
    """Builds a chain, or the copies of a repeated node: each reads what the one before gives."""

    def __init__(self, session: Session, inputs: Wires, kind: Kind, span: Span) -> None:
        self.session = session
        self.span = span
        self.inputs = inputs
        self.kind = kind
        self.current: Wires | None = inputs
        self.extra: Wires = ()
        self.nodes: list[Node] = []
        self.titles: list[str] = []
        self.names: tuple[str, ...] = ()
        self.training: tuple[bool, ...] = ()
        self.label: tuple[str, ...] | None = None
        self.fresh = True
        self.good = True
        self.total = Built(None, None, nodes=0)
        self.copies = 0

    def begin(self, member: NodeDoc, copies: Sequence[object]) -> None:
        """The copies of `member` follow; what the first reads beyond its outputs goes to every one."""
        self.copies = len(copies)
        self.label = member.keys.label
        self.fresh = True

    def next_place(self) -> tuple[str, ...]:
        """Where the next member sits."""
        count = len(self.nodes)
        if self.label is None:
            return (str(count),)
        *outer, last = self.label
        number = _FINAL_NUMBER.search(last)
        assert number
        text = number.group()
        counted = str(int(text) + count).zfill(len(text) if text[0] == "0" else 0)
        return (*outer, last[: number.start()] + counted)

    def wires(self) -> Wires | None:
        """What the next copy reads."""
        if self.current is None:
            return None
        if self.fresh:
            self.extra = self.current
            return self.current
        return self.current + self.extra[len(self.current) :]

    def add(self, member: NodeDoc, built: Built) -> None:
        """One more copy of a member."""
        sources = self.wires()
        if self.fresh:
            self.titles.append(_title(member, built.title, self.copies))
        self.fresh = False
        self.total = _add(self.total, built)
        self.names, self.training = built.names, built.training
        if member.keys.splice and self._splice(member, built, sources):
            return
        position = len(self.nodes)
        place = self.next_place()
        if built.body is not None and sources is not None:
            self.nodes.append(
                Node(
                    name=".".join(place),
                    at=place,
                    inputs=tuple(wire.ref for wire in sources),
                    outputs=_known(built.outputs),
                    body=built.body,
                    span=member.name_span,
                    title=built.title,
                    checked=built.checked,
                )
            )
        else:
            self.good = False
        self._advance(built, [Ref(position, i) for i in range(len(built.outputs or ()))])

    def _splice(self, member: NodeDoc, built: Built, sources: Wires | None) -> bool:
        """Take the members of a chain as one's own. False where it is no chain."""
        inner = built.body
        if inner is None or sources is None:
            return False
        if not isinstance(inner, Scope) or inner.kind != "chain":
            self.session.report(
                "splice-mismatch",
                "`splice` is for a chain, or a block that is a chain",
                member.name_span,
                "delete `splice`",
            )
            self.good = False
            return False
        base = len(self.nodes)

        def outer(ref: Ref) -> Ref:
            if ref.node == INPUT:
                return sources[ref.output].ref
            return Ref(base + ref.node, ref.output)

        for node in inner.nodes:
            place = self.next_place()
            refs = tuple(outer(ref) for ref in node.inputs)
            self.nodes.append(replace(node, name=".".join(place), at=place, inputs=refs))
        self._advance(built, [outer(ref) for ref in inner.outputs])
        return True

    def _advance(self, built: Built, refs: list[Ref]) -> None:
        if built.outputs is None:
            self.current = None
            return
        training = built.training or (False,) * len(refs)
        self.current = tuple(
            Wire(ref, shape, built.tainted, flag)
            for ref, shape, flag in zip(refs, built.outputs, training, strict=True)
        )

    def finish(self, title: str) -> Built:
        """The scope. Its title is that of a block, or what its members are."""
        outcome = replace(self.total, title=title or ", ".join(self.titles), tainted=True)
        if self.current is None:
            return outcome
        outcome = replace(
            outcome,
            outputs=tuple(wire.shape for wire in self.current),
            names=self.names,
            training=self.training,
            tainted=any(wire.tainted for wire in self.current),
        )
        if not self.good or any(wire.shape is None for wire in (*self.inputs, *self.current)):
            return outcome
        scope = Scope(
            kind=self.kind,
            title=outcome.title,
            input_names=tuple(f"input{i}" for i in range(len(self.inputs))),
            inputs=_known(tuple(wire.shape for wire in self.inputs)),
            nodes=tuple(self.nodes),
            modules=tuple(range(len(self.nodes))),
            output_names=self.names or tuple(str(i) for i in range(len(self.current))),
            outputs=tuple(wire.ref for wire in self.current),
            training=self.training or (False,) * len(self.current),
            span=self.span,
        )
        return replace(outcome, body=scope)


def _title(member: NodeDoc, title: str, copies: int) -> str:
    """`residual ×4, first stride 2`"""
    if member.keys.repeat is None:
        return title
    text = f"{title} ×{copies}"
    if member.keys.first is None:
        return text
    changed = [
        f"{key} {tree.text}" for key, tree in member.keys.first.items() if isinstance(tree, Scalar)
    ]
    return f"{text}, first {' '.join(changed)}" if changed else text


def _nested(outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    """Is one place inside of the other?"""
    short, long = sorted((outer, inner), key=len)
    return long[: len(short)] == short


def _known(shapes: tuple[Shape | None, ...] | None) -> tuple[Shape, ...]:
    return tuple(shape if shape is not None else () for shape in shapes or ())


def _add(total: Built, more: Built) -> Built:
    return replace(
        total,
        nodes=total.nodes + more.nodes,
        elements=total.elements + more.elements,
        checked=total.checked + more.checked,
    )


def _same_module(owner: Leaf | Scope | Share, use: Leaf | Scope) -> bool:
    """Do both have the same weights and calls, whatever the sizes that flow through?"""
    if isinstance(owner, Leaf) and isinstance(use, Leaf):
        return owner.weights == use.weights and owner.call == use.call
    if not isinstance(owner, Scope) or not isinstance(use, Scope):
        return isinstance(owner, Share) and _same_module(owner.body, use)
    return len(owner.nodes) == len(use.nodes) and all(
        a.name == b.name and a.at == b.at and a.inputs == b.inputs and _same_body(a, b)
        for a, b in zip(owner.nodes, use.nodes, strict=True)
    )


def _same_body(a: Node, b: Node) -> bool:
    body = b.body.body if isinstance(b.body, Share) else b.body
    return _same_module(a.body, body)
