"""One node of a spec: its four forms, its keys, and its arguments."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from netspec.diagnostics import Collector, Span
from netspec.syntax.fields import (
    Boolean,
    Document,
    Expr,
    List,
    Map,
    Name,
    Named,
    Names,
    Reference,
    References,
    Segments,
    Text,
    check_name,
    fault,
    kind_of,
    read,
    reserved_attribute,
    unknown_key,
)
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

Form = Literal["op", "chain", "nodes", "share", "broken"]
FORMS: tuple[Form, ...] = ("op", "chain", "nodes", "share")


def _op_name(tree: object) -> Named:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
        raise fault("wrong-type", f"must be the name of an op or block, not {kind_of(tree)}", tree)
    return Named(tree.value, tree.span)


class Keys(Document):
    """The keys that every node may have; all others are arguments."""

    op: Annotated[Named, BeforeValidator(_op_name)] | None = None
    chain: List | None = None
    nodes: Map | None = None
    share: Reference | None = None
    from_: References | None = Field(None, alias="from")
    when: Expr | None = None
    repeat: Expr | None = None
    first: Map | None = None
    label: Segments | None = None
    shape: Expr | None = None
    splice: Boolean = False
    at: Segments | None = None
    before: Name | None = None
    after: Name | None = None
    doc: Text = ""


NODE_KEYS = frozenset(field.alias or name for name, field in Keys.model_fields.items())
_NOT_IN_CHAIN = ("from", "at", "label", "share", "before", "after")
_SUBGRAPH_KEYS = ("inputs", "output", "outputs")


class SubgraphKeys(Document):
    """What an inline subgraph has beside the keys of a node, and a block beside its params."""

    inputs: Names | None = None
    output: Reference | None = None
    outputs: Map | None = None


class NodeDoc(Document):
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
    arguments: dict[str, tuple[Scalar, Tree]] = {}
    reads: str | None = None


class BodyDoc(Document):
    """Nodes with inputs and outputs: the inside of a block, an inline subgraph, or the network."""

    inputs: tuple[Named, ...]
    nodes: tuple[NodeDoc, ...]
    outputs: tuple[tuple[str, Named], ...]
    span: Span


def read_node(
    name: str, name_span: Span, tree: Tree, collector: Collector, reads: str | None = None
) -> NodeDoc:
    """A node in any of its forms; a broken one where it is malformed, and the collector says how."""
    broken = NodeDoc.model_construct(
        name=name, span=tree.span, name_span=name_span, form="broken", keys=Keys(), reads=reads
    )
    whole = as_mapping(tree, collector, name_span)
    if whole is None:
        return broken
    forms = [form for form in FORMS if form in whole]
    if len(forms) != 1:
        _report_form(name, forms, whole, collector)
        return broken
    (form,) = forms
    what = f"node `{name}`"
    keys = read(Keys, {k: v for k, v in whole.items() if k in NODE_KEYS}, whole, what, collector)
    arguments = {key: entry for key, entry in whole.entries.items() if key not in NODE_KEYS}
    body = None
    if form == "nodes":
        inner = {key: arguments.pop(key)[1] for key in _SUBGRAPH_KEYS if key in arguments}
        body = _read_subgraph(name, inner, whole, collector)
    if form != "op":
        for key in arguments:
            unknown_key(key, NODE_KEYS, whole, f"{what}, which has `{form}`,", collector)
    chain = read_chain(keys.chain, collector) if keys and keys.chain else ()
    if keys is None or (form == "nodes" and body is None):
        return broken
    _check_repeat_keys(name, keys, whole, collector)
    return NodeDoc.model_construct(
        name=name,
        span=tree.span,
        name_span=name_span,
        form=form,
        keys=keys,
        chain=chain,
        body=body,
        arguments=arguments if form == "op" else {},
        reads=reads,
    )


def _check_repeat_keys(name: str, keys: Keys, whole: Mapping, collector: Collector) -> None:
    for key in ("first", "label"):
        if key in whole and (keys.repeat is None or (key == "first" and keys.op is None)):
            wanted = "`repeat`" if keys.repeat is None else "`op`"
            collector.error(
                "misplaced-key",
                f"node `{name}` has `{key}` without {wanted}",
                whole.key_span(key),
                help=f"add {wanted}, or delete `{key}`",
            )


def as_mapping(tree: Tree, collector: Collector, place: Span) -> Mapping | None:
    """The long form of a node: `relu` is {op: relu}, a list is {chain: list}."""
    if isinstance(tree, Mapping):
        return tree
    if isinstance(tree, Sequence):
        return Mapping({"chain": (Scalar("chain", tree.span, "chain"), tree)}, tree.span)
    if isinstance(tree.value, str):
        return Mapping({"op": (Scalar("op", tree.span, "op"), tree)}, tree.span)
    span = place if tree.value is None else tree.span
    collector.error(
        "wrong-type",
        f"a node is the name of an op, a mapping or a list, not {kind_of(tree)}",
        span,
        help="write `relu` or `{op: conv, …}`; `~` removes a node where a spec `extends` another",
    )
    return None


def _report_form(name: str, forms: list[Form], whole: Mapping, collector: Collector) -> None:
    if forms:
        both = " and ".join(f"`{form}`" for form in forms)
        collector.error(
            "node-form",
            f"node `{name}` has {both}",
            whole.key_span(forms[1]),
            help="keep one of them",
        )
        return
    close = [key for key in whole if key not in NODE_KEYS]
    collector.error(
        "node-form",
        f"node `{name}` has none of `op`, `chain`, `nodes` and `share`",
        whole.key_span(close[0]) if close else whole.span,
        help="say what it is: `op: …`",
    )


def read_chain(chain: Sequence, collector: Collector) -> tuple[NodeDoc, ...]:
    """The members of a chain, named by their positions."""
    members = []
    for index, item in enumerate(chain.items):
        member = read_node(str(index), item.span, item, collector)
        if isinstance(item, Mapping):
            for key in _NOT_IN_CHAIN:
                if key in item:
                    collector.error(
                        "chain-member-key",
                        f"a member of a chain takes no `{key}`",
                        item.key_span(key),
                        help="delete it, or write the chain as `nodes`",
                    )
        members.append(member)
    return tuple(members)


def _read_subgraph(
    name: str, parts: AnyMapping[str, Tree], whole: Mapping, collector: Collector
) -> BodyDoc | None:
    keys = read(SubgraphKeys, parts, whole, f"node `{name}`", collector)
    nodes = whole.get("nodes")
    if keys is None or not isinstance(nodes, Mapping):
        return None
    return read_body(keys, read_nodes(_subgraph_rows(nodes), collector), nodes, whole, collector)


def read_nodes(
    rows: Iterable[tuple[Scalar, Tree, str | None]], collector: Collector
) -> tuple[NodeDoc, ...]:
    """The nodes of a scope: (name, node, what it reads by default)."""
    docs = []
    seen: dict[str, str] = {}
    for key, tree, reads in rows:
        if not check_name(key.text, key.span, "a node", collector):
            continue
        reason = reserved_attribute(key.text)
        if reason:
            collector.error(
                "invalid-name",
                f"`{key.text}` cannot name a node: {reason}",
                key.span,
                help="choose another name",
            )
        docs.append(read_node(key.text, key.span, tree, collector, reads))
        for place in ("before", "after"):
            if isinstance(tree, Mapping) and place in tree:
                collector.error(
                    "misplaced-key",
                    f"`{place}` is for the nodes that a spec adds to the one it `extends`",
                    tree.key_span(place),
                    help=f"delete `{place}`: nodes stand in the order in which they are written",
                )
        other = seen.setdefault(key.text.lower(), key.text)
        if other != key.text:
            collector.warning(
                "names-alike",
                f"`{key.text}` and `{other}` are equal but for upper and lower case",
                key.span,
                help="rename one of them",
            )
    return tuple(docs)


def _subgraph_rows(nodes: Mapping) -> Iterator[tuple[Scalar, Tree, str | None]]:
    previous: str | None = None
    for key, tree in nodes.entries.values():
        yield key, tree, previous
        previous = key.text


def read_body(
    keys: SubgraphKeys,
    nodes: tuple[NodeDoc, ...],
    written: Mapping,
    whole: Mapping,
    collector: Collector,
) -> BodyDoc | None:
    """The inside of a block or subgraph: default inputs `[x]`, default output the last node."""
    if keys.output and keys.outputs:
        collector.error(
            "node-form",
            "`output` and `outputs` exclude each other",
            whole.key_span("output"),
            help="keep one",
        )
    if not len(written):
        collector.error(
            "missing-key", "`nodes` holds no node", written.span, help="write at least one node"
        )
        return None
    inputs = keys.inputs
    if inputs is None:
        inputs = (Named("x", whole.span),)
    if keys.outputs:
        outputs = read_outputs_map(keys.outputs, collector)
    elif keys.output:
        outputs = ((keys.output.text, keys.output),)
    else:
        last = list(written)[-1]
        outputs = ((last, Named(last, written.key_span(last))),)
    return BodyDoc.model_construct(inputs=inputs, nodes=nodes, outputs=outputs, span=whole.span)


def read_outputs_map(outputs: Mapping, collector: Collector) -> tuple[tuple[str, Named], ...]:
    """`outputs` of a block or subgraph: name -> node."""
    found = []
    for name, tree in outputs.items():
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            found.append((name, Named(tree.value, tree.span)))
        else:
            collector.error(
                "wrong-type",
                f"output `{name}` must be the name of a node, not {kind_of(tree)}",
                tree.span,
            )
    return tuple(found)
