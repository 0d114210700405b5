"""From a spec to its graph: parameters and dims bound, scopes walked, promises checked."""

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Collector, Span, nearest
from netspec.expression import UNKNOWN, Value
from netspec.graph.blocks import check_files
from netspec.graph.dims import bind_dims
from netspec.graph.evaluate import Failed, FileContext, evaluate_shape, failed
from netspec.graph.evaluate import Scope as Names
from netspec.graph.initialization import assign
from netspec.graph.inplace import check_inplace
from netspec.graph.ir import INPUT, Graph, Ref, Scope
from netspec.graph.leaf import BYTES_PER_ELEMENT, check_shape
from netspec.graph.least import check_dims
from netspec.graph.memo import Memo
from netspec.graph.network import network
from netspec.graph.parameters import bind, evaluate_argument, missing
from netspec.graph.repeated import together
from netspec.graph.session import Built, Halt, Session, Wire
from netspec.graph.unbound import report_unbound
from netspec.graph.usage import report_unused
from netspec.graph.walk import Walk
from netspec.limits import GIB, Limits
from netspec.ops.base import OpError
from netspec.shape import Dim, Shape
from netspec.syntax.schema import InputDoc, SpecDoc
from netspec.syntax.tree import Scalar, Tree


def elaborate(
    spec: SpecDoc,
    params: AnyMapping[str, Tree],
    sizes: AnyMapping[str, Tree],
    collector: Collector,
    limits: Limits,
    memo: Memo | None = None,
) -> Graph | None:
    """The graph of a spec with the given parameters and fixed sizes.

    None where there are errors; the collector holds them all. A `memo` of this spec and these
    limits saves work, and changes nothing.
    """
    if memo is not None and not collector.errors:
        session = Session(Collector(), limits)
        memo.lend(session)
        graph = _elaborate(session, spec, params, sizes, Collector())
        if graph is not None and session.is_quiet:
            memo.keep(session)
            for note in graph.notes:
                collector.add(note)
            return graph
    return _elaborate(Session(Collector(), limits), spec, params, sizes, collector)


def _elaborate(
    session: Session,
    spec: SpecDoc,
    params: AnyMapping[str, Tree],
    sizes: AnyMapping[str, Tree],
    collector: Collector,
) -> Graph | None:
    limits = session.limits
    walked = _walk(session, spec, params, sizes)
    found = list(session.collector)
    if session.contradicted:
        # Either the declared or the computed shape is at fault. What is wrong with both is no echo.
        other = Session(Collector(), limits, "computed")
        _walk(other, spec, params, sizes)
        also = {(diagnostic.code, diagnostic.span) for diagnostic in other.collector}
        found = [diagnostic for diagnostic in found if (diagnostic.code, diagnostic.span) in also]
    for diagnostic in together(found):
        collector.add(diagnostic)
    if walked is None:
        return None
    file, built = walked
    _check_weights(built, spec.span, limits, collector)
    if not collector.errors:
        _report_unused(session, spec, collector)
    root = built.body
    if not isinstance(root, Scope) or collector.errors:
        return None
    dims = check_dims(file, root, collector)
    check_inplace(root, collector)
    report_unbound(root, collector)
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


def _walk(
    session: Session,
    spec: SpecDoc,
    params: AnyMapping[str, Tree],
    sizes: AnyMapping[str, Tree],
) -> tuple[FileContext, Built] | None:
    """Every scope walked; None where a limit was reached."""
    walk = Walk(session)
    try:
        file = _context(session, spec, params, sizes)
        check_files(walk, file)
        session.before_walk = len(session.collector)
        wires = tuple(_inputs(session, file))
        return file, network(walk, file, wires, "network")
    except Halt:
        return None


def _context(
    session: Session, spec: SpecDoc, params: AnyMapping[str, Tree], sizes: AnyMapping[str, Tree]
) -> FileContext:
    dims: dict[str, Value] = {}
    values: dict[str, Value] = {}
    file = FileContext(spec, dims, values)  # filled below; nodes as values look into it later
    empty = Names(file, {})
    given: dict[str, tuple[Value, Span]] = {}
    for name, tree in params.items():
        try:
            if name not in spec.params:
                raise _unknown_param(name, spec, tree.span)
            given[name] = UNKNOWN, tree.span
            given[name] = evaluate_argument(spec.params[name], tree, empty), tree.span
        except Failed as error:
            session.report_failed(error)
    for name in missing(spec.params, given):
        session.report(
            "missing-argument",
            f"`{spec.name}` needs the parameter `{name}`",
            spec.params[name].span,
            f"give it a default, `--set {name}=…`, or in Python params={{'{name}': …}}",
        )
    bound, faults = bind(spec.params, given, empty)
    for fault in faults:
        session.report_failed(fault)
    values.update(bound)
    dims.update(bind_dims(session, spec, values, sizes))
    return file


def _report_unused(session: Session, spec: SpecDoc, collector: Collector) -> None:
    """What nothing uses, in the spec and in all that it includes."""
    for wiring in session.wirings.values():
        for unused in wiring.unused if wiring else ():
            collector.add(unused)
    todo = [spec]
    while todo:
        spec = todo.pop()
        report_unused(spec, collector)
        todo.extend(spec.include.values())


def _unknown_param(name: str, spec: SpecDoc, span: Span) -> Failed:
    close = nearest(name, spec.params)
    names = ", ".join(spec.params) or "none"
    help = f"did you mean `{close}`?" if close else f"its parameters are {names}"
    return failed("unknown-parameter", f"`{spec.name}` has no parameter `{name[:80]}`", span, help)


def _inputs(session: Session, file: FileContext) -> Iterator[Wire]:
    names = Names(file, {**file.dims, **file.params})
    for index, entry in enumerate(file.spec.inputs.values()):
        shape = _input_shape(session, entry, names)
        free = {
            symbol.name for size in shape or () if isinstance(size, Dim) for symbol in size.symbols
        }
        yield Wire(Ref(INPUT, index), shape, not free.isdisjoint(session.doubtful), name=entry.name)


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
        session.report_failed(_explain_size(error, entry))
    except OpError as error:
        session.report_op(error, entry.name, entry.shape.span)
    return None


def _explain_size(error: Failed, entry: InputDoc) -> Failed:
    """An unknown name that stands alone as a size: it wants to be a dim."""
    found = error.diagnostic
    sizes = [item.value for item in entry.shape.items if isinstance(item, Scalar)]
    lone = [size for size in sizes if isinstance(size, str) and size.isidentifier()]
    name = next((size for size in lone if found and f"`{size}`" in found.message), None)
    if found is None or found.code != "unknown-name" or name is None:
        return error
    help = f"declare a free size, `dims: {{{name}: 224}}`; the batch is `N`"
    return failed(found.code, found.message, found.span, help)


def _check_weights(built: Built, span: Span, limits: Limits, collector: Collector) -> None:
    size = built.elements * BYTES_PER_ELEMENT
    if size > limits.weight_bytes:
        collector.error(
            "too-large",
            f"the weights would take {size / GIB:,.1f} GiB,"
            f" more than {limits.weight_bytes / GIB:g} GiB",
            span,
            help="make it smaller, or raise `Limits.weight_bytes` in Python",
        )
