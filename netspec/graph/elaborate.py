"""From a spec to its graph: parameters and dims bound, scopes walked, promises checked."""

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Collector, Span, nearest
from netspec.expression import Value
from netspec.graph.blocks import check_blocks
from netspec.graph.dims import bind_dims, check_dims
from netspec.graph.evaluate import Failed, FileContext, evaluate_shape, failed
from netspec.graph.evaluate import Scope as Names
from netspec.graph.initialization import assign
from netspec.graph.inplace import check_inplace
from netspec.graph.ir import INPUT, Graph, Ref, Scope
from netspec.graph.leaf import BYTES_PER_ELEMENT, check_shape
from netspec.graph.network import network
from netspec.graph.parameters import bind, evaluate_argument, unknown_argument
from netspec.graph.session import Built, Halt, Session, Wire
from netspec.graph.usage import report_unused
from netspec.graph.walk import Walk
from netspec.limits import GIB, Limits
from netspec.ops.base import OpError
from netspec.shape import Shape
from netspec.syntax.schema import InputDoc, SpecDoc
from netspec.syntax.tree import Tree


def elaborate(
    spec: SpecDoc,
    params: AnyMapping[str, Tree],
    sizes: AnyMapping[str, Tree],
    collector: Collector,
    limits: Limits,
) -> Graph | None:
    """The graph of a spec with the given parameters and fixed sizes.

    None where there are errors; the collector holds them all.
    """
    session = Session(collector, limits)
    walk = Walk(session)
    try:
        file = _context(session, spec, params, sizes)
        check_blocks(walk, file)
        wires = tuple(_inputs(session, file))
        built = network(walk, file, wires, "network")
    except Halt:
        return None
    if not any(found.code.startswith(("unknown-", "node-form")) for found in collector.errors):
        report_unused(spec, collector)
    _check_weights(session, built, spec.span)
    root = built.body
    if not isinstance(root, Scope) or collector.errors:
        return None
    dims = check_dims(file, root, limits, collector)
    check_inplace(root, collector)
    init = assign(root, collector)
    if collector.errors:
        return None
    return Graph(
        name=spec.name,
        doc=spec.doc,
        source=spec.source,
        root=root,
        dtypes=tuple(entry.dtype for entry in spec.inputs.values()),
        dims=dims,
        params=file.params,
        init=init,
        checked=built.checked,
        notes=tuple(collector),
    )


def _context(
    session: Session, spec: SpecDoc, params: AnyMapping[str, Tree], sizes: AnyMapping[str, Tree]
) -> FileContext:
    empty = Names(FileContext(spec, {}, {}), {})
    given: dict[str, Value] = {}
    for name, tree in params.items():
        try:
            if name not in spec.params:
                raise _unknown_param(name, spec, tree.span)
            given[name] = evaluate_argument(spec.params[name], tree, empty)
        except Failed as error:
            session.report_failed(error)
    values, faults = bind(spec.params, given, empty, f"`{spec.name}`", spec.span)
    for fault in faults:
        found = fault.diagnostic
        if found and found.code == "missing-argument":
            name = found.help.split("`")[1].split(":")[0] if found.help else ""
            fault = failed(
                found.code,
                found.message,
                spec.params[name].span,
                f"give it a default, `--set {name}=…`, or in Python params={{'{name}': …}}",
            )
        session.report_failed(fault)
    dims = bind_dims(session, spec, values, sizes)
    return FileContext(spec, dims, values)


def _unknown_param(name: str, spec: SpecDoc, span: Span) -> Failed:
    error = unknown_argument(name, spec.params, f"`{spec.name}`", span)
    found = error.diagnostic
    assert found is not None
    close = nearest(name, spec.params)
    help = (
        f"did you mean `{close}`?"
        if close
        else f"its parameters are {', '.join(spec.params) or 'none'}"
    )
    return failed("unknown-parameter", f"`{spec.name}` has no parameter `{name[:80]}`", span, help)


def _inputs(session: Session, file: FileContext) -> Iterator[Wire]:
    names = Names(file, {**file.dims, **file.params})
    for index, entry in enumerate(file.spec.inputs.values()):
        yield Wire(Ref(INPUT, index), _input_shape(session, entry, names), name=entry.name)


def _input_shape(session: Session, entry: InputDoc, names: Names) -> Shape | None:
    try:
        sizes = evaluate_shape(entry.shape, names)
        shape = tuple(size for size in sizes if not isinstance(size, str))
        if len(shape) < len(sizes) or not shape:
            raise failed(
                "invalid-size",
                f"input `{entry.name}` must say every size",
                entry.shape.span,
                "write `[N, 3, 224, 224]`; a free size goes under `dims`",
            )
        if any(size == 0 for size in shape):
            raise failed(
                "invalid-size",
                f"input `{entry.name}` has a size of 0",
                entry.shape.span,
                "a size is at least 1",
            )
        check_shape(shape, session.limits)
        return shape
    except Failed as error:
        session.report_failed(error)
    except OpError as error:
        session.report_op(error, entry.name, entry.shape.span)
    return None


def _check_weights(session: Session, built: Built, span: Span) -> None:
    size = built.elements * BYTES_PER_ELEMENT
    if size > session.limits.weight_bytes:
        session.report(
            "too-large",
            f"the weights would take {size / GIB:,.1f} GiB,"
            f" more than {session.limits.weight_bytes / GIB:g} GiB",
            span,
            "make it smaller, or raise `Limits.weight_bytes` in Python",
        )
