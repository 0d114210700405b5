"""The least valid sizes of the free dims, worked out after the walk."""

from collections.abc import Iterator
from dataclasses import replace

from netspec.diagnostics import Collector, Span
from netspec.graph.dims import declared_number, round_up
from netspec.graph.evaluate import FileContext
from netspec.graph.evaluate import Scope as Names
from netspec.graph.ir import FreeDim, Scope, Share
from netspec.ops.base import Requirement
from netspec.shape import Dim, Symbol, least_size, raise_together
from netspec.syntax.tree import Tree

Needs = list[tuple[Requirement, Span]]
"""What must hold for the sizes, with the places."""


def check_dims(file: FileContext, root: Scope, collector: Collector) -> tuple[FreeDim, ...]:
    """The free dims with their least valid sizes.

    Reports a declared `min` that is too small, and a network that is valid from no size on.
    """
    needs = list(_requirements(root, is_training=False))
    later = list(_requirements(root, is_training=True))
    free = [value.symbols for value in file.dims.values() if isinstance(value, Dim)]
    found = tuple(_free_dim(symbol, file, needs, later, collector) for (symbol,) in free)
    return found if collector.errors else _together(found, file, needs, later, collector)


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
    written = declared_number(tree, Names(file, file.params), "`min`")
    declared = round_up(written, free.multiple_of)
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


def _together(
    found: tuple[FreeDim, ...], file: FileContext, needs: Needs, later: Needs, collector: Collector
) -> tuple[FreeDim, ...]:
    """The same dims, from sizes on from which also holds what is met by several of them at once."""
    declared = {dim.symbol for dim in found if _declared(dim.symbol, file)}
    least = raise_together(_joint(needs), {dim.symbol: dim.min for dim in found}, declared)
    if least is None:
        _report_joint(found, file, needs, collector)
        return found
    starts = {dim.symbol: max(least[dim.symbol], dim.min_in_training) for dim in found}
    in_training = raise_together(_joint(later), starts)
    if in_training is None:
        _report_joint(found, file, later, collector, " in training")
        return found
    return tuple(
        replace(dim, min=least[dim.symbol], min_in_training=in_training[dim.symbol])
        for dim in found
    )


def _joint(needs: Needs) -> list[Dim]:
    return list(dict.fromkeys(need.size for need, _ in needs if len(need.size.symbols) > 1))


def _declared(symbol: Symbol, file: FileContext) -> Tree | None:
    """The `min` that the spec says."""
    doc = file.spec.dims.get(symbol.name)
    return doc.min if doc else None


def _report_joint(
    found: tuple[FreeDim, ...],
    file: FileContext,
    needs: Needs,
    collector: Collector,
    mode: str = "",
) -> None:
    """A declared `min` is in the way, or not even the nominal sizes will do."""
    least = {dim.symbol: dim.min for dim in found}
    for need, place in needs:
        symbols = sorted(need.size.symbols, key=lambda symbol: symbol.name)
        declared = {} if mode else {s: min for s in symbols if (min := _declared(s, file))}
        if len(symbols) < 2 or raise_together([need.size], least, declared) is not None:
            continue
        corner = {s.name: least[s] if s in declared else s.nominal for s in symbols}
        if need.size.at(corner) < 0:
            first, tree = next(iter(declared.items()))
            where = " and ".join(f"{name}={size}" for name, size in corner.items())
            message = f"`{first.name}` has `min` {least[first]}, but at {where}: {need.message}"
            notes = [f"the layer is at {place.brief}"]
            help = "write a larger `min`, or leave it out"
            collector.error("min-too-small", message, tree.span, help=help, notes=notes)
            return
        names = " and ".join(f"`{name}`" for name in corner)
        message = f"no sizes of {names} are known from which on the network is valid{mode}"
        help = f"fix {names}, or mend the layer"
        collector.error("no-least-size", f"{message}: {need.message}", place, help=help)
        return


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
