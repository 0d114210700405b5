"""Free sizes, as the walk meets them: a symbol, or the number that one is fixed to."""

from collections.abc import Mapping as AnyMapping

from netspec.diagnostics import Span, nearest
from netspec.expression import ExpressionError, Value, whole
from netspec.graph.evaluate import Failed, FileContext, evaluate, failed
from netspec.graph.evaluate import Scope as Names
from netspec.graph.session import Session
from netspec.shape import Dim, symbol
from netspec.syntax.schema import DimDoc, SpecDoc
from netspec.syntax.tree import Tree


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
            fixed[name] = declared_number(tree, nothing, f"the size of `{name}`")
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
            return declared_number(tree, names, "") if tree else otherwise
        except Failed:
            return otherwise

    multiple, size = number(doc.multiple_of, 1), fixed or number(doc.nominal, 64)
    return symbol(doc.name, round_up(max(size, number(doc.min, 1)), multiple), multiple)


def _bind(doc: DimDoc, names: Names, fixed: int | None, place: Span) -> Value:
    multiple = declared_number(doc.multiple_of, names, "`multiple_of`") if doc.multiple_of else 1
    least = declared_number(doc.min, names, "`min`") if doc.min else 1
    size = (
        declared_number(doc.nominal, names, f"the nominal size of `{doc.name}`")
        if fixed is None
        else fixed
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


def declared_number(tree: Tree, names: Names, what: str) -> int:
    """A positive integer that a dim says; `what` names it in messages. Raises Failed."""
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


def round_up(size: int, multiple: int) -> int:
    """To the next multiple."""
    return -(-size // multiple) * multiple
