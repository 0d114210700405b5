"""From merged parts to the declarations of a spec: every name checked, every long form read."""

from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from netspec.diagnostics import Collector
from netspec.syntax.block import read_blocks
from netspec.syntax.fields import Named, kind_of, read, reference, report_refusal
from netspec.syntax.identifiers import check_name
from netspec.syntax.lines import rows_of
from netspec.syntax.node import read_nodes
from netspec.syntax.node_document import BodyDoc
from netspec.syntax.parameter import read_params
from netspec.syntax.schema import (
    DimDoc,
    DimKeys,
    InitDoc,
    InitKeys,
    InputDoc,
    InputKeys,
    OutputDoc,
    OutputKeys,
    Parts,
    SpecDoc,
)
from netspec.syntax.tree import Mapping, Sequence, Tree, is_null


def declare(parts: Parts, default_name: str, collector: Collector) -> SpecDoc | None:
    """The spec that the parts make. A malformed node keeps its place as a broken one.

    None where anything else is malformed: what follows from that would only be echoes.
    """
    outputs = _outputs(parts.outputs, collector)
    nodes = read_nodes(rows_of(parts.lines), collector)
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
                help="write `{argument: value}`",
            )
    body = BodyDoc(
        inputs=tuple(Named(entry.name, entry.span) for entry in inputs.values()),
        nodes=nodes,
        outputs=tuple((entry.name, entry.source) for entry in outputs.values()),
        span=parts.span,
    )
    doc = parts.doc
    spec = SpecDoc(
        name=doc.name.text if doc.name else default_name,
        doc=doc.doc,
        source=doc.source,
        span=parts.span,
        params=read_params(parts.params, collector),
        dims=_dims(parts.dims, collector),
        inputs=inputs,
        defaults=defaults,
        blocks=read_blocks(parts.blocks, collector),
        body=body,
        outputs=outputs,
        init=_init(parts.init, collector),
        default_spans={name: key.span for name, (key, _) in parts.defaults.entries.items()},
        include_spans={name: key.span for name, (key, _) in parts.include.items()},
        replaced=parts.replaced,
    )
    pairs = (
        (spec.params, parts.params),
        (spec.dims, parts.dims),
        (spec.inputs, parts.inputs),
        (spec.defaults, parts.defaults),
        (spec.outputs, parts.outputs),
        (spec.blocks, parts.blocks),
        (spec.init, parts.init),
    )
    whole = all(len(found) == len(written) for found, written in pairs)
    for name, span in spec.include_spans.items():
        whole &= check_name(name, span, "an included spec", collector)
    return spec if whole and inputs and outputs else None


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
                "wrong-type",
                f"input `{name}` must be a shape, not {kind_of(tree)}",
                tree.span,
                help="write a list, `[N, 3, 224, 224]`",
            )
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
            report_refusal(error, f"output `{name}`: ", collector)
    if not found and not len(table):
        collector.error(
            "missing-key",
            "`outputs` holds no output",
            table.span,
            help="name the node that is the output",
        )
    return found


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
