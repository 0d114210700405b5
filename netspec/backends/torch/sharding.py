"""Which parts of a network are worth sharding, compiling or checkpointing each on its own."""

from collections import Counter
from collections.abc import Callable, Iterator

from torch import nn

from netspec.backends.torch.module import Network
from netspec.diagnostics import Span
from netspec.graph.ir import Kind, Scope

Definition = tuple[Span, Kind]
"""Where the spec writes a scope: once for all calls of a block, once for the copies of a repeat."""


def repeated_blocks(model: Network) -> dict[str, nn.Module]:
    """The largest parts that the spec writes once and builds several times, by path.

    They come in the order of execution; those without parameters are left out, as is what stands
    inside of another. Raises ValueError for a copy, which does not know its spec.
    """
    if model._graph is None:
        raise ValueError(f"`{model._name}` is a copy: ask the network that was compiled")
    root = model._graph.root
    built = Counter(_definition(scope) for _, scope in _scopes(root, lambda scope: True))
    outermost = _scopes(root, lambda scope: built[_definition(scope)] == 1)
    paths = [path for path, scope in outermost if built[_definition(scope)] > 1]
    blocks = {path: model.get_submodule(path) for path in paths}
    return {path: block for path, block in blocks.items() if [*block.parameters()]}


def _scopes(
    scope: Scope, goes_into: Callable[[Scope], bool], path: str = ""
) -> Iterator[tuple[str, Scope]]:
    """The scopes that have modules of their own, outer before inner; of a shared one, the first."""
    for node in scope.nodes:
        if not isinstance(node.body, Scope):
            continue
        place = path + ".".join(node.at)
        yield place, node.body
        if goes_into(node.body):
            yield from _scopes(node.body, goes_into, f"{place}.")


def _definition(scope: Scope) -> Definition:
    return scope.span, scope.kind
