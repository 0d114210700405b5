"""A node as written: its keys, its arguments, and the scope inside of it."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from netspec.diagnostics import Span
from netspec.syntax.fields import (
    Boolean,
    Document,
    Expr,
    Label,
    List,
    Map,
    Name,
    Named,
    Names,
    Reference,
    References,
    Segments,
    Text,
    fault,
    kind_of,
)
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

Form = Literal["op", "chain", "nodes", "share", "broken"]
FORMS: tuple[Form, ...] = ("op", "chain", "nodes", "share")


def _op_name(tree: object) -> Named:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
        raise fault(
            "wrong-type",
            f"must be the name of an op or block, not {kind_of(tree)}",
            tree,
            "write the name of one, `op: conv`",
        )
    return Named(tree.value, tree.span)


class Keys(Document):
    """The keys that every node may have; all others are arguments."""

    op: Annotated[Named, BeforeValidator(_op_name)] | None = None
    chain: List | None = None
    nodes: Map | None = None
    share: Reference | None = None
    from_: References | None = Field(default=None, alias="from")
    when: Expr | None = None
    repeat: Expr | None = None
    first: Map | None = None
    label: Label | None = None
    shape: Expr | None = None
    splice: Boolean = False
    at: Segments | None = None
    before: Name | None = None
    after: Name | None = None
    doc: Text = ""


NODE_KEYS = frozenset(field.alias or name for name, field in Keys.model_fields.items())
NOT_IN_CHAIN = ("from", "at", "label", "share", "before", "after")
NOT_WITH_SHARE = ("at", "repeat", "first", "label", "splice")
SUBGRAPH_KEYS = ("inputs", "output", "outputs")


NO_KEYS = Keys.model_validate({})


class SubgraphKeys(Document):
    """What an inline subgraph has beside the keys of a node, and a block beside its params."""

    inputs: Names | None = None
    output: Reference | None = None
    outputs: Map | None = None


@dataclass(frozen=True, slots=True, eq=False)
class NodeDoc:
    """A node as written. Members of `chain` and of `nodes` are documents of their own.

    `reads` is the node written just before, which is read where `from` is missing; None stands for
    the first input of the scope. The form `broken` keeps the place of a node that is malformed.
    """

    name: str
    span: Span
    name_span: Span
    form: Form
    keys: Keys
    chain: tuple["NodeDoc", ...] = ()
    body: "BodyDoc | None" = None
    arguments: dict[str, tuple[Scalar, Tree]] = field(default_factory=dict)
    reads: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BodyDoc:
    """Nodes with inputs and outputs: the inside of a block, an inline subgraph, or the network."""

    inputs: tuple[Named, ...]
    nodes: tuple[NodeDoc, ...]
    outputs: tuple[tuple[str, Named], ...]
    span: Span
