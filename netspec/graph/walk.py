"""The walk: every node applied to the shapes that it reads, in the order of execution.

`body` walks a scope, `sequence` a chain or a repeat, and `apply` one node; they call each other as
the spec nests.
"""

from dataclasses import replace
from functools import partial
from math import prod

from netspec.diagnostics import Span
from netspec.expression import InputShape, Value
from netspec.graph.arguments import Written, construct, defaults_of, for_block, for_op, written
from netspec.graph.builder import BodyBuilder
from netspec.graph.copies import Copy, present_copies
from netspec.graph.declared import check_declared
from netspec.graph.evaluate import (
    FileContext,
    NodeValue,
)
from netspec.graph.evaluate import (
    Scope as Names,
)
from netspec.graph.ir import Kind
from netspec.graph.leaf import make_leaf
from netspec.graph.names import (
    Target,
    Wires,
    input_names,
    reads_nothing,
    report_unknown_op,
    resolve_op,
)
from netspec.graph.origin import input_notes
from netspec.graph.parameters import bind
from netspec.graph.sequence import SequenceBuilder
from netspec.graph.session import BROKEN, Built, Session, entering
from netspec.graph.wiring import Wiring, wire
from netspec.ops.base import Inputs, Op, OpError
from netspec.syntax.node_document import BodyDoc, NodeDoc
from netspec.syntax.schema import BlockDoc


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
        copies = [present_copies(self.session, node, names) for node in doc.nodes]
        absent = [not found for found in copies]
        builder = BodyBuilder(self.session, doc, wiring, inputs, absent)
        for index in builder.order(dropped):
            node = doc.nodes[index]
            if absent[index]:
                builder.skip(index)
                continue
            sources = builder.wires_of(index)
            with self.session.inside(".".join(node.keys.at or (node.name,))):
                built = self._node(doc, index, names, sources, copies[index])
            builder.add(index, built, sources)
        return builder.finish(title, kind, training, dropped)

    def wiring(self, doc: BodyDoc, names: Names) -> Wiring | None:
        """Who reads whom in a body, worked out once."""
        known = self.session.wirings
        if id(doc) not in known:
            known[id(doc)] = wire(doc, partial(reads_nothing, names=names), self.session.collector)
        return known[id(doc)]

    def _node(
        self, doc: BodyDoc, index: int, names: Names, wires: Wires, copies: list[Copy]
    ) -> Built:
        """One node of a scope."""
        node = doc.nodes[index]
        if node.form == "share":
            target = next(
                n for n in doc.nodes if node.keys.share and n.name == node.keys.share.text
            )
            node = target.model_copy(
                update={"keys": target.keys.model_copy(update={"shape": node.keys.shape})}
            )
            copies = present_copies(self.session, target, names)
        if not copies:
            return BROKEN
        if node.keys.repeat is None:
            built = self.apply(node, copies[-1], wires)
        else:
            built = self.sequence((node,), names, wires, "repeat", node.name_span, copies)
        return self._declared(node, copies[-1].names, built)

    def _declared(self, node: NodeDoc, names: Names, built: Built) -> Built:
        if node.keys.shape is None:
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
                    if kind == "chain" and copy is present[-1]:
                        built = self._declared(member, copy.names, built)
                builder.add(member, built)
        return builder.finish(title)

    # --- one node -----------------------------------------------------------------------------

    def apply(self, node: NodeDoc, copy: Copy, wires: Wires) -> Built:
        """One application of a node, whatever its form."""
        if node.form == "broken":
            return BROKEN
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
        if isinstance(meant, Target):
            return self._block(node, meant, given, copy.names, wires)
        return self._leaf(node, meant, given, copy.names, wires)

    def _leaf(
        self, node: NodeDoc, op_class: type[Op], given: Written, names: Names, wires: Wires
    ) -> Built:
        session = self.session
        values = for_op(session, op_class, node, given, names)
        tainted = any(wire.tainted for wire in wires)
        shapes = tuple(wire.shape for wire in wires if wire.shape is not None)
        if values is None or len(shapes) < len(wires):
            return BROKEN
        assert node.keys.op is not None
        session.spend(1, node.span)
        key = (op_class, tuple(values.items()), shapes)
        known = session.leaves.get(key)
        if known is None:
            op = construct(session, op_class, values, node.keys.op.span, given)
            if op is None:
                return BROKEN
            try:
                known = session.leaves[key] = make_leaf(op, shapes, session.limits)
            except OpError as error:
                if not tainted:
                    at = (
                        given[error.argument][1].span
                        if error.argument in given
                        else node.keys.op.span
                    )
                    session.report_op(error, op.name, at, input_notes(wires))
                return BROKEN
            advice = op.advice()
            if advice:
                session.warn("advice", f"`{op.name}`: {advice}", node.keys.op.span)
        leaf, outputs = known
        elements = sum(prod(weight.shape) for weight in leaf.weights.values())
        return Built(
            leaf,
            outputs,
            title=leaf.op.shorthand(Inputs(*leaf.inputs)),
            tainted=tainted,
            elements=elements,
        )

    def _subgraph(self, node: NodeDoc, doc: BodyDoc, names: Names, wires: Wires) -> Built:
        if not self._arity_fits(
            node, f"the subgraph `{node.name}`", [n.text for n in doc.inputs], wires
        ):
            return BROKEN
        seen = {
            name: value for name, value in names.names.items() if not isinstance(value, InputShape)
        }
        inner = Names(names.file, {**seen, **input_names([n.text for n in doc.inputs], wires)})
        with self.session.called(f"inside `{node.name}`", node.name_span):
            return self.body(doc, inner, wires, "", "subgraph")

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
            return self.apply(value.doc, Copy(value.scope, False), wires)

    def _block(
        self, node: NodeDoc, target: Target, given: Written, names: Names, wires: Wires
    ) -> Built:
        assert node.keys.op is not None
        name = node.keys.op.text
        docs = target.block.params if target.block else target.spec.params
        values = for_block(self.session, docs, name, given, names)
        missing = [d for d in docs.values() if d.default is None and d.name not in given]
        for doc in missing:
            if doc.name not in defaults_of(name, names):
                self.session.report(
                    "missing-argument",
                    f"`{name}` needs `{doc.name}`, which has no default",
                    node.keys.op.span,
                    f"write `{doc.name}: …`",
                )
                values = None
        inputs = [n.text for n in target.block.inputs] if target.block else list(target.spec.inputs)
        if values is None or not self._arity_fits(node, f"`{name}`", inputs, wires):
            return BROKEN
        key = (
            id(target.block or target.spec),
            id(names.file),
            tuple(values.items()),
            tuple((w.shape, w.tainted) for w in wires),
        )
        known = self.session.blocks.get(key)
        if known is not None:
            self.session.spend(known.nodes, node.keys.op.span)
            return known
        with self.session.called(f"called by `{'.'.join(self.session.path)}`", node.keys.op.span):
            if target.block:
                built = self._call(target.block, target, names.file, values, wires)
            else:
                from netspec.graph.network import instantiate

                built = instantiate(self, target.spec, values, wires, node.keys.op.span)
        self.session.blocks[key] = built
        return built

    def _call(
        self,
        block: BlockDoc,
        target: Target,
        file: FileContext,
        values: dict[str, Value],
        wires: Wires,
    ) -> Built:
        if target.spec is not file.spec:
            from netspec.graph.network import context_of

            file = context_of(self.session, target.spec, file)
        inputs = [name.text for name in block.inputs]
        outer = Names(file, {**file.dims, **input_names(inputs, wires)})
        bound, faults = bind(block.params, values, outer, f"`{block.name}`", block.span)
        for fault in faults:
            self.session.report_failed(fault)
        names = Names(file, {**outer.names, **bound})
        if block.body is not None:
            return self.body(block.body, names, wires, block.name, "block")
        return self.sequence(block.chain, names, wires, "chain", block.span, title=block.name)

    def _arity_fits(self, node: NodeDoc, what: str, inputs: list[str], wires: Wires) -> bool:
        if len(inputs) == len(wires):
            return True
        wanted = ", ".join(inputs) or "none"
        span = node.keys.from_[0].span if node.keys.from_ else node.name_span
        self.session.report(
            "wrong-arity",
            f"{what} has {len(inputs)} inputs ({wanted}), and {len(wires)} are given",
            span,
            f"write `from: [{', '.join(f'NODE_FOR_{name}' for name in inputs)}]`"
            if len(inputs) != 1
            else "name one node with `from`",
        )
        return False
