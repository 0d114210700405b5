"""Which names the expressions of a spec read, to find parameters and dims that nothing uses."""

from collections.abc import Iterable, Iterator

from netspec.diagnostics import Collector, nearest
from netspec.diagnostics.span import Source
from netspec.expression import ExpressionError, parse
from netspec.syntax.node_document import BodyDoc, NodeDoc
from netspec.syntax.schema import BlockDoc, ParamDoc, SpecDoc
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree


def report_unused(spec: SpecDoc, collector: Collector) -> None:
    """Report parameters and dims of the file and of its blocks that no expression reads.

    What a spec inherits by `extends` may lie unused: it may have replaced what used it.
    """
    own = spec.span.source
    in_file = set(_file_names(spec))
    in_blocks: set[str] = set()
    for block in spec.blocks.values():
        inside = set(block_names(block))
        in_blocks |= inside
        _report(block.params.values(), inside, f"of block `{block.name}`", own, collector)
    _report(spec.params.values(), in_file, "", own, collector)
    for dim in spec.dims.values():
        if dim.span.source is own and dim.name not in in_file | in_blocks:
            collector.error(
                "unused",
                f"nothing uses the dim `{dim.name}`",
                dim.span,
                help="use it in the shape of an input, or delete it",
            )


def _report(
    params: Iterable[ParamDoc], used: set[str], where: str, own: Source, collector: Collector
) -> None:
    params = list(params)
    inherited = [param.name for param in params if param.span.source is not own]
    for param in params:
        if param.span.source is own and param.name not in used:
            close = nearest(param.name, inherited)
            whole = f"the parameter `{param.name}` {where}".strip()
            collector.error(
                "unused",
                f"nothing uses {whole}",
                param.span,
                help=f"did you mean the parent's `{close}`?"
                if close
                else "use it in an expression, or delete it",
            )


def _file_names(spec: SpecDoc) -> Iterator[str]:
    yield from param_names(spec.params.values())
    for dim in spec.dims.values():
        yield from names_in(dim.nominal, dim.min, dim.multiple_of)
    for entry in spec.inputs.values():
        yield from names_in(entry.shape)
    for output in spec.outputs.values():
        yield from names_in(output.shape, output.when)
    for rule in spec.init:
        yield from names_in(rule.when, rule.fill)
    yield from names_in(*spec.defaults.values())
    yield from body_names(spec.body)


def block_names(block: BlockDoc) -> Iterator[str]:
    yield from param_names(block.params.values())
    if block.body:
        yield from body_names(block.body)
    for member in block.chain:
        yield from _node_names(member)


def param_names(params: Iterable[ParamDoc]) -> Iterator[str]:
    """Names that the defaults and bounds of parameters read."""
    for param in params:
        yield from names_in(param.default, param.min, param.max)


def body_names(body: BodyDoc) -> Iterator[str]:
    """Names that the expressions of a scope read."""
    for doc in body.nodes:
        yield from _node_names(doc)


def _node_names(doc: NodeDoc) -> Iterator[str]:
    keys = doc.keys
    if keys.op:
        yield keys.op.text
    yield from names_in(keys.when, keys.repeat, keys.first, keys.shape)
    yield from names_in(*(value for _, value in doc.arguments.values()))
    for member in doc.chain:
        yield from _node_names(member)
    if doc.body:
        yield from body_names(doc.body)


def names_in(*trees: Tree | None) -> Iterator[str]:
    """Names in all expressions of the trees; words and node values count as reads too."""
    for tree in trees:
        if isinstance(tree, Mapping):
            yield from names_in(*(value for _, value in tree.items()))
        elif isinstance(tree, Sequence):
            yield from names_in(*tree.items)
        elif isinstance(tree, Scalar) and isinstance(tree.value, str):
            try:
                yield from parse(tree.value).names
            except ExpressionError:  # reported where it is evaluated
                continue
