"""The scope of a chain or a repeat, put together member by member."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from netspec.diagnostics import Span
from netspec.expression import describe
from netspec.graph.copies import Copy
from netspec.graph.evaluate import Failed, evaluate
from netspec.graph.evaluate import Scope as Names
from netspec.graph.ir import INPUT, Kind, Node, Ref, Scope, Splice
from netspec.graph.session import LOST, Built, Counts, Session, Wire, known_shapes
from netspec.syntax.node_document import NodeDoc
from netspec.syntax.tree import Mapping, Scalar

Wires = tuple[Wire, ...]
_FINAL_NUMBER = re.compile(r"[0-9]+$")


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
        self.splices: list[Splice] = []
        self.titles: list[str] = []
        self.names: tuple[str, ...] = ()
        self.training: tuple[bool, ...] = ()
        self.label: tuple[str, ...] | None = None
        self.fresh = True
        self.good = True
        self.failed = 0
        self.counts = Counts()
        self.copies: Sequence[Copy] = ()

    def begin(self, member: NodeDoc, copies: Sequence[Copy]) -> None:
        """The copies of `member` follow. What the first reads beyond its outputs goes to all."""
        self.copies = copies
        self.label = member.keys.label
        self.fresh = True

    def next_place(self) -> tuple[str, ...]:
        """Where the next member sits; one that failed has a place too."""
        count = len(self.nodes) + self.failed
        if self.label is None:
            return (str(count),)
        *outer, last = self.label
        number = _FINAL_NUMBER.search(last)
        assert number
        text = number.group()
        counted = str(int(text) + count).zfill(len(text) if text[0] == "0" else 0)
        return (*outer, last[: number.start()] + counted)

    def wires(self) -> Wires:
        """What the next copy reads."""
        if self.current is None:
            return (LOST,)
        if self.fresh:
            self.extra = self.current
            return self.current
        return self.current + self.extra[len(self.current) :]

    def add(self, member: NodeDoc, built: Built) -> None:
        """One more copy of a member."""
        sources = self.wires()
        if self.fresh:
            self.titles.append(_title(member, built.title, self.copies))
        self._check_training(member, built, sources)
        self.fresh = False
        self.counts.add(built)
        self.names, self.training = built.names, built.training
        if member.keys.splice and self._splice(member, built, sources):
            return
        position = len(self.nodes)
        place = self.next_place()
        if built.body is not None:
            self.nodes.append(
                Node(
                    name=".".join(place),
                    at=place,
                    inputs=tuple(wire.ref for wire in sources),
                    outputs=known_shapes(built.outputs),
                    body=built.body,
                    span=member.name_span,
                    title=built.title,
                    checked=built.checked,
                    given=built.given,
                )
            )
        else:
            self.good = False
            self.failed += 1
        self._advance(built, [Ref(position, i) for i in range(len(built.outputs or ()))])

    def _check_training(self, member: NodeDoc, built: Built, sources: Wires) -> None:
        """A member may not read an output that is there in training mode only."""
        if built.body is not None and any(wire.training for wire in sources):
            self.session.report(
                "training-only",
                "an output of the member before is computed in training mode only",
                member.name_span,
                "make the two members nodes, and read the other outputs by name",
            )

    def _splice(self, member: NodeDoc, built: Built, sources: Wires) -> bool:
        """Take the members of a chain as one's own. False where it is no chain."""
        inner = built.body
        if inner is None:
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
        self.splices.append(Splice(base, member.name_span, inner))

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
        outcome = Built(
            None,
            None,
            title=title or ", ".join(_runs(self.titles)),
            tainted=True,
            nodes=self.counts.nodes,
            elements=self.counts.elements,
            checked=self.counts.checked,
        )
        if self.current is None:
            return outcome
        outcome = replace(
            outcome,
            outputs=tuple(wire.shape for wire in self.current),
            names=self.names if len(self.names) > 1 else (),
            training=self.training,
            tainted=any(wire.tainted for wire in self.current),
        )
        if not self.good or any(wire.shape is None for wire in (*self.inputs, *self.current)):
            return outcome
        scope = Scope(
            kind=self.kind,
            title=outcome.title,
            input_names=tuple(f"input{i}" for i in range(len(self.inputs))),
            inputs=known_shapes(tuple(wire.shape for wire in self.inputs)),
            nodes=tuple(self.nodes),
            modules=tuple(range(len(self.nodes))),
            output_names=self.names or tuple(str(i) for i in range(len(self.current))),
            outputs=tuple(wire.ref for wire in self.current),
            training=self.training or (False,) * len(self.current),
            span=self.span,
            splices=tuple(self.splices),
        )
        return replace(outcome, body=scope)


def _title(member: NodeDoc, title: str, copies: Sequence[Copy]) -> str:
    """`residual ×4, first stride 2`"""
    if member.keys.repeat is None:
        return title
    text = f"{title} ×{len(copies)}"
    if member.keys.first is None or not copies[0].first:
        return text
    changed = " ".join(_values(member.keys.first, copies[0].names))
    return f"{text}, first {changed}" if changed else text


def _runs(titles: Iterable[str]) -> Iterator[str]:
    """`conv_bn, bneck ×15`: members of one kind that follow each other, said once."""
    for title, run in groupby(titles):
        count = len(list(run))
        yield f"{title} ×{count}" if count > 1 else title


def _values(table: Mapping, names: Names) -> Iterator[str]:
    for key, tree in table.items():
        if isinstance(tree, Scalar):
            try:
                yield f"{key} {describe(evaluate(tree, names))}"
            except Failed:  # a word, such as `same`
                yield f"{key} {tree.text}"
