"""What a node is, apart from its name and its place: digests that are equal where two are alike,
and how far two are apart where they are not."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b

from netspec.expression import describe
from netspec.graph.ir import Leaf, Node, Scope, Share
from netspec.ops.base import Op

Body = Leaf | Scope | Share

_SAME_OP = 0.2
_ARGUMENT = 0.05
_COUNTED_ARGUMENTS = 5
_SAME_FAMILY = 0.8
_HOLDS_OP = 0.7
_SAME_SCOPE = 0.05


@dataclass(frozen=True, slots=True)
class _Bag:
    """The ops in a body: by name, and by content."""

    ops: Counter[str] = field(default_factory=Counter)
    leaves: Counter[str] = field(default_factory=Counter)


class Contents:
    """Digests of bodies, each worked out once: equal instances of a block are one object."""

    def __init__(self) -> None:
        self._digests: dict[int, str] = {}
        self._weights: dict[int, str] = {}
        self._bags: dict[int, _Bag] = {}

    def digest(self, scope: Scope, node: Node) -> str:
        """Equal for equal ops and arguments, wired alike. It depends on no name and no shape, and
        is the same in every process, so that it can put two networks in order."""
        body = node.body
        return f"share {body.target}" if isinstance(body, Share) else self.of_body(body)

    def of_body(self, body: Leaf | Scope) -> str:
        """The digest of an op or a scope."""
        known = self._digests.get(id(body))
        if known is None:
            key = _op_key(body.op) if isinstance(body, Leaf) else self._scope_key(body)
            known = self._digests[id(body)] = _hashed(key)
        return known

    def weights(self, body: Body) -> str:
        """Equal where the shapes of all tensors are; empty where there are none."""
        if isinstance(body, Share):
            return ""
        known = self._weights.get(id(body))
        if known is None:
            known = self._weights[id(body)] = self._weights_key(body)
        return known

    def distance(self, left: Body, right: Body) -> float:
        """From 0, equal but for the names, to 1, nothing in common."""
        if isinstance(left, Share) or isinstance(right, Share):
            return float(type(left) is not type(right))
        if self.of_body(left) == self.of_body(right):
            return 0.0
        if isinstance(left, Leaf) and isinstance(right, Leaf):
            return _between_ops(left.op, right.op)
        ours, theirs = self._bag(left), self._bag(right)
        if isinstance(left, Scope) and isinstance(right, Scope):
            alike = _overlap(ours.ops, theirs.ops) + _overlap(ours.leaves, theirs.leaves)
            return _SAME_SCOPE + (1 - _SAME_SCOPE) * (1 - alike / 2)
        return _HOLDS_OP if ours.ops.keys() & theirs.ops.keys() else 1.0

    def _scope_key(self, scope: Scope) -> str:
        nodes = [(node.inputs, node.training, self.digest(scope, node)) for node in scope.nodes]
        return repr((is_named(scope), scope.modules, nodes, scope.outputs, scope.training))

    def _weights_key(self, body: Leaf | Scope) -> str:
        if isinstance(body, Leaf):
            return repr(sorted(body.weights.items())) if body.weights else ""
        keys = [self.weights(node.body) for node in body.nodes]
        return _hashed(repr(keys)) if any(keys) else ""

    def _bag(self, body: Body) -> _Bag:
        if isinstance(body, Share):
            return _Bag()
        known = self._bags.get(id(body))
        if known is not None:
            return known
        bag = self._bags[id(body)] = _Bag()
        if isinstance(body, Leaf):
            bag.ops[body.op.name] = bag.leaves[self.of_body(body)] = 1
            return bag
        for node in body.nodes:
            inner = self._bag(node.body)
            bag.ops.update(inner.ops)
            bag.leaves.update(inner.leaves)
        return bag


def is_named(scope: Scope) -> bool:
    """Have the nodes names of their own, rather than positions?"""
    return scope.kind not in ("chain", "repeat")


def arguments(op: Op) -> dict[str, str]:
    """The arguments of an op in the syntax of the language."""
    return {name: "none" if value is None else describe(value) for name, value in op}


def _op_key(op: Op) -> str:
    return repr((op.name, sorted(arguments(op).items())))


def _between_ops(left: Op, right: Op) -> float:
    if left.name == right.name:
        ours, theirs = arguments(left), arguments(right)
        count = sum(value != theirs.get(name) for name, value in ours.items())
        return _SAME_OP + _ARGUMENT * min(count, _COUNTED_ARGUMENTS)
    return _SAME_FAMILY if left.family == right.family else 1.0


def _overlap(left: Counter[str], right: Counter[str]) -> float:
    return 2 * (left & right).total() / max(1, left.total() + right.total())


def _hashed(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
