"""The walk: every node applied to the shapes that it reads, in the order of execution.

`body` walks a scope, `sequence` a chain or a repeat, and `apply` one node; they call each other as
the spec nests.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from math import prod

from netspec.diagnostics import Span
from netspec.expression import UNKNOWN, InputShape
from netspec.graph.arguments import Written, construct, for_op, place_of, written
from netspec.graph.builder import BodyBuilder
from netspec.graph.calls import arity_fits, call, from_span
from netspec.graph.copies import Copy, present_copies
from netspec.graph.declared import check_declared
from netspec.graph.evaluate import NodeValue, exact
from netspec.graph.evaluate import (
    Scope as Names,
)
from netspec.graph.ir import Kind, Leaf
from netspec.graph.leaf import make_leaf
from netspec.graph.names import (
    Target,
    Wires,
    always_reads_nothing,
    input_names,
    reads_nothing,
    report_unknown_op,
    resolve_op,
)
from netspec.graph.origin import input_notes
from netspec.graph.sequence import SequenceBuilder
from netspec.graph.session import BROKEN, REFUSED, Built, Session, entering
from netspec.graph.wiring import Wiring, wire
from netspec.ops.arguments import arguments_of
from netspec.ops.base import Inputs, Op, OpError
from netspec.shape import Shape
from netspec.syntax.fields import Named
from netspec.syntax.node_document import BodyDoc, NodeDoc
from netspec.syntax.schema import ParamDoc


class Walk:
    """The mutually recursive steps of an elaboration, over one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # --- scopes -----------------------------------------------------------------------------

    def body(
        self,
        doc: BodyDoc,
        names: Names,
        wires: Wires,
        title: str,
        kind: Kind,
        training: frozenset[str] = frozenset(),
        dropped: frozenset[str] = frozenset(),
    ) -> Built:
        """The nodes of a block, an inline subgraph or a network."""
        wiring = self.wiring(doc, names)
        if wiring is None:
            return BROKEN
        inputs = entering(wires, (name.text for name in doc.inputs))
        found = [self._present(doc, wiring, index, names) for index in range(len(doc.nodes))]
        absent = [not copies for _, copies in found]
        builder = BodyBuilder(self.session, doc, wiring, inputs, absent)
        for index in builder.order(dropped):
            if absent[index]:
                builder.skip(index)
                continue
            node, copies = found[index]
            by_default = doc.nodes[index].keys.from_ is None
            bare = by_default and reads_nothing(node, names)
            sources = () if bare else builder.wires_of(index)
            with self.session.inside(
                ".".join(doc.nodes[index].keys.at or (doc.nodes[index].name,))
            ):
                built = self._node(node, names, sources, copies)
                if node is not doc.nodes[index]:  # it shares `node`, and its `shape` is a check
                    built = self._declared(doc.nodes[index], copies[-1].names, built)
            builder.add(index, built, sources)
        return builder.finish(title, kind, training, dropped)

    def _present(
        self, doc: BodyDoc, wiring: Wiring, index: int, names: Names
    ) -> tuple[NodeDoc, list[Copy]]:
        """A node and its copies; one that shares another is that node, and absent where that is."""
        node = doc.nodes[index]
        copies = present_copies(self.session, node, names)
        owner = doc.nodes[wiring.owner(index)]
        if owner is node or not copies:
            return node, copies
        meant = resolve_op(owner.keys.op.text, names) if owner.keys.op else None
        if not isinstance(meant, type) or "shape" not in arguments_of(meant):
            owner = replace(owner, keys=owner.keys.model_copy(update={"shape": None}))
        return owner, present_copies(self.session, owner, names)

    def wiring(self, doc: BodyDoc, names: Names, params: Iterable[ParamDoc] = ()) -> Wiring | None:
        """Who reads whom in a body, worked out once. `params` are those of the block."""
        known = self.session.wirings
        if doc not in known:
            # Without values: a wiring holds for all calls, whatever node a parameter holds.
            bare = partial(always_reads_nothing, names=names)
            known[doc] = wire(doc, bare, self.session.collector, params)
        return known[doc]

    def _node(self, node: NodeDoc, names: Names, wires: Wires, copies: list[Copy]) -> Built:
        """One node of a scope."""
        if node.keys.repeat is None:
            built = self.apply(node, copies[-1], wires)
        else:
            self.session.spend(1, node.span)
            built = self.sequence((node,), names, wires, "repeat", node.name_span, copies)
        if not copies[-1].sure:
            built = replace(built, tainted=True)
        return self._declared(node, copies[-1].names, built)

    def _declared(self, node: NodeDoc, names: Names, built: Built) -> Built:
        if node.keys.shape is None or built.refused:
            return built
        what = ".".join(self.session.path)
        outputs, tainted, held = check_declared(
            self.session, node.keys.shape, names, built.outputs, built.tainted, what, built
        )
        return replace(built, outputs=outputs, tainted=tainted, checked=built.checked + held)

    # --- chains and repeats -----------------------------------------------------------------

    def sequence(
        self,
        members: tuple[NodeDoc, ...],
        names: Names,
        wires: Wires,
        kind: Kind,
        span: Span,
        copies: list[Copy] | None = None,
        title: str = "",
    ) -> Built:
        """The members of a chain, or the copies of one repeated node, one after the other."""
        builder = SequenceBuilder(self.session, entering(wires), kind, span)
        for member in members:
            present = copies if copies is not None else present_copies(self.session, member, names)
            builder.begin(member, present)
            for copy in present:
                with self.session.inside(".".join(builder.next_place())):
                    built = self.apply(member, copy, builder.wires())
                    if not copy.sure:
                        built = replace(built, tainted=True)
                    if kind == "chain" and copy is present[-1]:
                        built = self._declared(member, copy.names, built)
                builder.add(member, built)
        return builder.finish(title)

    # --- one node -----------------------------------------------------------------------------

    def apply(self, node: NodeDoc, copy: Copy, wires: Wires) -> Built:
        """One application of a node, whatever its form."""
        if node.form in ("broken", "share"):  # a share of what cannot be shared
            return BROKEN
        self.session.spend(1, node.span)
        if node.form == "chain":
            return self.sequence(node.chain, copy.names, wires, "chain", node.name_span)
        if node.form == "nodes":
            assert node.body is not None
            return self._subgraph(node, node.body, copy.names, wires)
        assert node.keys.op is not None
        name = node.keys.op.text
        given = written(node, copy.first)
        meant = resolve_op(name, copy.names)
        if meant is None:
            report_unknown_op(self.session, node.keys.op, copy.names)
            return BROKEN
        if isinstance(meant, NodeValue):
            return self._node_value(node, meant, given, wires)
        if isinstance(copy.names.names.get(name), NodeValue):
            return self._hidden(node.keys.op)
        if isinstance(meant, Target):
            return call(self, node, meant, given, copy.names, wires)
        return self._leaf(node, meant, given, copy.names, wires)

    def _leaf(
        self, node: NodeDoc, op_class: type[Op], given: Written, names: Names, wires: Wires
    ) -> Built:
        session = self.session
        values = for_op(session, op_class, node, given, names)
        tainted = any(wire.tainted for wire in wires)
        shapes = tuple(wire.shape for wire in wires if wire.shape is not None)
        assert node.keys.op is not None
        place = partial(place_of, op=node.keys.op, given=given, scope=names)
        broken = REFUSED if "shape" in arguments_of(op_class) else BROKEN
        if values is None:
            return broken
        if len(shapes) < len(wires):
            return BROKEN if construct(session, op_class, values, place) else broken
        key = (op_class, tuple(values), exact(tuple(values.values())), shapes)
        known = session.leaves.get(key)
        if known is None:
            op = construct(session, op_class, values, place)
            if op is None:
                return broken
            try:
                known = session.leaves[key] = _built(*make_leaf(op, shapes, session.limits))
            except OpError as error:
                if not tainted:
                    wired = error.code == "wrong-arity"
                    at = from_span(node) if wired else place(error.argument)
                    session.report_op(error, op.name, at, input_notes(wires))
                return broken
            advice = op.advice()
            if advice:
                session.warn("advice", f"`{op.name}`: {advice}", node.keys.op.span)
        return replace(known, tainted=True) if tainted else known

    def _subgraph(self, node: NodeDoc, doc: BodyDoc, names: Names, wires: Wires) -> Built:
        inputs = [name.text for name in doc.inputs]
        if not arity_fits(self.session, node, f"the subgraph `{node.name}`", inputs, wires):
            return BROKEN
        seen = {
            name: value for name, value in names.names.items() if not isinstance(value, InputShape)
        }
        for name in doc.inputs:
            if seen.get(name.text, UNKNOWN) is not UNKNOWN:
                what = "dim" if name.text in names.file.dims else "parameter"
                self.session.report(
                    "duplicate-name",
                    f"`{name}` is an input of the subgraph `{node.name}` and a {what}",
                    name.span,
                    "rename the input",
                )
        inner = Names(names.file, {**seen, **input_names(inputs, wires)})
        with self.session.called(f"inside `{node.name}`", node.name_span):
            return self.body(doc, inner, wires, "", "subgraph")

    def _hidden(self, op: Named) -> Built:
        """A parameter that was given a node, behind an op or block of its name."""
        told = (found.code == "duplicate-name" for found in self.session.collector.errors)
        if not any(told):  # a declaration that shows it was reported with the blocks
            self.session.report(
                "duplicate-name",
                f"`{op}` is an op or block, and a parameter that holds a node",
                op.span,
                "rename the parameter",
            )
        return BROKEN

    def _node_value(self, node: NodeDoc, value: NodeValue, given: Written, wires: Wires) -> Built:
        assert node.keys.op is not None
        for key, (at, _) in given.items():
            self.session.report(
                "unknown-argument",
                f"`{node.keys.op}` is a parameter that holds a node, it takes no `{key}`",
                at.span,
                "write the argument where the parameter gets its node",
            )
            return BROKEN
        with self.session.called(f"`{node.keys.op}` applied", node.keys.op.span):
            file = value.scope.file
            names = Names(file, {**file.dims, **value.scope.names})
            built = self.apply(value.doc, Copy(names, False), wires)
            return self._declared(value.doc, names, built)


def _built(leaf: Leaf, outputs: tuple[Shape, ...]) -> Built:
    title = leaf.op.shorthand(Inputs(*leaf.inputs))
    elements = sum(prod(weight.shape) for weight in leaf.weights.values())
    return Built(leaf, outputs, title=title, elements=elements)
