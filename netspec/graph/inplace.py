"""`inplace: true` only where nobody else can see the tensor that is overwritten."""

from netspec.diagnostics import Collector, Span
from netspec.graph.ir import INPUT, Leaf, Scope, Share


class _Tensor:
    """An output of an op, or an input of the network, which has no owner and the path ``""``.

    `origin` is the tensor whose memory it shares.
    """

    __slots__ = ("origin", "owner", "path", "readers")

    def __init__(
        self, path: str = "", owner: Leaf | None = None, origin: "_Tensor | None" = None
    ) -> None:
        self.path = path
        self.owner = owner
        self.origin = origin
        self.readers = 0


Uses = list[tuple[str, Span, _Tensor]]
"""The path and place of each op that works in place, and what it overwrites."""


def check_inplace(root: Scope, collector: Collector) -> None:
    """Report each in-place op whose tensor has another reader, or is needed for the gradient."""
    if not _works_in_place(root, set()):
        return
    uses: Uses = []
    for tensor in _flatten(root, "", [_Tensor() for _ in root.inputs], uses):
        tensor.readers += 1
    for path, span, overwritten in uses:
        reason = _visible(overwritten)
        if reason:
            collector.error(
                "inplace-visible",
                f"`{path}` may not work in place: {reason}",
                span,
                help="delete `inplace`; netspec frees the tensor at its last use anyway",
            )


def _visible(tensor: _Tensor) -> str | None:
    """Why the tensor, or one whose memory it shares, may not be overwritten."""
    found: _Tensor | None = tensor
    while found is not None:
        path, owner = found.path, found.owner
        if found.readers > 1:
            name = f"the output of `{path}`" if owner else "an input of the network"
            return f"{name} is read {found.readers} times"
        if owner is None:
            return "it would overwrite an input of the network"
        if not owner.inputs:
            return f"it would overwrite the parameter `{path}`"
        if "saves_output" in owner.op.traits:
            return f"the gradient of `{path}` ({owner.op.name}) needs its output"
        found = found.origin
    return None


def _works_in_place(scope: Scope, seen: set[int]) -> bool:
    """Does any op in the scope? A scope used many times is looked through once."""
    seen.add(id(scope))
    for node in scope.nodes:
        body = node.body.body if isinstance(node.body, Share) else node.body
        if isinstance(body, Leaf):
            if is_inplace(body):
                return True
        elif id(body) not in seen and _works_in_place(body, seen):
            return True
    return False


def is_inplace(leaf: Leaf) -> bool:
    """Does the op write its result over its first input?"""
    return leaf.op.__dict__.get("inplace") is True


def _flatten(scope: Scope, prefix: str, inputs: list[_Tensor], uses: Uses) -> list[_Tensor]:
    """The outputs of the scope; every op in it that works in place is added to `uses`."""
    made: list[list[_Tensor]] = []
    for node in scope.nodes:
        reads = [
            inputs[ref.output] if ref.node == INPUT else made[ref.node][ref.output]
            for ref in node.inputs
        ]
        path = prefix + node.name
        body = node.body.body if isinstance(node.body, Share) else node.body
        if isinstance(body, Scope):
            made.append(_flatten(body, path + ".", reads, uses))
            continue
        for tensor in reads:
            tensor.readers += 1
        inplace, traits = is_inplace(body), body.op.traits
        if inplace:
            uses.append((path, node.span, reads[0]))
        shares_memory = inplace or "view" in traits or "eval_identity" in traits
        origin = reads[0] if shares_memory and reads else None
        made.append([_Tensor(path, body, origin) for _ in node.outputs])
    return [
        inputs[ref.output] if ref.node == INPUT else made[ref.node][ref.output]
        for ref in scope.outputs
    ]
