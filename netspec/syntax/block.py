"""Declarations of blocks: of nodes, or a chain."""

from pydantic_core import PydanticCustomError

from netspec.diagnostics import Collector, Span
from netspec.syntax.fields import Named, kind_of, named, reference, report_refusal
from netspec.syntax.identifiers import check_name
from netspec.syntax.lines import rows_of
from netspec.syntax.merge import block_keys
from netspec.syntax.node import read_chain, read_nodes, read_outputs_map
from netspec.syntax.node_document import BodyDoc
from netspec.syntax.parameter import read_params
from netspec.syntax.schema import Block, BlockDoc
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree


def read_blocks(
    blocks: dict[str, tuple[Scalar, Block]], collector: Collector
) -> dict[str, BlockDoc]:
    """Blocks by name; what is malformed is left out, and in the collector."""
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
    params = read_params(keys.params, collector) if keys.params else {}
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
    nodes = read_nodes(rows_of(block.lines), collector)
    outputs = _block_outputs(name, block, collector)
    if outputs is None:
        return None
    body = BodyDoc(inputs=inputs, nodes=nodes, outputs=outputs, span=key.span)
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
    found: dict[str, Named] = {}
    for item in tree.items:
        try:
            entry = named(item)
        except PydanticCustomError as error:
            report_refusal(error, f"an input of block `{name}`: ", collector)
            continue
        if entry.text in found:
            collector.error(
                "duplicate-key",
                f"the input `{entry}` is written twice",
                item.span,
                help="rename one of them",
            )
        elif check_name(entry.text, item.span, "an input", collector, reserved=True):
            found[entry.text] = entry
    return tuple(found.values())


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
        outputs = read_outputs_map(several, collector)
        return outputs if len(outputs) == len(several) else None
    if one is not None:
        try:
            source = reference(one)
        except PydanticCustomError as error:
            report_refusal(error, "`output`: ", collector)
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
