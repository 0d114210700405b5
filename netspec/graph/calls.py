"""A node that calls a block, or an included spec as one."""

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.diagnostics import Span
from netspec.expression import Value
from netspec.graph.arguments import Written, for_block
from netspec.graph.evaluate import FileContext, exact
from netspec.graph.evaluate import Scope as Names
from netspec.graph.include import context_of, instantiate
from netspec.graph.ir import Scope
from netspec.graph.names import Target, Wires, input_names
from netspec.graph.parameters import bind
from netspec.graph.session import BROKEN, LOST, Built, Session
from netspec.graph.usage import names_in
from netspec.syntax.node_document import NodeDoc
from netspec.syntax.schema import BlockDoc

if TYPE_CHECKING:
    from netspec.graph.walk import Walk


def call(
    walk: "Walk", node: NodeDoc, target: Target, given: Written, names: Names, wires: Wires
) -> Built:
    """The block applied. Equal calls, by parameters and input shapes, share one value."""
    session, op = walk.session, node.keys.op
    assert op is not None
    docs = target.block.params if target.block else target.spec.params
    inputs = [n.text for n in target.block.inputs] if target.block else list(target.spec.inputs)
    arguments = for_block(session, docs, op, given, names)
    fits = arity_fits(session, node, f"`{op}`", inputs, wires)
    if arguments is None or not fits:
        return BROKEN
    params: dict[str, Value] = {}
    dims: dict[str, Value] = {"N": names.file.dims["N"]}
    if target.block is None:
        file = FileContext(target.spec, dims, params)  # both are filled below
        scope = Names(file, {})
    else:
        file = _file_of(session, target, names.file)
        scope = Names(file, {**file.dims, **input_names(inputs, wires)})
    values, faults = bind(docs, arguments, scope)
    places = {span for _, span in arguments.values()}
    for fault in faults:
        if fault.diagnostic and fault.diagnostic.span in places:
            session.report_failed(fault)
            return BROKEN
    shown = {name: values[name] for name in arguments if name in values}
    key = (
        target.block or target.spec,  # themselves, not their ids: the memo keeps them alive
        _seen(session, names.file),
        tuple(map(exact, values.values())),
        tuple((wire.shape, wire.tainted) for wire in wires),
    )
    known = session.blocks.get(key)
    if known is not None:
        session.spend(known.nodes - 1, op.span)
        return replace(known, given=shown)
    before = session.nodes
    with session.called(f"called by `{'.'.join(session.path)}`", op.span):
        for fault in faults:
            session.report_failed(fault)
        if target.block:
            inner = Names(file, {**scope.names, **values})
            built = _body(walk, target.block, inner, wires)
    if target.block is None:
        params.update(values)
        built = instantiate(walk, file, dims, wires, op.span)
    built = replace(built, nodes=session.nodes - before + 1)  # each use costs what the first did
    if isinstance(built.body, Scope):
        built = replace(built, body=replace(built.body, params=values))
    session.blocks[key] = built
    return replace(built, given=shown)


def _seen(session: Session, file: FileContext) -> object:
    """What blocks see of the file in which they are called: its dims, and the parameters that
    `defaults` read."""
    known = session.seen.get(file)
    if known is None:
        read = {*names_in(*file.spec.defaults.values())}
        values = {name: value for name, value in file.params.items() if name in read}
        values.update(file.dims)
        named = tuple((name, exact(value)) for name, value in values.items())
        known = session.seen[file] = (file.spec, named)
    return known


def _file_of(session: Session, target: Target, caller: FileContext) -> FileContext:
    """The file in which a block stands."""
    if target.spec is caller.spec:
        return caller
    return context_of(session, target.spec, caller)


def _body(walk: "Walk", block: BlockDoc, names: Names, wires: Wires) -> Built:
    if block.body is not None:
        return walk.body(block.body, names, wires, block.name, "block")
    return walk.sequence(block.chain, names, wires, "chain", block.span, title=block.name)


def arity_fits(session: Session, node: NodeDoc, what: str, inputs: list[str], wires: Wires) -> bool:
    """Does the node read as many tensors as it has inputs? Reported where it does not."""
    if len(inputs) == len(wires):
        return True
    if LOST in wires:
        return False  # how many there are is not known either
    count = "1 input" if len(inputs) == 1 else f"{len(inputs)} inputs"
    session.report(
        "wrong-arity",
        f"{what} has {count} ({', '.join(inputs) or 'none'}), and {len(wires)} "
        + ("is given" if len(wires) == 1 else "are given"),
        from_span(node),
        f"write `from: [{', '.join(f'NODE_FOR_{name}' for name in inputs)}]`"
        if len(inputs) != 1
        else "name one node with `from`",
    )
    return False


def from_span(node: NodeDoc) -> Span:
    """Where a node says what it reads; else its op, or its name."""
    if node.keys.from_:
        first, last = node.keys.from_[0].span, node.keys.from_[-1].span
        return replace(first, end_line=last.end_line, end_column=last.end_column)
    return node.keys.op.span if node.keys.op else node.name_span
