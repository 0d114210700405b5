"""What an op name means, and what expressions see of inputs."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from netspec.diagnostics import nearest
from netspec.expression import UNKNOWN, InputShape, Value
from netspec.graph.evaluate import NodeValue
from netspec.graph.evaluate import Scope as Names
from netspec.graph.session import Session, Wire
from netspec.ops.base import Op
from netspec.ops.registry import find_builtin, find_op, op_fault, op_names
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
    """What an op name means: the file's own block, an include or its block, an op, a node value.

    A node value comes before a custom op, so that no package changes what a spec means.
    """
    spec = names.file.spec
    if name in spec.blocks:
        return Target(spec, spec.blocks[name])
    if name in spec.include:
        return Target(spec.include[name], None)
    outer, _, inner = name.partition(".")
    if inner and outer in spec.include and inner in spec.include[outer].blocks:
        return Target(spec.include[outer], spec.include[outer].blocks[inner])
    value = names.names.get(name)
    if isinstance(value, NodeValue):
        return find_builtin(name) or value
    return find_op(name)


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


def always_reads_nothing(node: NodeDoc, names: Names) -> bool:
    """Does it read no tensor, whatever nodes the parameters hold?"""
    op = node.keys.op
    is_held = op is not None and isinstance(names.names.get(op.text), NodeValue)
    return not is_held and reads_nothing(node, Names(names.file, {}))


def input_names(inputs: list[str], wires: Wires) -> dict[str, Value]:
    """What expressions see of the inputs: their shapes, UNKNOWN where that failed."""
    return {
        name: InputShape(wire.shape) if wire.shape is not None else UNKNOWN
        for name, wire in zip(inputs, wires, strict=True)
    }


def _plain(name: str) -> str:
    """What torch's `MaxPool2d` and our `max_pool` have in common."""
    return re.sub(r"[123]d$", "", name).replace("_", "").lower()


def _is_slip(name: str, meant: str) -> bool:
    """Is it so like the other that hardly anything else is meant?"""
    return _plain(name) == _plain(meant) or SequenceMatcher(None, name, meant).ratio() >= 0.8


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
    fault = op_fault(name)
    if fault is not None:
        session.report("unknown-op", f"the op {fault}", span, "mend or uninstall the package")
        return
    spec = names.file.spec
    blocks = [f"{i}.{b}" for i, s in spec.include.items() for b in s.blocks]
    nodes = [n for n, v in names.names.items() if isinstance(v, NodeValue)]
    torch_names = {_plain(op): op for op in op_names()}
    known = [*spec.blocks, *spec.include, *blocks, *op_names(), *nodes]
    close = torch_names.get(_plain(name)) or nearest(name, known)
    help = f"did you mean `{close}`?" if close else "`netspec ops` lists the ops"
    if close is None or not _is_slip(name, close):
        help += " (one of your own needs `--ops MODULE`)"
    if name.startswith("op:"):
        help = f"write a space after the colon, `op: {name[3:80]}`"
    session.report("unknown-op", f"there is no op or block `{name[:80]}`", span, help)
