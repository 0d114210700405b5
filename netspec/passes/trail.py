"""A tensor anywhere in a network, by its path: `layer2`, `split.1`, `features.6`."""

from collections.abc import Iterator

from netspec.diagnostics import Diagnostic, Source, Span, nearest
from netspec.graph.ir import Leaf, Node, Ref, Scope, Share

Trail = tuple[Ref, ...]
"""The nodes on the way to a tensor, outer before inner, then the tensor in the innermost scope."""


def find(scope: Scope, path: str) -> Trail:
    """The tensor that a path names, by names of nodes or places of modules; empty for none.

    What is computed in training only has no path, and neither has what is inside of a module that
    several nodes apply: there are several such tensors.
    """
    for index, label in _labels(scope):
        if path == label or path.startswith(f"{label}."):
            trail = _below(scope, index, path[len(label) + 1 :])
            if trail:
                return trail
    return ()


def unknown(root: Scope, path: str) -> Diagnostic:
    """Says what is wrong with a path that names no tensor."""
    outer, scope = _reached(root, path)
    code, span, whole = "unknown-output", Span(Source("outputs")), f"`{outer.removesuffix('.')}`"
    if scope is None:
        message = f"`{path[:80]}` is inside of {whole}, whose module several nodes apply"
        return Diagnostic(code, message, span, f"name {whole}, or write its nodes without `share`")
    rest, names = path[len(outer) :], [name for node in scope.nodes for name in _names(node)]
    if outer and len(scope.outputs) > 1:
        names = [*scope.output_names, *names]
    close = nearest(rest, names)
    listed = ", ".join(outer + name for name in names)[:200]
    help = f"did you mean `{outer}{close}`?" if close else f"there are {listed}"
    where = whole if outer else "the network"
    message = f"{where} has no node `{rest[:80]}` with one output"
    return Diagnostic(code, message, span, help)


def _labels(scope: Scope) -> Iterator[tuple[int, str]]:
    """What the nodes may be called, names first."""
    yield from ((index, node.name) for index, node in enumerate(scope.nodes))
    for index, node in enumerate(scope.nodes):
        if not isinstance(node.body, Share):
            yield index, ".".join(node.at)


def _below(scope: Scope, index: int, rest: str) -> Trail:
    """The tensor that `rest` names in a node, by default its only output."""
    node = scope.nodes[index]
    outputs = _outputs(node)
    if not rest and len(outputs) == 1:
        return (Ref(index, *outputs.values()),)
    if rest in outputs:
        return (Ref(index, outputs[rest]),)
    if not rest or not isinstance(node.body, Scope) or _is_shared(scope, index):
        return ()
    inner = find(node.body, rest)
    return (Ref(index), *inner) if inner else ()


def _outputs(node: Node) -> dict[str, int]:
    """The outputs that evaluation computes, by what stands after the dot."""
    body = node.body.body if isinstance(node.body, Share) else node.body
    is_unnamed = isinstance(body, Leaf) or body.kind in ("chain", "repeat")
    if is_unnamed and len(node.outputs) == 1:
        return {"": 0}
    if isinstance(body, Leaf):
        return {str(index): index for index in range(len(node.outputs))}
    pairs = enumerate(zip(body.output_names, body.training, strict=True))
    return {name: index for index, (name, training) in pairs if not training}


def _names(node: Node) -> list[str]:
    """What can be named of a node, without what is inside of it."""
    outputs = _outputs(node)
    return [node.name] if len(outputs) == 1 else [f"{node.name}.{name}" for name in outputs]


def _is_shared(scope: Scope, index: int) -> bool:
    return any(isinstance(node.body, Share) and node.body.target == index for node in scope.nodes)


def _reached(scope: Scope, path: str, outer: str = "") -> tuple[str, Scope | None]:
    """How far a path leads: the part with which it enters scopes, and the innermost one; None for
    a scope whose module several nodes apply."""
    for index, label in _labels(scope):
        node = scope.nodes[index]
        if not path.startswith(f"{label}."):
            continue
        if isinstance(node.body, Scope) and not _is_shared(scope, index):
            return _reached(node.body, path[len(label) + 1 :], f"{outer}{label}.")
        if not isinstance(node.body, Leaf):
            return f"{outer}{label}.", None
    return outer, scope
