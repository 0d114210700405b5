"""What the documents say about a scope: the names and expressions that a reader knows."""

import ast
from collections.abc import Iterator, Mapping

from netspec.backends.source.arithmetic import (
    Untranslatable,
    Value,
    literal,
    translate,
)
from netspec.diagnostics import Span
from netspec.expression import ExpressionError, parse
from netspec.graph.ir import Scope
from netspec.syntax.node_document import NodeDoc
from netspec.syntax.schema import BlockDoc, ParamDoc, SpecDoc
from netspec.syntax.tree import Scalar, Sequence, Tree

Known = Mapping[tuple[str, ...], ast.expr]


class Hints:
    """Blocks and nodes by their place, of a spec and of all that it includes."""

    def __init__(self, spec: SpecDoc) -> None:
        self.blocks: dict[Span, BlockDoc] = {}
        self.nodes: dict[Span, NodeDoc] = {}
        self.specs: dict[Span, SpecDoc] = {}
        self._read(spec)

    def _read(self, spec: SpecDoc) -> None:
        self.specs[spec.body.span] = spec
        for block in spec.blocks.values():
            self.blocks[block.span] = block
            self._read_nodes(block.body.nodes if block.body else block.chain)
        self._read_nodes(spec.body.nodes)
        for included in spec.include.values():
            self._read(included)

    def _read_nodes(self, nodes: tuple[NodeDoc, ...]) -> None:
        for node in nodes:
            self.nodes[node.name_span] = node
            self._read_nodes(node.chain)
            self._read_nodes(node.body.nodes if node.body else ())

    def params(self, scope: Scope) -> Mapping[str, ParamDoc]:
        """The parameters of the block, or the included spec, that a scope is an instance of."""
        if scope.span in self.blocks:
            return self.blocks[scope.span].params
        return self.specs[scope.span].params if scope.span in self.specs else {}

    def doc(self, scope: Scope) -> str:
        """What the spec says about the block of a scope."""
        if scope.span in self.blocks:
            return self.blocks[scope.span].doc
        return self.specs[scope.span].doc if scope.span in self.specs else ""

    def arguments(self, span: Span, key: str, known: Known) -> Iterator[ast.expr]:
        """How the node at `span` writes one of its arguments."""
        node = self.nodes.get(span)
        if node is None:
            return
        tables = [node.arguments, node.keys.first.entries if node.keys.first else {}]
        for table in tables:
            if key in table:
                yield from translated(table[key][1], known)

    def condition(self, span: Span, known: Known) -> Iterator[ast.expr]:
        """How the node at `span` writes when it is there."""
        node = self.nodes.get(span)
        if node is not None and node.keys.when is not None:
            yield from translated(node.keys.when, known)

    def count(self, span: Span, known: Known) -> Iterator[ast.expr]:
        """How the node at `span` writes how often it is repeated."""
        node = self.nodes.get(span)
        if node is not None and node.keys.repeat is not None:
            yield from translated(node.keys.repeat, known)


def translated(tree: Tree, known: Known) -> Iterator[ast.expr]:
    """The expression that a scalar holds, where it has a counterpart."""
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        try:
            yield translate(parse(tree.value).root, known)
        except (Untranslatable, ExpressionError):
            return
    elif isinstance(tree, Scalar):
        yield literal(tree.value)
    elif isinstance(tree, Sequence):
        items = [next(translated(item, known), None) for item in tree.items]
        found = [item for item in items if item is not None]
        if len(found) == len(items):
            yield ast.Tuple(found, ast.Load())


def plain_params(scope: Scope) -> dict[str, Value]:
    """The values of a block's parameters in one instance, those that are plain."""
    return {key: value for key, value in scope.params.items() if is_plain(value)}


def is_plain(value: object) -> bool:
    """Is it a number, a boolean, or a tuple of such?"""
    if isinstance(value, tuple):
        return bool(value) and all(map(is_plain, value))
    return isinstance(value, int | float)
