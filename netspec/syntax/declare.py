"""From merged parts to the declarations of a spec: every name checked, every long form read."""

from collections.abc import Iterable, Iterator

from pydantic_core import PydanticCustomError

from netspec.diagnostics import Collector, Span
from netspec.syntax.fields import (
    Named,
    check_name,
    kind_of,
    named,
    read,
    reference,
)
from netspec.syntax.lines import Lines
from netspec.syntax.merge import block_keys, is_param_declaration
from netspec.syntax.node import BodyDoc, read_chain, read_nodes, read_outputs_map
from netspec.syntax.schema import (
    Block,
    BlockDoc,
    DimDoc,
    DimKeys,
    InitDoc,
    InitKeys,
    InputDoc,
    InputKeys,
    OutputDoc,
    OutputKeys,
    ParamDoc,
    ParamKeys,
    Parts,
    SpecDoc,
)
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, is_null


def declare(parts: Parts, default_name: str, collector: Collector) -> SpecDoc:
    """The spec that the parts make. What is malformed is left out, and in the collector."""
    outputs = _outputs(parts.outputs, collector)
    nodes = read_nodes(_rows(parts.lines), collector)
    inputs = _inputs(parts.inputs, collector)
    defaults = {}
    for name, (_, tree) in parts.defaults.entries.items():
        if isinstance(tree, Mapping):
            defaults[name] = tree
        elif not is_null(tree):
            collector.error(
                "wrong-type",
                f"the defaults of `{name}` must be a mapping, not {kind_of(tree)}",
                tree.span,
            )
    body = BodyDoc.model_construct(
        inputs=tuple(Named(entry.name, entry.span) for entry in inputs.values()),
        nodes=nodes,
        outputs=tuple((entry.name, entry.source) for entry in outputs.values()),
        span=parts.span,
    )
    doc = parts.doc
    return SpecDoc(
        name=doc.name.text if doc.name else default_name,
        doc=doc.doc,
        source=doc.source,
        span=parts.span,
        params=_params(parts.params, collector),
        dims=_dims(parts.dims, collector),
        inputs=inputs,
        defaults=defaults,
        blocks=_blocks(parts.blocks, collector),
        body=body,
        outputs=outputs,
        init=_init(parts.init, collector),
        include_spans={name: key.span for name, (key, _, _) in parts.include.items()},
    )


def _params(table: Mapping, collector: Collector) -> dict[str, ParamDoc]:
    found = {}
    for name, (key, tree) in table.entries.items():
        if not check_name(name, key.span, "a parameter", collector, reserved=True):
            continue
        if is_null(tree):
            found[name] = ParamDoc(name, key.span, None, None)
        elif not is_param_declaration(tree):
            found[name] = ParamDoc(name, key.span, None, tree)
        else:
            assert isinstance(tree, Mapping)
            keys = read(ParamKeys, dict(tree.items()), tree, f"parameter `{name}`", collector)
            if keys:
                choices = _choices(name, keys.choices, collector)
                found[name] = ParamDoc(
                    name, key.span, keys.type, keys.default, keys.min, keys.max, choices, keys.doc
                )
    return found


def _choices(name: str, choices: Sequence | None, collector: Collector) -> tuple[Scalar, ...]:
    found = []
    for item in choices.items if choices else ():
        if isinstance(item, Scalar) and item.value is not None:
            found.append(item)
        else:
            collector.error(
                "wrong-type",
                f"a choice of `{name}` must be a single value, not {kind_of(item)}",
                item.span,
            )
    return tuple(found)


def _dims(table: Mapping, collector: Collector) -> dict[str, DimDoc]:
    found = {}
    for name, (key, tree) in table.entries.items():
        if is_null(tree) or not check_name(name, key.span, "a dim", collector, reserved=True):
            continue
        if not isinstance(tree, Mapping):
            found[name] = DimDoc(name, key.span, tree)
            continue
        keys = read(DimKeys, dict(tree.items()), tree, f"dim `{name}`", collector)
        if keys:
            found[name] = DimDoc(name, key.span, keys.nominal, keys.min, keys.multiple_of, keys.doc)
    return found


def _inputs(table: Mapping, collector: Collector) -> dict[str, InputDoc]:
    found = {}
    for name, (key, tree) in table.entries.items():
        if is_null(tree) or not check_name(name, key.span, "an input", collector, reserved=True):
            continue
        if isinstance(tree, Sequence):
            found[name] = InputDoc(name, key.span, tree, "float32")
        elif isinstance(tree, Mapping):
            keys = read(InputKeys, dict(tree.items()), tree, f"input `{name}`", collector)
            if keys:
                found[name] = InputDoc(name, key.span, keys.shape, keys.dtype)
        else:
            collector.error(
                "wrong-type", f"input `{name}` must be a shape, not {kind_of(tree)}", tree.span,
                help="write a list, `[N, 3, 224, 224]`",
            )  # fmt: skip
    if not found and not len(table):
        collector.error(
            "missing-key", "`inputs` holds no input", table.span, help="write at least one"
        )
    return found


def _outputs(table: Mapping, collector: Collector) -> dict[str, OutputDoc]:
    found = {}
    for name, (key, tree) in table.entries.items():
        if is_null(tree) or not check_name(name, key.span, "an output", collector):
            continue
        if isinstance(tree, Mapping):
            keys = read(OutputKeys, dict(tree.items()), tree, f"output `{name}`", collector)
            if keys:
                found[name] = OutputDoc(
                    name, key.span, keys.from_, keys.shape, keys.training, keys.when
                )
            continue
        try:
            found[name] = OutputDoc(name, key.span, reference(tree), None, False, None)
        except PydanticCustomError as error:
            _report(error, f"output `{name}` ", collector)
    if not found and not len(table):
        collector.error(
            "missing-key",
            "`outputs` holds no output",
            table.span,
            help="name the node that is the output",
        )
    return found


def _report(error: PydanticCustomError, prefix: str, collector: Collector) -> None:
    context = error.context or {}
    collector.error(
        error.type,
        f"{prefix}{context['message']}",
        context["span"],
        help=context.get("help") or None,
    )


def _rows(lines: Lines) -> Iterator[tuple[Scalar, Tree, str | None]]:
    return ((line.key, line.tree, line.reads) for line in lines.lines.values())


def _blocks(blocks: dict[str, tuple[Scalar, Block]], collector: Collector) -> dict[str, BlockDoc]:
    found = {}
    for name, (key, block) in blocks.items():
        if check_name(name, key.span, "a block", collector):
            doc = _block(name, key, block, collector)
            if doc:
                found[name] = doc
    return found


def _block(name: str, key: Scalar, block: Block, collector: Collector) -> BlockDoc | None:
    keys = block_keys(block, name, collector)
    if keys is None:
        return None
    if (keys.nodes is None) == (keys.chain is None):
        has = "both `nodes` and `chain`" if keys.nodes else "neither `nodes` nor `chain`"
        collector.error(
            "node-form", f"block `{name}` has {has}", key.span, help="write one of them"
        )
        return None
    params = _params(keys.params, collector) if keys.params else {}
    inputs = _block_inputs(name, keys.inputs, key.span, collector)
    if keys.chain is not None:
        for extra in ("output", "outputs"):
            if extra in block.written:
                collector.error(
                    "misplaced-key",
                    f"block `{name}` is a chain, whose output is its last member",
                    block.written.key_span(extra),
                    help=f"delete `{extra}`",
                )
        return BlockDoc(
            name, key.span, params, inputs, None, read_chain(keys.chain, collector), keys.doc
        )
    assert block.lines is not None
    nodes = read_nodes(_rows(block.lines), collector)
    outputs = _block_outputs(name, block, collector)
    if outputs is None:
        return None
    body = BodyDoc.model_construct(inputs=inputs, nodes=nodes, outputs=outputs, span=key.span)
    return BlockDoc(name, key.span, params, inputs, body, (), keys.doc)


def _block_inputs(
    name: str, tree: Tree | None, span: Span, collector: Collector
) -> tuple[Named, ...]:
    if tree is None:
        return (Named("x", span),)
    if not isinstance(tree, Sequence):
        collector.error(
            "wrong-type",
            f"the inputs of block `{name}` must be a list of names, not {kind_of(tree)}",
            tree.span,
            help="write `inputs: [x]`",
        )
        return (Named("x", span),)
    found: list[Named] = []
    for item in tree.items:
        try:
            entry = named(item)
        except PydanticCustomError as error:
            _report(error, "", collector)
            continue
        if any(entry.text == other.text for other in found):
            collector.error(
                "duplicate-key",
                f"the input `{entry}` is written twice",
                item.span,
                help="rename one of them",
            )
        elif check_name(entry.text, item.span, "an input", collector, reserved=True):
            found.append(entry)
    return tuple(found)


def _block_outputs(
    name: str, block: Block, collector: Collector
) -> tuple[tuple[str, Named], ...] | None:
    written = block.written
    one, several = written.get("output"), written.get("outputs")
    if one is not None and several is not None:
        collector.error(
            "node-form",
            f"block `{name}` has both `output` and `outputs`",
            written.key_span("outputs"),
            help="keep one of them",
        )
        return None
    if isinstance(several, Mapping):
        return read_outputs_map(several, collector)
    if one is not None:
        try:
            source = reference(one)
        except PydanticCustomError as error:
            _report(error, "`output` ", collector)
            return None
        return ((source.text, source),)
    assert block.lines is not None
    last = block.lines.last
    if last is None:
        collector.error(
            "missing-key",
            f"block `{name}` holds no node",
            block.span,
            help="write at least one node",
        )
        return None
    line = block.lines.lines.get(last)
    return ((last, Named(last, line.key.span if line else block.span)),)


def _init(rules: Iterable[Tree], collector: Collector) -> tuple[InitDoc, ...]:
    found = []
    for tree in rules:
        if not isinstance(tree, Mapping):
            collector.error(
                "wrong-type",
                f"a rule of `init` must be a mapping, not {kind_of(tree)}",
                tree.span,
                help="write `{match: …, fill: …}`",
            )
            continue
        keys = read(InitKeys, dict(tree.items()), tree, "a rule of `init`", collector)
        if keys is None:
            continue
        if keys.match is None and keys.op is None:
            collector.error(
                "missing-key",
                "a rule of `init` needs `match` or `op`",
                tree.span,
                help='write `match: "*.weight"` or `op: conv`',
            )
            continue
        found.append(InitDoc(tree.span, keys.match, keys.op, keys.when, keys.fill))
    return tuple(found)
