"""Free sizes: bound before the walk, and their least valid values worked out after it."""

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Collector, Span, nearest
from netspec.expression import ExpressionError, Value, whole
from netspec.graph.evaluate import Failed, FileContext, evaluate, failed
from netspec.graph.evaluate import Scope as Names
from netspec.graph.ir import FreeDim, Scope, Share
from netspec.graph.session import Session
from netspec.limits import Limits
from netspec.ops.base import Requirement
from netspec.shape import Dim, Symbol, least_size, symbol
from netspec.syntax.schema import DimDoc, SpecDoc
from netspec.syntax.tree import Tree

Needs = list[tuple[Requirement, Span]]
"""What must hold for the sizes, with the places."""


def bind_dims(
    session: Session,
    spec: SpecDoc,
    params: AnyMapping[str, Value],
    sizes: AnyMapping[str, Tree],
) -> dict[str, Value]:
    """Each dim as a symbol, or as the number that it is fixed to. The batch `N` is one of them."""
    names = Names(FileContext(spec, {}, params), params)
    fixed: dict[str, int] = {}
    for name, tree in sizes.items():
        try:
            if name != "N" and name not in spec.dims:
                close = nearest(name, [*spec.dims, "N"])
                help = (
                    f"did you mean `{close}`?"
                    if close
                    else f"its dims are {', '.join([*spec.dims, 'N'])}"
                )
                raise failed(
                    "unknown-dim", f"`{spec.name}` has no dim `{name[:80]}`", tree.span, help
                )
            nothing = Names(names.file, {})
            fixed[name] = _number(tree, nothing, f"the size of `{name}`")
        except Failed as error:
            session.report_failed(error)
    dims: dict[str, Value] = {"N": fixed["N"] if "N" in fixed else symbol("N", 1)}
    for doc in spec.dims.values():
        try:
            place = sizes[doc.name].span if doc.name in sizes else doc.nominal.span
            dims[doc.name] = _bind(doc, names, fixed.get(doc.name), place)
        except Failed as error:
            session.report_failed(error)
            session.doubtful.add(doc.name)
            dims[doc.name] = _stand_in(doc, names, fixed.get(doc.name))
    return dims


def _stand_in(doc: DimDoc, names: Names, fixed: int | None) -> Value:
    """Something to go on with for a dim that is declared wrong: of the size that is meant, so that
    layers fit or do not as they will once it is mended."""

    def number(tree: Tree | None, otherwise: int) -> int:
        try:
            return _number(tree, names, "") if tree else otherwise
        except Failed:
            return otherwise

    multiple, size = number(doc.multiple_of, 1), fixed or number(doc.nominal, 64)
    return symbol(doc.name, _round_up(max(size, number(doc.min, 1)), multiple), multiple)


def _bind(doc: DimDoc, names: Names, fixed: int | None, place: Span) -> Value:
    multiple = _number(doc.multiple_of, names, "`multiple_of`") if doc.multiple_of else 1
    least = _number(doc.min, names, "`min`") if doc.min else 1
    size = (
        _number(doc.nominal, names, f"the nominal size of `{doc.name}`") if fixed is None else fixed
    )
    if size % multiple:
        raise failed(
            "invalid-dim",
            f"`{doc.name}` (={size}) must be a multiple of {multiple}",
            place,
            f"write {size - size % multiple or multiple} or {size - size % multiple + multiple}",
        )
    if size < least:
        raise failed(
            "invalid-dim",
            f"`{doc.name}` (={size}) must be at least {least}",
            place,
            "write a larger size, or lower `min`",
        )
    return symbol(doc.name, size, multiple) if fixed is None else size


def _number(tree: Tree, names: Names, what: str) -> int:
    value = evaluate(tree, names)
    try:
        size = whole(value)
    except ExpressionError as error:
        raise failed(error.code, f"{what}: {error.message}", tree.span, error.help) from None
    if isinstance(size, Dim) or size < 1:
        raise failed(
            "invalid-dim",
            f"{what} must be a positive integer, not {size}",
            tree.span,
            "write a positive integer",
        )
    return size


def check_dims(
    file: FileContext, root: Scope, limits: Limits, collector: Collector
) -> tuple[FreeDim, ...]:
    """The free dims with their least valid sizes.

    Reports a declared `min` that is too small, and a network that is valid from no size on.
    """
    needs = list(_requirements(root, is_training=False))
    later = list(_requirements(root, is_training=True))
    free = [value.symbols for value in file.dims.values() if isinstance(value, Dim)]
    return tuple(_free_dim(symbol, file, needs, later, collector) for (symbol,) in free)


def _free_dim(
    free: Symbol, file: FileContext, needs: Needs, later: Needs, collector: Collector
) -> FreeDim:
    """`needs` must hold in both modes, and what is `later` in training too."""
    name = free.name
    doc = file.spec.dims.get(name)
    least, in_training = _least(needs, free), _least(later, free)
    if least is None or in_training is None:
        faulty, mode = (needs, "") if least is None else (later, " in training")
        need, place = _broken(faulty, name, free.nominal * 1000)
        collector.error(
            "no-least-size",
            f"there is no size of `{name}` from which on the network is valid{mode}: {need}",
            doc.span if doc else file.spec.span,
            help="fix the size, or mend the layer",
            notes=[f"the layer is at {place.brief}"] if place else [],
        )
        return FreeDim(free, free.multiple_of, free.multiple_of)
    if doc is not None and doc.min is not None:
        least = _declared_min(free, doc.min, least, file, needs, collector)
    return FreeDim(free, least, max(least, in_training), doc.doc if doc else "")


def _least(needs: Needs, free: Symbol) -> int | None:
    sizes = dict.fromkeys(need.size for need, _ in needs if free in need.size.symbols)
    return least_size(list(sizes), free)


def _declared_min(
    free: Symbol,
    tree: Tree,
    least: int,
    file: FileContext,
    needs: Needs,
    collector: Collector,
) -> int:
    """The declared `min`, held against the least valid size."""
    name = free.name
    written = _number(tree, Names(file, file.params), "`min`")
    declared = _round_up(written, free.multiple_of)
    if declared < least:
        below = max(declared, least - free.multiple_of)
        need, place = _broken(needs, name, below)
        collector.error(
            "min-too-small",
            f"`{name}` has `min` {written}, but the least valid size is {least}: {need}",
            tree.span,
            help=f"write {least}, or leave `min` out",
            notes=[f"at {name}={below}, the layer at {place.brief}"] if place else [],
        )
    return declared


def _round_up(size: int, multiple: int) -> int:
    return -(-size // multiple) * multiple


def _broken(needs: Needs, name: str, size: int) -> tuple[str, Span | None]:
    """What does not hold at this size of the dim, and the place of the layer."""
    for need, span in needs:
        if any(free.name == name for free in need.size.symbols) and need.size.at({name: size}) < 0:
            return need.message, span
    return "a layer does not fit", None


def _requirements(root: Scope, *, is_training: bool) -> Iterator[tuple[Requirement, Span]]:
    """What must hold in both modes, or what must hold beside that in training. A scope used many
    times is read once."""
    seen: set[tuple[int, bool]] = set()
    todo = [(root, False)]
    while todo:
        scope, in_training = todo.pop()
        if (id(scope), in_training) in seen:
            continue
        seen.add((id(scope), in_training))
        if in_training is is_training:
            yield from ((need, scope.span) for need in scope.requirements)
        for node in scope.nodes:
            body = node.body.body if isinstance(node.body, Share) else node.body
            trained = in_training or node.training
            if isinstance(body, Scope):
                todo.append((body, trained))
            elif trained is is_training:
                yield from ((need, node.span) for need in body.requirements)
