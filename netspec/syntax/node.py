"""One node of a spec, read from any of its forms."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Collector, Span, nearest
from netspec.syntax.fields import Named, kind_of, read, unknown_key
from netspec.syntax.identifiers import check_name, reserved_attribute
from netspec.syntax.node_document import (
    FORMS,
    NO_KEYS,
    NODE_KEYS,
    NOT_IN_CHAIN,
    NOT_WITH_SHARE,
    SUBGRAPH_KEYS,
    BodyDoc,
    Form,
    Keys,
    NodeDoc,
    SubgraphKeys,
)
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, is_null

_KEYS = NODE_KEYS | set(SUBGRAPH_KEYS)


def read_node(
    name: str, name_span: Span, tree: Tree, collector: Collector, reads: str | None = None
) -> NodeDoc:
    """A node in any of its forms; a broken one where it is malformed: the collector says how."""
    broken = NodeDoc(name, tree.span, name_span, "broken", NO_KEYS, reads=reads)
    whole = as_mapping(tree, collector, name_span)
    if whole is None:
        return broken
    forms = [form for form in FORMS if form in whole]
    if _report_words(whole, forms, collector):
        return broken
    if len(forms) != 1:
        _report_form(name, forms, whole, collector)
        return broken
    (form,) = forms
    what = f"node `{name}`"
    keys = read(Keys, {k: v for k, v in whole.items() if k in NODE_KEYS}, whole, what, collector)
    arguments = {key: entry for key, entry in whole.entries.items() if key not in NODE_KEYS}
    body = None
    if form == "nodes":
        inner = {key: arguments.pop(key)[1] for key in SUBGRAPH_KEYS if key in arguments}
        body = _read_subgraph(name, inner, whole, collector)
    if form != "op":
        known = (*NODE_KEYS, *SUBGRAPH_KEYS) if form == "nodes" else NODE_KEYS
        for key in arguments:
            unknown_key(key, known, whole, f"{what}, which has `{form}`,", collector)
    chain = read_chain(keys.chain, collector) if keys and keys.chain is not None else ()
    if keys is None or (form == "nodes" and body is None):
        return broken
    _check_repeat_keys(name, keys, whole, collector)
    _check_share_keys(name, whole, collector)
    return NodeDoc(
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


def _report_words(whole: Mapping, forms: list[Form], collector: Collector) -> bool:
    """Report keys without a value: `op:relu`, or part of a list that has lost its brackets."""
    keys = [key for key, tree in whole.items() if is_null(tree) and key not in _KEYS]
    words = [key for key in keys if ":" in key or forms == ["op"]]
    for word in words:
        before = list(whole)[list(whole).index(word) - 1]
        value = whole.get(before)
        text = value.text if isinstance(value, Scalar) and value.text else "…"
        help = f"write one, or brackets round a list, `{before}: [{text}, {word}]`"
        if ":" in word:
            help = f"write a space after the colon, `{word.replace(':', ': ', 1)}`"
        collector.error(
            "wrong-type", f"`{word[:80]}` has no value", whole.span_of(word), help=help[:200]
        )
    return bool(words)


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


def _check_share_keys(name: str, whole: Mapping, collector: Collector) -> None:
    if "share" not in whole:
        return
    for key in NOT_WITH_SHARE:
        if key in whole:
            collector.error(
                "misplaced-key",
                f"node `{name}` shares the module of another, so it takes no `{key}`",
                whole.key_span(key),
                help=f"delete `{key}`",
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
    unknown = [key for key in whole if key not in _KEYS]
    meant = [(key, form) for key in unknown if (form := nearest(key, FORMS))]
    key, form = meant[0] if meant else (unknown[0] if unknown else "", "")
    collector.error(
        "node-form",
        f"node `{name}` has none of `op`, `chain`, `nodes` and `share`",
        whole.key_span(key) if key else whole.span,
        help=f"did you mean `{form}`?" if form else "say what it is: `op: …`",
    )


def read_chain(chain: Sequence, collector: Collector) -> tuple[NodeDoc, ...]:
    """The members of a chain, named by their positions."""
    if not chain.items:
        collector.error(
            "missing-key", "a chain holds no node", chain.span, help="write at least one node"
        )
    members = []
    for index, item in enumerate(chain.items):
        member = read_node(str(index), item.span, item, collector)
        if isinstance(item, Mapping):
            for key in NOT_IN_CHAIN:
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


_NOT_IN_SCOPE = {
    "before": "the nodes that a spec adds to the one it `extends`",
    "after": "the nodes that a spec adds to the one it `extends`",
    "splice": "a chain that is a member of a chain",
}


def read_nodes(
    rows: Iterable[tuple[Scalar, Tree, str | None]], collector: Collector
) -> tuple[NodeDoc, ...]:
    """The nodes of a scope: (name, node, what it reads by default)."""
    docs = []
    seen: dict[str, str] = {}
    for key, tree, reads in rows:
        fine = check_name(key.text, key.span, "a node", collector)
        reason = reserved_attribute(key.text) if fine else None
        if reason:
            collector.error(
                "invalid-name",
                f"`{key.text}` cannot name a node: {reason}",
                key.span,
                help="choose another name",
            )
        docs.append(read_node(key.text, key.span, tree, collector, reads))
        for place, reason in _NOT_IN_SCOPE.items():
            if isinstance(tree, Mapping) and place in tree:
                collector.error(
                    "misplaced-key",
                    f"`{place}` is for {reason}",
                    tree.key_span(place),
                    help=f"delete `{place}`",
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
        if len(outputs) < len(keys.outputs):
            return None
    elif keys.output:
        outputs = ((keys.output.text, keys.output),)
    else:
        last = list(written)[-1]
        outputs = ((last, Named(last, written.key_span(last))),)
    return BodyDoc(inputs=inputs, nodes=nodes, outputs=outputs, span=whole.span)


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
                help="write the name of a node",
            )
    return tuple(found)
