"""Facts that tensors inherit from those they are computed from, carried through a graph."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from netspec.graph.ir import INPUT, Leaf, Node, Ref, Scope, Share

Fact = TypeVar("Fact")

Rule = Callable[[Leaf, tuple[Fact, ...], Node], tuple[Fact, ...]]
"""What is known of the outputs of an op, from what is known of its inputs."""


def flow(
    scope: Scope,
    inputs: Sequence[Fact],
    rule: Rule[Fact],
    met: Callable[[str, tuple[Fact, ...]], None] = lambda path, facts: None,
    prefix: str = "",
) -> tuple[Fact, ...]:
    """What is known of the outputs of a scope. `met` is told of each node by its path, inner ones
    first."""
    known = {Ref(INPUT, index): fact for index, fact in enumerate(inputs)}
    for index, node in enumerate(scope.nodes):
        path = prefix + ".".join(node.at or (node.name,))
        reads = tuple(known[ref] for ref in node.inputs)
        body = node.body.body if isinstance(node.body, Share) else node.body
        if isinstance(body, Scope):
            facts = flow(body, reads, rule, met, path + ".")
        else:
            facts = rule(body, reads, node)
        met(path, facts)
        known.update((Ref(index, output), fact) for output, fact in enumerate(facts))
    return tuple(known[ref] for ref in scope.outputs)
