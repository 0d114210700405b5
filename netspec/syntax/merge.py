"""`extends`: a parent and the file that changes it make one spec."""

from collections.abc import Iterator
from typing import TypeVar

from netspec.diagnostics import Collector, nearest
from netspec.syntax.fields import kind_of, read
from netspec.syntax.lines import Lines, extend_lines, lines_of, overlay
from netspec.syntax.schema import Block, BlockKeys, FileDoc, Parts
from netspec.syntax.tree import Mapping, Scalar, Tree, is_null

_NODE_FORMS = ("op", "chain", "nodes")

V = TypeVar("V")


def start(file: FileDoc, tree: Mapping, collector: Collector) -> Parts | None:
    """The parts of a spec that extends nothing."""
    missing = [f"`{key}`" for key in ("inputs", "nodes", "outputs") if getattr(file, key) is None]
    if missing:
        *others, last = missing
        names = f"{', '.join(others)} and {last}" if others else last
        collector.error(
            "missing-key",
            f"a spec that extends no other needs {names}",
            tree.key_span("netspec"),
            help=f"write {names}, or `extends:` a spec that has {'them' if others else 'it'}",
        )
        return None
    for table in (file.dims, file.inputs, file.outputs, file.blocks, file.include, file.defaults):
        _refuse_removals(table, collector)
    assert file.inputs is not None
    assert file.nodes is not None
    assert file.outputs is not None
    nothing = Mapping({}, tree.span)
    return Parts(
        doc=file,
        span=tree.span,
        params=file.params or nothing,
        dims=file.dims or nothing,
        inputs=file.inputs,
        defaults=file.defaults or nothing,
        outputs=file.outputs,
        blocks=_start_blocks(file.blocks or nothing, collector),
        lines=lines_of(file.nodes),
        init=file.init.items if file.init else (),
        include=_include(file.include or nothing, collector),
    )


def extend(parent: Parts, file: FileDoc, tree: Mapping, collector: Collector) -> Parts:
    """The parent's parts with the changes of `file`."""
    nothing = Mapping({}, tree.span)
    outputs = _merge_long_form(parent.outputs, file.outputs or nothing, "from", "output", collector)
    include = dict(parent.include)
    for name in list(file.include or ()):
        assert file.include
        if is_null(file.include.entries[name][1]):
            _remove(include, name, file.include, "include", collector)
    added = (
        file.include.without(*(n for n, t in file.include.items() if is_null(t)))
        if file.include
        else nothing
    )
    lines = parent.lines
    if file.nodes:
        lines = extend_lines(parent.lines, file.nodes, "the parent", collector)
        _refuse_lost_outputs(outputs, lines, file.nodes, collector)
    return Parts(
        doc=file,
        span=tree.span,
        params=_merge_params(parent.params, file.params or nothing, collector),
        dims=_merge_long_form(parent.dims, file.dims or nothing, "nominal", "dim", collector),
        inputs=_merge_long_form(parent.inputs, file.inputs or nothing, "shape", "input", collector),
        defaults=_merge_defaults(parent.defaults, file.defaults or nothing, collector),
        outputs=outputs,
        blocks=_merge_blocks(parent.blocks, file.blocks or nothing, collector),
        lines=lines,
        init=(*(file.init.items if file.init else ()), *parent.init),
        include={**include, **_include(added, collector)},
        replaced={**parent.replaced, **dict(_replaced(parent, file.params or nothing))},
    )


def _replaced(parent: Parts, new: Mapping) -> Iterator[tuple[str, tuple[Tree, ...]]]:
    """The defaults of the parent's parameters that the child names, after those before them."""
    for name in new:
        default = parent.params.get(name)
        if isinstance(default, Mapping) and is_param_declaration(default):
            default = default.get("default")
        if default is not None and not is_null(default):
            yield name, (*parent.replaced.get(name, ()), default)


def _refuse_lost_outputs(
    outputs: Mapping, lines: Lines, nodes: Mapping, collector: Collector
) -> None:
    """Report a removed node that an output still names."""
    for name, tree in outputs.items():
        source = tree.get("from") if isinstance(tree, Mapping) else tree
        node = str(source.value).partition(".")[0] if isinstance(source, Scalar) else ""
        removed = nodes.get(node)
        if removed is not None and is_null(removed) and node not in lines.lines:
            collector.error(
                "unknown-node",
                f"`{node}` is removed, and the output `{name}` is its tensor",
                nodes.key_span(node),
                help=f"name another node, `outputs: {{{name}: NODE}}`, or write `{name}: ~` there",
            )


def _refuse_removals(table: Mapping | None, collector: Collector) -> None:
    for name, tree in table.items() if table else ():
        if is_null(tree):
            collector.error(
                "wrong-type",
                f"`{name}` has no value",
                table.span_of(name) if table else tree.span,
                help="give it one; `~` removes something only where a spec `extends` another",
            )


def _remove(
    entries: dict[str, V], name: str, new: Mapping, what: str, collector: Collector
) -> None:
    """Drop an entry that the child sets to `~`; one that is not there is an error."""
    if name in entries:
        del entries[name]
        return
    close = nearest(name, entries)
    help = f"did you mean `{close}`?" if close else "delete the line"
    collector.error(
        "unknown-key", f"the parent has no {what} `{name}` to remove", new.key_span(name), help=help
    )


def _merge_params(old: Mapping, new: Mapping, collector: Collector) -> Mapping:
    entries = dict(old.entries)
    for name, (key, tree) in new.entries.items():
        known = entries.get(name)
        if known and is_null(tree):
            collector.error(
                "parameter-removed",
                f"the parameter `{name}` cannot be removed",
                key.span,
                help="give it another default: the nodes of the parent use it",
            )
        elif known:
            entries[name] = (
                key,
                _merge_field(known[1], tree, "default", is_param_declaration, collector),
            )
        else:
            entries[name] = (key, tree)
    return Mapping(entries, new.span)


def is_param_declaration(tree: Tree) -> bool:
    """Is it {type, default, …}, and not a node for a value?"""
    return isinstance(tree, Mapping) and not any(form in tree for form in _NODE_FORMS)


def _is_mapping(tree: Tree) -> bool:
    return isinstance(tree, Mapping)


def _merge_long_form(
    old: Mapping, new: Mapping, field: str, what: str, collector: Collector
) -> Mapping:
    entries = dict(old.entries)
    for name, (key, tree) in new.entries.items():
        if is_null(tree):
            _remove(entries, name, new, what, collector)
        elif name in entries:
            entries[name] = (
                key,
                _merge_field(entries[name][1], tree, field, _is_mapping, collector),
            )
        else:
            entries[name] = (key, tree)
    return Mapping(entries, new.span)


def _merge_field(old: Tree, new: Tree, field: str, is_long: object, collector: Collector) -> Tree:
    """A plain value over {field: …} changes that field only; two long forms merge by key."""
    assert callable(is_long)
    long_old = old if is_long(old) else None
    if is_long(new):
        assert isinstance(new, Mapping)
        short = {} if is_null(old) else {field: (Scalar(field, old.span, field), old)}
        base = long_old or Mapping(short, old.span)
        assert isinstance(base, Mapping)
        return overlay(base, new, "the parent", collector)
    if long_old is None:
        return new
    assert isinstance(long_old, Mapping)
    return Mapping({**long_old.entries, field: (Scalar(field, new.span, field), new)}, new.span)


def _merge_defaults(old: Mapping, new: Mapping, collector: Collector) -> Mapping:
    entries = dict(old.entries)
    for name, (key, tree) in new.entries.items():
        known = entries.get(name)
        if is_null(tree):
            _remove(entries, name, new, "default", collector)
        elif known and isinstance(known[1], Mapping) and isinstance(tree, Mapping):
            entries[name] = (key, overlay(known[1], tree, f"the default of `{name}`", collector))
        else:
            entries[name] = (key, tree)
    return Mapping(entries, new.span)


def _start_blocks(blocks: Mapping, collector: Collector) -> dict[str, tuple[Scalar, Block]]:
    found = {}
    for name, (key, tree) in blocks.entries.items():
        if isinstance(tree, Mapping):
            nodes = tree.get("nodes")
            found[name] = (
                key,
                Block(tree.span, tree, lines_of(nodes) if isinstance(nodes, Mapping) else None),
            )
        elif not is_null(tree):
            collector.error(
                "wrong-type",
                f"block `{name}` must be a mapping, not {kind_of(tree)}",
                tree.span,
                help="write `{params: …, nodes: …}` or `{chain: […]}`",
            )
    return found


def _merge_blocks(
    old: dict[str, tuple[Scalar, Block]], new: Mapping, collector: Collector
) -> dict[str, tuple[Scalar, Block]]:
    merged = dict(old)
    removed = [name for name, tree in new.items() if is_null(tree)]
    for name in removed:
        _remove(merged, name, new, "block", collector)
    for name, (key, block) in _start_blocks(new.without(*removed), collector).items():
        if name not in merged:
            merged[name] = (key, block)
            continue
        before = merged[name][1]
        if isinstance(block.written.get("nodes"), Mapping) and before.lines is None:
            _refuse_other_form(name, "chain", "nodes", block, collector)
        elif "chain" in block.written and before.lines is not None:
            _refuse_other_form(name, "nodes", "chain", block, collector)
        else:
            merged[name] = (key, _merge_block(name, before, block, collector))
    return merged


def _refuse_other_form(name: str, old: str, new: str, block: Block, collector: Collector) -> None:
    collector.error(
        "misplaced-key",
        f"block `{name}` is written as `{old}` in the parent, so `{new}` cannot change it",
        block.written.key_span(new),
        help="give the new block a new name",
    )


def _merge_block(name: str, old: Block, new: Block, collector: Collector) -> Block:
    """The keys of a block merge, and so do its `params`, `nodes` and `outputs`, maps of names."""
    keys, lines = new.written, old.lines
    what = f"block `{name}`"
    entries: dict[str, tuple[Scalar, Tree]] = {}
    for part in ("params", "nodes", "outputs"):
        before, after = old.written.get(part), keys.get(part)
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            continue
        if part == "params":
            after = _merge_params(before, after, collector)
        elif part == "outputs":
            after = overlay(before, after, f"`outputs` of {what}", collector)
        else:
            assert lines is not None  # as `before` holds nodes
            lines = extend_lines(lines, after, what, collector)
        entries[part] = (keys.entries[part][0], after)
    written = overlay(old.written, keys.without(*entries), what, collector)
    return Block(keys.span, Mapping({**written.entries, **entries}, keys.span), lines)


def _include(table: Mapping, collector: Collector) -> dict[str, tuple[Scalar, Scalar]]:
    found = {}
    for name, (key, tree) in table.entries.items():
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            found[name] = (key, tree)
        elif not is_null(tree):
            message = f"`{name}` must be the path or name of a spec, not {kind_of(tree)}"
            collector.error("wrong-type", message, tree.span, help="write `name: path.yaml`")
    return found


def block_keys(block: Block, name: str, collector: Collector) -> BlockKeys | None:
    """The keys of a merged block."""
    return read(BlockKeys, dict(block.written.items()), block.written, f"block `{name}`", collector)
