"""The spec that is built, as a spec: after `extends`, parameters and `defaults`."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Collector, Span
from netspec.expression import Value
from netspec.graph.budget import Budget
from netspec.graph.evaluate import UNDERSCORE, NodeValue
from netspec.graph.initialization import INITIALIZERS
from netspec.graph.rewrite import Rewriter, each, is_boolean
from netspec.graph.session import Halt
from netspec.graph.substitute import Substitution
from netspec.graph.usage import names_in
from netspec.limits import Limits
from netspec.syntax.identifiers import check_identifier
from netspec.syntax.schema import LANGUAGE_VERSION, Parts, SpecDoc
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

Entries = dict[str, tuple[Scalar, Tree]]


def resolve(
    parts: Parts,
    spec: SpecDoc,
    params: AnyMapping[str, Value],
    given: AnyMapping[str, Tree],
    include: AnyMapping[str, str],
    collector: Collector,
    limits: Limits,
) -> Mapping | None:
    """A spec without `extends`, `params` and `defaults` that builds the same network.

    `spec` is what `parts` declare, checked; `params` are the values of its parameters, of which
    the caller has `given` some; `include` holds the paths of its included specs. What no literal
    can say, such as a list of nodes or an expression that would grow too long, stays a parameter.
    None where the spec would grow beyond the limits of a file; the collector says so.
    """
    try:
        tree = _resolve(parts, spec, params, given, include, Budget(limits, collector))
        Budget(limits, collector).spend(tree)
    except Halt:
        return None
    return tree


def _resolve(
    parts: Parts,
    spec: SpecDoc,
    params: AnyMapping[str, Value],
    given: AnyMapping[str, Tree],
    include: AnyMapping[str, str],
    budget: Budget,
) -> Mapping:
    span = parts.span
    written = {name: given.get(name, doc.default) for name, doc in spec.params.items()}
    rewriter = Rewriter(spec, params, written, budget)
    put = rewriter.file.substitution
    body: dict[str, Tree] = {
        "inputs": each(parts.inputs, lambda _, tree: _long(tree, ("shape",), put)),
        "blocks": _table(
            {key: rewriter.block(spec.blocks[key], b) for key, (_, b) in parts.blocks.items()}, span
        ),
        "nodes": rewriter.nodes(parts.lines, rewriter.file, list(spec.inputs)),
        "outputs": each(parts.outputs, lambda _, tree: _output(tree, put)),
        "init": Sequence(tuple(_rules(parts.init, put)), span),
    }
    body["defaults"] = _table({k: Mapping(v, span) for k, v in rewriter.defaults.items()}, span)
    used = frozenset(names_in(*body.values()))
    dims = parts.dims.without(*(name for name in parts.dims if name not in used))
    name = spec.name if check_identifier(spec.name) is None else ""
    texts = {"name": name, "doc": spec.doc, "source": spec.source}
    sections: dict[str, Tree] = {
        "netspec": Scalar(LANGUAGE_VERSION, span, str(LANGUAGE_VERSION)),
        **{key: _text(text, span) for key, text in texts.items() if text},
        "include": _table({key: _text(path, span) for key, path in include.items()}, span),
        "dims": each(dims, lambda _, tree: _long(tree, ("nominal", "min", "multiple_of"), put)),
        **body,
        "params": _table(_kept(params, written, put), span),
    }
    order = ("netspec", "name", "doc", "source", "include", "params", "dims", "inputs", "defaults")
    keys = (*order, "blocks", "nodes", "outputs", "init")
    return _table({key: sections[key] for key in keys if _holds(sections.get(key))}, span)


def with_nominal(dims: Mapping, sizes: AnyMapping[str, Tree], collector: Collector) -> Mapping:
    """The dims of a spec with other nominal sizes. The batch `N` has none that a spec could say."""
    entries = dict(dims.entries)
    for name, tree in sizes.items():
        if name in dims:
            at, old = entries[name]
            key = Scalar("nominal", tree.span, "nominal")
            fields = old.entries if isinstance(old, Mapping) else {}
            entries[name] = (at, Mapping({**fields, "nominal": (key, tree)}, tree.span))
        elif name == "N":
            collector.error(
                "unknown-dim",
                "a spec cannot say the nominal size of the batch `N`",
                tree.span,
                help="leave it out: the resolved spec takes every batch",
            )
    return Mapping(entries, dims.span)


def _long(tree: Tree, keys: tuple[str, ...], put: Substitution) -> Tree:
    """A declaration: short, or with sizes at these keys; short where only the first is left."""
    if not isinstance(tree, Mapping):
        return put(tree, (UNDERSCORE,), whole=True)
    entries = {
        key: (at, put(value, (UNDERSCORE,), whole=True) if key in keys else value)
        for key, (at, value) in tree.entries.items()
    }
    if entries.keys() == {keys[0]}:
        return entries[keys[0]][1]
    return Mapping(entries, tree.span)


def _output(tree: Tree, put: Substitution) -> Tree:
    if not isinstance(tree, Mapping):
        return tree
    found = each(
        tree,
        lambda key, value: (
            put(value, (UNDERSCORE,), whole=True) if key in ("shape", "when") else value
        ),
    )
    return found.without("when") if is_boolean(found.get("when"), True) else found


def _rules(rules: Iterable[Tree], put: Substitution) -> Iterator[Mapping]:
    """The rules of initialization that apply."""
    for rule in rules:
        assert isinstance(rule, Mapping)
        when = put(tree) if (tree := rule.get("when")) is not None else None
        if is_boolean(when, False):
            continue
        yield each(
            rule.without("when"), lambda key, value: _fill(value, put) if key == "fill" else value
        )


def _fill(tree: Tree, put: Substitution) -> Tree:
    """A number, or an initializer with its arguments."""
    if not isinstance(tree, Mapping):
        return put(tree, tuple(INITIALIZERS))

    def arguments(name: str, given: Tree) -> Tree:
        if not isinstance(given, Mapping):
            return given
        return each(given, lambda key, value: put(value, INITIALIZERS[name][key]))

    return each(tree, arguments)


def _kept(
    params: AnyMapping[str, Value], written: AnyMapping[str, Tree | None], put: Substitution
) -> dict[str, Tree]:
    """The parameters that are named still, in their order."""
    found: dict[str, Tree] = {}
    for name in reversed(list(params)):  # the default of one may name those before it
        value = params[name]
        tree = written[name]
        if name not in put.kept or tree is None:
            continue
        if isinstance(value, NodeValue):
            found[name] = put.nodes.get(id(value), tree)
        elif isinstance(value, str):
            word = _text(value, tree.span)
            choices = Sequence((word,), tree.span)
            found[name] = _table({"default": word, "choices": choices}, tree.span)
        else:
            found[name] = put(tree)
    return dict(reversed(found.items()))


def _table(entries: AnyMapping[str, Tree], span: Span) -> Mapping:
    return Mapping({key: (_text(key, span), tree) for key, tree in entries.items()}, span)


def _text(text: str, span: Span) -> Scalar:
    return Scalar(text, span, text)


def _holds(tree: Tree | None) -> bool:
    """Is there anything in it?"""
    if isinstance(tree, Sequence):
        return bool(tree.items)
    return isinstance(tree, Scalar) or (tree is not None and len(tree) > 0)
