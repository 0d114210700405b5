"""`inplace: true` only where nobody else can see the tensor that is overwritten."""

from collections import Counter

from netspec.diagnostics import Collector, Span
from netspec.graph.ir import INPUT, Leaf, Ref, Scope, Share

Tensor = tuple[str, int]
"""An output of an op, by the path of the op; the network's inputs have the path ``""``."""


def check_inplace(root: Scope, collector: Collector) -> None:
    """Report each in-place op whose tensor has another reader, or is needed for the gradient."""
    leaves: list[_Use] = []
    results = _flatten(root, "", [("", index) for index in range(len(root.inputs))], leaves)
    if not any(use.inplace for use in leaves):
        return
    origins: dict[Tensor, Tensor] = {}
    owners: dict[Tensor, Leaf] = {}
    readers: Counter[Tensor] = Counter(results)
    for use in leaves:
        for tensor in use.reads:
            readers[tensor] += 1
        for index in range(use.outputs):
            owners[use.path, index] = use.leaf
            if use.reads and (
                use.inplace or "view" in use.leaf.op.traits or "eval_identity" in use.leaf.op.traits
            ):
                origins[use.path, index] = use.reads[0]
    for use in leaves:
        if use.inplace:
            reason = _visible(use.reads[0], origins, owners, readers)
            if reason:
                collector.error(
                    "inplace-visible",
                    f"`{use.path}` may not work in place: {reason}",
                    use.span,
                    help="delete `inplace`; netspec frees the tensor at its last use anyway",
                )


def _visible(
    tensor: Tensor,
    origins: dict[Tensor, Tensor],
    owners: dict[Tensor, Leaf],
    readers: Counter[Tensor],
) -> str | None:
    """Why the tensor, or one whose memory it shares, may not be overwritten."""
    while True:
        path, _ = tensor
        if readers[tensor] > 1:
            name = f"the output of `{path}`" if path else "an input of the network"
            return f"{name} is read {readers[tensor]} times"
        if not path:
            return "it would overwrite an input of the network"
        owner = owners[tensor]
        if not owner.inputs:
            return f"it would overwrite the parameter `{path}`"
        if "saves_output" in owner.op.traits:
            return f"the gradient of `{path}` ({owner.op.name}) needs its output"
        if tensor not in origins:
            return None
        tensor = origins[tensor]


class _Use:
    """One execution of an op, its tensors named by the ops that made them."""

    __slots__ = ("inplace", "leaf", "outputs", "path", "reads", "span")

    def __init__(
        self, path: str, leaf: Leaf, reads: list[Tensor], outputs: int, span: Span
    ) -> None:
        self.path = path
        self.leaf = leaf
        self.reads = reads
        self.outputs = outputs
        self.span = span
        self.inplace = leaf.op.__dict__.get("inplace") is True


def _flatten(scope: Scope, prefix: str, inputs: list[Tensor], uses: list[_Use]) -> list[Tensor]:
    """The outputs of the scope; every op in it is added to `uses`."""
    tensors: dict[Ref, Tensor] = {Ref(INPUT, index): tensor for index, tensor in enumerate(inputs)}
    for index, node in enumerate(scope.nodes):
        reads = [tensors[ref] for ref in node.inputs]
        path = f"{prefix}{node.name}"
        body = node.body.body if isinstance(node.body, Share) else node.body
        if isinstance(body, Leaf):
            uses.append(_Use(path, body, reads, len(node.outputs), node.span))
            found = [(path, output) for output in range(len(node.outputs))]
        else:
            found = _flatten(body, f"{path}.", reads, uses)
        for output, tensor in enumerate(found):
            tensors[Ref(index, output)] = tensor
    return [tensors[ref] for ref in scope.outputs]
