"""What cannot be written as standalone source, told before anything is written."""

from netspec.backends.source.calls import LAYERS
from netspec.backends.source.lines import Lines
from netspec.diagnostics import Collector, NetspecError
from netspec.graph.ir import Graph, Leaf
from netspec.ops.registry import is_builtin
from netspec.shape import Dim


def refuse(graph: Graph) -> None:
    """Raises NetspecError with each node that source cannot say."""
    collector = Collector()
    told: set[int] = set()
    for path, node, leaf in graph.leaves():
        reason = _reason(leaf)
        if reason and id(leaf) not in told:
            told.add(id(leaf))
            collector.error("not-exportable", f"`{path}`: {reason}", node.span, help=HELP)
    symbols = Lines(graph, ()).symbols(graph.root)
    for symbol in symbols:
        message = f"no input tells the size `{symbol.name}`, which is wanted at run time"
        collector.error("not-exportable", message, graph.root.span, help="fix it with `--dim`")
    if collector.errors:
        raise NetspecError(collector)


HELP = "lower it to a module or function of torch, or write a format that holds weights and ops"


def _reason(leaf: Leaf) -> str:
    target = leaf.call.target
    if not all(part.isidentifier() for part in target.split(".")):
        return f"the op `{leaf.op.name}` names `{target}`, which is no name of Python"
    is_torch = target.startswith("torch.") and not target.startswith("torch.ops.")
    if not is_torch and not (is_builtin(type(leaf.op)) and target.startswith(LAYERS)):
        return f"the op `{leaf.op.name}` is `{target}`, of which source has no copy"
    if leaf.call.is_module and any(isinstance(value, Dim) for value in leaf.call.keywords.values()):
        return f"the op `{leaf.op.name}` is constructed with a free size"
    return ""
