"""Blocks looked at on their own, called or not: their wiring, recursion, names, and `defaults`."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Collector, Diagnostic, nearest
from netspec.expression import Value
from netspec.graph.evaluate import FileContext, NodeValue
from netspec.graph.evaluate import Scope as Names
from netspec.graph.include import context_of
from netspec.graph.names import Target, resolve_op
from netspec.graph.order import CycleError, execution_order
from netspec.graph.parameters import unknown_argument
from netspec.graph.session import Halt
from netspec.graph.walk import Walk
from netspec.ops.base import Op
from netspec.ops.registry import find_builtin, op_names
from netspec.syntax.fields import Named
from netspec.syntax.node_document import NodeDoc
from netspec.syntax.schema import BlockDoc, ParamDoc, SpecDoc
from netspec.syntax.tree import Mapping


def check_files(walk: Walk, file: FileContext) -> None:
    """Report what is wrong with blocks and defaults, used or not, of a spec and all it includes."""
    todo, seen = [file], {id(file.spec)}
    while todo:
        file = todo.pop()
        _check_file(walk, file)
        for spec in file.spec.include.values():
            if id(spec) not in seen:
                seen.add(id(spec))
                todo.append(context_of(walk.session, spec, file))


def _check_file(walk: Walk, file: FileContext) -> None:
    spec, collector = file.spec, walk.session.collector
    names = Names(file, {**file.dims, **file.params})
    _check_recursion(spec, collector)
    _check_callables(spec, collector)
    _check_node_params(spec, spec.params.values(), file.params, collector)
    for block in spec.blocks.values():
        _check_names(spec, block, collector)
        _check_node_params(spec, block.params.values(), {}, collector)
        if block.body is not None:
            inner = Names(file, {**names.names, **dict.fromkeys(block.params)})
            walk.wiring(block.body, inner, block.params.values())
    for name in (*spec.params, *spec.dims):
        if name in spec.inputs:
            what = "parameter" if name in spec.params else "dim"
            collector.error(
                "duplicate-name",
                f"`{name}` is an input and a {what}",
                spec.inputs[name].span,
                help="rename one of them",
            )
        if name in spec.params and name in spec.dims:
            collector.error(
                "duplicate-name",
                f"`{name}` is a dim and a parameter",
                spec.dims[name].span,
                help="rename one of them",
            )
    _check_defaults(spec, names, collector)


def _check_callables(spec: SpecDoc, collector: Collector) -> None:
    """Report what a block or an include hides."""
    places = {name: ("block", block.span) for name, block in spec.blocks.items()}
    for name, span in spec.include_spans.items():
        if name in places:
            collector.error(
                "duplicate-name",
                f"`{name}` is a block and an included spec",
                places[name][1],
                help="rename one of them",
            )
        else:
            places[name] = ("included spec", span)
    for name, (what, span) in places.items():
        if find_builtin(name):
            collector.add(
                Diagnostic(
                    "hides-op",
                    f"the {what} `{name}` hides the op of that name",
                    span,
                    "rename it where the op is wanted",
                    severity="note",
                )
            )


def _check_node_params(
    spec: SpecDoc,
    params: Iterable[ParamDoc],
    values: AnyMapping[str, Value],
    collector: Collector,
) -> None:
    """A parameter that holds a node is looked up last, so nothing else may have its name."""
    for param in params:
        holds_node = (
            param.type == "node"
            or isinstance(param.default, Mapping)
            or isinstance(values.get(param.name), NodeValue)
        )
        if not holds_node:
            continue
        if param.name in spec.blocks:
            other = "a block"
        elif param.name in spec.include:
            other = "an included spec"
        elif find_builtin(param.name):
            other = "an op"
        else:
            continue
        collector.error(
            "duplicate-name",
            f"`{param.name}` is {other} and a parameter that holds a node",
            param.span,
            help="rename the parameter",
        )


def _check_names(spec: SpecDoc, block: BlockDoc, collector: Collector) -> None:
    dims = {*spec.dims, "N"}
    for name in block.inputs:
        if name.text in block.params or name.text in dims:
            what = f"parameter of block `{block.name}`" if name.text in block.params else "dim"
            collector.error(
                "duplicate-name",
                f"`{name}` is an input and a {what}",
                name.span,
                help="rename one of them",
            )
    for param in block.params.values():
        if param.name in dims:
            collector.error(
                "duplicate-name",
                f"`{param.name}` is a dim and a parameter of block `{block.name}`",
                param.span,
                help="rename one of them",
            )


def _check_recursion(spec: SpecDoc, collector: Collector) -> None:
    blocks = list(spec.blocks.values())
    index = {block.name: number for number, block in enumerate(blocks)}
    calls = [{op.text: op for op in _ops(block) if op.text in index} for block in blocks]
    try:
        # Who calls whom is a graph like any other: an order exists unless a block leads to itself.
        execution_order([[index[name] for name in found] for found in calls])
    except CycleError as error:
        # Edges lead from a block to its callers: backwards, from the one that is written first.
        circle = error.nodes[::-1]
        start = circle.index(min(circle))
        circle = (*circle[start:], *circle[: start + 1])
        callee = calls[circle[0]][blocks[circle[1]].name]
        collector.error(
            "block-recursion",
            f"block `{blocks[circle[0]].name}` calls itself: "
            + " → ".join(f"`{blocks[number].name}`" for number in circle),
            callee.span,
            help="blocks may call other blocks, never themselves; use `repeat`",
        )
        raise Halt from None


def _ops(block: BlockDoc) -> Iterator[Named]:
    nodes = block.body.nodes if block.body else block.chain
    return _node_ops(nodes)


def _node_ops(nodes: Iterable[NodeDoc]) -> Iterator[Named]:
    for node in nodes:
        if node.keys.op:
            yield node.keys.op
        yield from _node_ops(node.chain)
        if node.body:
            yield from _node_ops(node.body.nodes)


def _check_defaults(spec: SpecDoc, names: Names, collector: Collector) -> None:
    for name, table in spec.defaults.items():
        meant = resolve_op(name, names)
        if isinstance(meant, Target):
            known = list(meant.block.params if meant.block else meant.spec.params)
        elif isinstance(meant, type) and issubclass(meant, Op):
            known = [key for key in meant.model_fields if key != "shape"]
        else:
            close = nearest(name, [*spec.blocks, *spec.include, *op_names()])
            help = f"did you mean `{close}`?" if close else "`netspec ops` lists the ops"
            collector.error(
                "unknown-op",
                f"`defaults` names `{name[:80]}`, which is no op or block",
                spec.default_spans[name],
                help=help,
            )
            continue
        for key in table:
            if key not in known:
                found = unknown_argument(
                    key, dict.fromkeys(known), f"`{name}`", table.key_span(key)
                ).diagnostic
                assert found is not None
                collector.add(found)
