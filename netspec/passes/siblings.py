"""Merge convolutions that read the same tensor."""

from collections.abc import Sequence
from dataclasses import replace

from netspec.graph.ir import Node, Ref, Scope
from netspec.passes.flat import Outcome, leaf_of, rewritten
from netspec.passes.lower import is_pointwise
from netspec.passes.recipe import Joined, made, recipe_of


def merge_siblings(scope: Scope) -> Outcome:
    """Compute 1x1 convolutions of one tensor as one, whose channels are cut apart: the beginnings
    of the branches of an inception block. The tensor is read once, and the product is larger."""
    families: dict[object, list[int]] = {}
    for index, node in enumerate(scope.nodes):
        if is_pointwise(node):
            families.setdefault((node.inputs, _settings(node)), []).append(index)
    nodes, done = list(scope.nodes), []
    instead: dict[Ref, Ref] = {}
    for first, *others in families.values():
        if not others:
            continue
        siblings = [scope.nodes[index] for index in (first, *others)]
        nodes[first] = _merged(siblings)
        instead |= {Ref(index): Ref(first, output) for output, index in enumerate(others, 1)}
        done.append(" + ".join(node.name for node in siblings))
    return Outcome(rewritten(scope, nodes, instead), tuple(done))


def _settings(node: Node) -> tuple[tuple[str, object], ...]:
    """What siblings have in common."""
    keywords = leaf_of(node).call.keywords.items()
    return tuple(sorted((key, value) for key, value in keywords if key != "out_channels"))


def _merged(siblings: Sequence[Node]) -> Node:
    """One node with an output for each of them."""
    first = siblings[0]
    leaf = leaf_of(first)
    sizes = tuple(leaf_of(node).call.keywords["out_channels"] for node in siblings)
    total = sum(size for size in sizes if isinstance(size, int))
    keywords = {**leaf.call.keywords, "out_channels": total, "split": sizes}
    recipe = Joined(tuple(recipe_of(node) for node in siblings))
    body = made(leaf, replace(leaf.call, keywords=keywords), recipe)
    return replace(first, outputs=tuple(node.outputs[0] for node in siblings), body=body)
