"""What an op name means, and what expressions see of inputs."""

import re
from dataclasses import dataclass

from netspec.diagnostics import nearest
from netspec.expression import UNKNOWN, InputShape, Value
from netspec.graph.evaluate import NodeValue
from netspec.graph.evaluate import Scope as Names
from netspec.graph.session import Session, Wire
from netspec.ops.base import Op
from netspec.ops.registry import find_op, op_names
from netspec.syntax.fields import Named
from netspec.syntax.node_document import NodeDoc
from netspec.syntax.schema import BlockDoc, SpecDoc

Wires = tuple[Wire, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What a node calls: a block of `spec`, or, with `block` None, the spec itself."""

    spec: SpecDoc
    block: BlockDoc | None


def resolve_op(name: str, names: Names) -> Target | type[Op] | NodeValue | None:
    """What an op name means: the file's own block, an include or its block, an op, a node value."""
    spec = names.file.spec
    if name in spec.blocks:
        return Target(spec, spec.blocks[name])
    if name in spec.include:
        return Target(spec.include[name], None)
    outer, _, inner = name.partition(".")
    if inner and outer in spec.include and inner in spec.include[outer].blocks:
        return Target(spec.include[outer], spec.include[outer].blocks[inner])
    found = find_op(name)
    if found is not None:
        return found
    value = names.names.get(name)
    return value if isinstance(value, NodeValue) else None


def reads_nothing(node: NodeDoc, names: Names) -> bool:
    """Does it read no tensor, like a bare parameter, or a node value that is one?"""
    while node.form == "op" and node.keys.op is not None:
        meant = resolve_op(node.keys.op.text, names)
        if isinstance(meant, Target):
            return meant.block is not None and not meant.block.inputs
        if not isinstance(meant, NodeValue):
            return meant is not None and meant.arity[1] == 0
        node, names = meant.doc, meant.scope
    return False


def input_names(inputs: list[str], wires: Wires) -> dict[str, Value]:
    """What expressions see of the inputs: their shapes, UNKNOWN where that failed."""
    return {
        name: InputShape(wire.shape) if wire.shape is not None else UNKNOWN
        for name, wire in zip(inputs, wires, strict=True)
    }


def _plain(name: str) -> str:
    """What torch's `MaxPool2d` and our `max_pool` have in common."""
    return re.sub(r"[123]d$", "", name).replace("_", "").lower()


def report_unknown_op(session: Session, op: Named, names: Names) -> None:
    """Report an op name that means nothing; silent where its parameter failed before."""
    name, span = op.text, op.span
    if names.names.get(name) is UNKNOWN:
        return
    if name in names.names:
        session.report(
            "unknown-op",
            f"the parameter `{name}` holds no node",
            span,
            "give it one: `{op: …}`",
        )
        return
    spec = names.file.spec
    blocks = [f"{i}.{b}" for i, s in spec.include.items() for b in s.blocks]
    nodes = [n for n, v in names.names.items() if isinstance(v, NodeValue)]
    torch_names = {_plain(op): op for op in op_names()}
    known = [*spec.blocks, *spec.include, *blocks, *op_names(), *nodes]
    close = torch_names.get(_plain(name)) or nearest(name, known)
    help = f"did you mean `{close}`?" if close else "`netspec ops` lists the ops"
    session.report("unknown-op", f"there is no op or block `{name[:80]}`", span, help)
