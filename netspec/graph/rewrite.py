"""Nodes written anew: values for parameters, nodes for node values, arguments for `defaults`."""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import get_args

from netspec.diagnostics import Collector
from netspec.expression import Value
from netspec.graph.budget import Budget
from netspec.graph.evaluate import UNDERSCORE, FileContext, NodeValue
from netspec.graph.evaluate import Scope as Names
from netspec.graph.names import Target, resolve_op
from netspec.graph.parameters import words_of
from netspec.graph.substitute import Substitution
from netspec.graph.usage import block_names, names_in
from netspec.ops.arguments import words
from netspec.ops.base import Op
from netspec.syntax.lines import Lines, lines_of
from netspec.syntax.merge import is_param_declaration
from netspec.syntax.node import as_mapping
from netspec.syntax.node_document import NODE_KEYS, SUBGRAPH_KEYS
from netspec.syntax.schema import Block, BlockDoc, SpecDoc
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

Entries = dict[str, tuple[Scalar, Tree]]
Meaning = Target | type[Op] | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What is put in for names, and the names that stand for something else than in the file."""

    substitution: Substitution
    own: frozenset[str] = frozenset()

    def inside(self, names: Iterable[str]) -> "Scope":
        """Where these names are inputs."""
        inner = frozenset(names)
        return Scope(self.substitution.without(inner), self.own | inner)


class Rewriter:
    """Writes the nodes and blocks of one spec anew.

    `written` holds the texts of its parameters. `defaults` gathers what a name of the same spelling
    keeps from being written at a node: it stays a default.
    """

    def __init__(
        self,
        spec: SpecDoc,
        params: AnyMapping[str, Value],
        written: AnyMapping[str, Tree | None],
        budget: Budget,
    ) -> None:
        self.spec = spec
        self.params = params
        self.context = FileContext(spec, {}, params)
        self.budget = budget
        self.file = Scope(Substitution(params, budget))
        self.unused = {id(block): _unused(block) for block in spec.blocks.values()}
        self.defaults: dict[str, Entries] = {}
        for name, value in params.items():
            tree = written.get(name)
            if isinstance(value, NodeValue) and isinstance(tree, Mapping):
                self.file.substitution.nodes[id(value)] = self.node(tree, self.file)

    # --- blocks and scopes --------------------------------------------------------------------

    def block(self, doc: BlockDoc, block: Block) -> Mapping:
        """A block keeps its parameters: it is a function, and sees none of the file's."""
        inputs = [named.text for named in doc.inputs]
        scope = Scope(
            self.file.substitution.without(self.params), frozenset([*doc.params, *inputs])
        )
        entries: Entries = {}
        for key, (at, tree) in block.written.entries.items():
            if key == "nodes" and block.lines is not None:
                tree = self.nodes(block.lines, scope, inputs)
            elif key == "chain":
                tree = self._chain(tree, scope)
            elif key == "params" and isinstance(tree, Mapping):
                used = tree.without(*self.unused[id(doc)])
                tree = each(used, lambda _, param: self._param(param, scope))
                if not len(tree):
                    continue
            entries[key] = (at, tree)
        output = _last(block)
        if output and not {"output", "outputs"} & entries.keys():
            entries["output"] = _entry("output", output, block.written)
        return Mapping(entries, block.span)

    def _param(self, tree: Tree, scope: Scope) -> Tree:
        """A parameter of a block: the file's `defaults` reach a node that is its default."""
        if not isinstance(tree, Mapping):
            return tree
        if not is_param_declaration(tree):
            return self.node(tree, scope)
        return each(tree, lambda _, t: self.node(t, scope) if isinstance(t, Mapping) else t)

    def nodes(self, lines: Lines, scope: Scope, inputs: list[str]) -> Mapping:
        """The nodes of a scope, with `from` where one does not read the line before."""
        first = before = inputs[0] if inputs else None
        found: Entries = {}
        for name, line in lines.lines.items():
            reads = line.reads or first
            tree = self.node(line.tree, scope, reads if reads != before else None)
            found[name] = (line.key, tree)
            before = name
        return Mapping(found, lines.written.span)

    def _chain(self, tree: Tree, scope: Scope) -> Tree:
        assert isinstance(tree, Sequence)
        return Sequence(tuple(self.node(item, scope) for item in tree.items), tree.span)

    # --- one node -----------------------------------------------------------------------------

    def node(self, tree: Tree, scope: Scope, reads: str | None = None) -> Tree:
        """A node in the form in which it is written, if that holds it; `reads` becomes `from`."""
        node = as_mapping(tree, Collector(), tree.span)
        assert node is not None
        op = node.get("op")
        name = op.text if isinstance(op, Scalar) else ""
        meant = resolve_op(name, Names(self.context, scope.substitution.values))
        if isinstance(meant, NodeValue):
            entries = {
                **self._node_value(name, meant),
                **self._entries(node.without("op"), None, scope),
            }
        else:
            entries = self._entries(node, meant, scope)
            entries = self._with_defaults(name, meant, entries, scope)
        if reads and "from" not in entries and not _reads_nothing(meant):
            added = {"from": _entry("from", reads, node)}
            entries = _inserted(entries, added, after=("op",))
        if not isinstance(tree, Mapping) and len(entries) == 1:
            ((_, short),) = entries.values()
            return short
        return Mapping(entries, tree.span)

    def _node_value(self, name: str, value: NodeValue) -> Entries:
        """The keys of a node that a parameter holds; its name where it is not written out yet."""
        tree = self.file.substitution.nodes.get(id(value))
        if isinstance(tree, Mapping):
            self.budget.spend(tree)
            return tree.entries
        self.file.substitution.kept.add(name)
        return {"op": (Scalar("op", value.doc.span, "op"), Scalar(name, value.doc.span, name))}

    def _entries(self, node: Mapping, meant: Meaning, scope: Scope) -> Entries:
        """The keys of a node; a condition that holds is left out."""
        put = scope.substitution
        found: Entries = {}
        for key, (at, tree) in node.entries.items():
            if key in ("when", "repeat", "shape"):
                tree = put(tree, (UNDERSCORE,), whole=True)
                if key == "when" and is_boolean(tree, True):
                    continue
            elif key == "chain":
                tree = self._chain(tree, scope)
            elif key == "nodes" and isinstance(tree, Mapping):
                inputs = _subgraph_inputs(node)
                tree = self.nodes(lines_of(tree), scope.inside(inputs), inputs)
            elif key == "first" and isinstance(tree, Mapping):
                tree = Mapping(self._arguments(tree.entries, meant, scope), tree.span)
            elif key not in NODE_KEYS and not ("nodes" in node and key in SUBGRAPH_KEYS):
                found.update(self._arguments({key: (at, tree)}, meant, scope))
                continue
            found[key] = (at, tree)
        return found

    def _arguments(self, given: Entries, meant: Meaning, scope: Scope) -> Entries:
        """Arguments of an op or block, without those that the block has no use for."""
        block = meant.block if isinstance(meant, Target) else None
        unused = self.unused.get(id(block), frozenset())
        return {
            key: (at, self._argument(key, tree, meant, scope))
            for key, (at, tree) in given.items()
            if key not in unused
        }

    def _argument(self, key: str, tree: Tree, meant: Meaning, scope: Scope) -> Tree:
        put = scope.substitution
        if isinstance(tree, Mapping):
            return self.node(tree, scope)
        if isinstance(meant, Target):
            docs = meant.block.params if meant.block else meant.spec.params
            return put(tree, words_of(docs[key]) if key in docs else ())
        if meant is None or key not in meant.model_fields:
            return put(tree)
        floats = _takes_floats(meant.model_fields[key].annotation)
        return put(tree, words(meant, key), whole=not floats)

    def _with_defaults(self, name: str, meant: Meaning, entries: Entries, scope: Scope) -> Entries:
        """The node with the arguments that the file's `defaults` give it, behind its own."""
        table = self.spec.defaults.get(name)
        if table is None or meant is None:
            return entries
        missing = {key: entry for key, entry in table.entries.items() if key not in entries}
        added = self._arguments(missing, meant, self.file)
        for _, tree in added.values():
            self.budget.spend(tree)
        for key in [key for key, (_, tree) in added.items() if scope.own & {*names_in(tree)}]:
            self.defaults.setdefault(name, {})[key] = added.pop(key)
        own = [key for key in entries if key in ("op", "from") or key not in NODE_KEYS]
        return _inserted(entries, added, after=own)


def each(table: Mapping, change: Callable[[str, Tree], Tree]) -> Mapping:
    """The mapping with every value changed."""
    changed = {key: (at, change(key, tree)) for key, (at, tree) in table.entries.items()}
    return Mapping(changed, table.span)


def is_boolean(tree: Tree | None, value: bool) -> bool:
    """Is it this literal?"""
    return isinstance(tree, Scalar) and tree.value is value


def _entry(key: str, text: str, near: Mapping) -> tuple[Scalar, Tree]:
    return Scalar(key, near.span, key), Scalar(text, near.span, text)


def _inserted(entries: Entries, added: Entries, *, after: Iterable[str]) -> Entries:
    """`added` behind the last of some keys; in front where none of them is there."""
    places = [index for index, key in enumerate(entries, 1) if key in after]
    pairs = list(entries.items())
    place = max(places, default=0)
    return dict([*pairs[:place], *added.items(), *pairs[place:]])


def _last(block: Block) -> str | None:
    """The default output of a block where it is not the last line."""
    if block.lines is None or block.lines.last == next(reversed(block.lines.lines), None):
        return None
    return block.lines.last


def _unused(block: BlockDoc) -> frozenset[str]:
    """Parameters that a block inherited and has no use for any more."""
    return frozenset(block.params).difference(block_names(block))


def _reads_nothing(meant: Meaning | NodeValue) -> bool:
    if isinstance(meant, Target):
        return meant.block is not None and not meant.block.inputs
    return isinstance(meant, type) and meant.arity[1] == 0


def _subgraph_inputs(node: Mapping) -> list[str]:
    inputs = node.get("inputs")
    if not isinstance(inputs, Sequence):
        return ["x"]
    return [str(item.value) for item in inputs.items if isinstance(item, Scalar)]


def _takes_floats(annotation: object) -> bool:
    return annotation is float or any(map(_takes_floats, get_args(annotation)))
