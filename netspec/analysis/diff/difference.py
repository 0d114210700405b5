"""The difference of two networks as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from math import lcm

from netspec.analysis.diff.changes import Change, Detail, changes
from netspec.analysis.diff.pairing import Pair, pair_networks
from netspec.analysis.diff.weights import Placement, place_weights
from netspec.analysis.memory import activations
from netspec.analysis.table import Cost, total
from netspec.analysis.words import bound_words, shape_words
from netspec.expression import describe
from netspec.graph.ir import Graph, Initializer, Scope
from netspec.shape import Shape, at, format_shape

_BYTES = 4


@dataclass(frozen=True, slots=True)
class Totals:
    """What a network costs at the nominal sizes, in single precision: the bytes of all activations
    that one evaluation writes, and the most that are alive at once."""

    cost: Cost
    written_bytes: int
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from one network to another.

    `inputs` are differences of inputs and free sizes, `params` of parameters that both have;
    `changes` what happened to nodes, `shapes` which ops in both have other output shapes, `inits`
    which tensors in both are initialized by another rule. It is false where there is no difference.
    """

    names: tuple[str, str]
    inputs: tuple[Detail, ...]
    params: tuple[Detail, ...]
    changes: tuple[Change, ...]
    shapes: tuple[Detail, ...]
    inits: tuple[Detail, ...]
    totals: tuple[Totals, Totals]
    weights: Placement

    def __bool__(self) -> bool:
        return bool(self.inputs or self.changes or self.shapes or self.inits)

    def __str__(self) -> str:
        """The report, without a newline at its end."""
        from netspec.analysis.diff.report import text  # report imports this module

        return "\n".join(line.text for line in text(self))


def diff_graphs(left: Graph, right: Graph, names: tuple[str, str] | None = None) -> Difference:
    """What changes from `left` to `right`, matched by structure: names, ops, arguments and wiring,
    not lines of text. The reverse difference is its mirror image. `names` stand for the networks
    where their own would not tell them apart."""
    pairing = pair_networks(left, right)
    placement = place_weights(left, right, pairing.pairs)
    return Difference(
        names or (left.name, right.name),
        tuple(_inputs(left, right)),
        tuple(_named(*_common(left, right))),
        tuple(changes(pairing)),
        tuple(_shapes(left, right, pairing.pairs)),
        tuple(_inits(left, right, placement)),
        (_totals(left), _totals(right)),
        placement,
    )


def _inputs(left: Graph, right: Graph) -> list[Detail]:
    ours, theirs = (
        {
            name: f"{format_shape(shape)} {dtype}"
            for name, shape, dtype in zip(
                graph.root.input_names, graph.root.inputs, graph.dtypes, strict=True
            )
        }
        for graph in (left, right)
    )
    return [
        *_named(ours, theirs),
        *_named(*({dim.symbol.name: bound_words(dim) for dim in g.dims} for g in (left, right))),
        *_nominal(left, right),
    ]


def _nominal(left: Graph, right: Graph) -> list[Detail]:
    """Free sizes of both that have another nominal value."""
    ours, theirs = ({dim.symbol.name: dim.symbol.nominal for dim in g.dims} for g in (left, right))
    return [
        Detail(f"nominal {name}", str(ours[name]), str(theirs[name]))
        for name in ours
        if ours[name] != theirs.get(name, ours[name])
    ]


def _common(left: Graph, right: Graph) -> tuple[dict[str, str], dict[str, str]]:
    """The parameters that both declare: one that only one has is no difference by itself."""
    names = [name for name in left.params if name in right.params]
    ours, theirs = (
        {name: describe(graph.params[name]) for name in names} for graph in (left, right)
    )
    return ours, theirs


def _named(left: dict[str, str], right: dict[str, str]) -> list[Detail]:
    found = []
    for name in dict.fromkeys((*left, *right)):
        before, after = left.get(name, "none"), right.get(name, "none")
        if before != after:
            found.append(Detail(name, before, after))
    return found


def _shapes(left: Graph, right: Graph, pairs: list[Pair]) -> list[Detail]:
    """Ops in both whose outputs have other shapes; path in the new network, from, to."""
    differ = _comparison(left, right)
    return [
        Detail(pair.right.path, _shape_words(ours), _shape_words(theirs))
        for pair in pairs
        if not isinstance(pair.right.node.body, Scope)
        for ours, theirs in [(pair.left.node.outputs, pair.right.node.outputs)]
        if len(ours) != len(theirs) or any(map(differ, ours, theirs))
    ]


def _comparison(left: Graph, right: Graph) -> Callable[[Shape, Shape], bool]:
    """Do two shapes differ? Where free sizes are declared otherwise, `H/2` and `ceil(H/2)` may be
    the same, and shapes are compared at two sizes that both networks take."""
    ours, theirs = ({dim.symbol.name: dim for dim in graph.dims} for graph in (left, right))
    if {d.symbol for d in ours.values()} == {d.symbol for d in theirs.values()}:
        return lambda a, b: a != b
    first, second = {}, {}
    for name in ours.keys() & theirs.keys():
        both = (ours[name], theirs[name])
        step = lcm(*(dim.symbol.multiple_of for dim in both))
        least = max(max(dim.min, dim.symbol.nominal) for dim in both)
        first[name] = -(-least // step) * step
        second[name] = first[name] + step

    def differ(a: Shape, b: Shape) -> bool:
        return any(_sizes(a, sizes) != _sizes(b, sizes) for sizes in (first, second))

    return differ


def _sizes(shape: Shape, sizes: dict[str, int]) -> list[int]:
    return [at(size, sizes) for size in shape]


def _shape_words(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(shape_words, shapes))


def _inits(left: Graph, right: Graph, placement: Placement) -> list[Detail]:
    """Tensors with a place in both whose first values come from another rule."""
    return [
        Detail(new, before, after)
        for new, old in placement.sources.items()
        for before, after in [(_rule(left.init.get(old)), _rule(right.init.get(new)))]
        if before != after
    ]


def _rule(initializer: Initializer | None) -> str:
    if initializer is None:
        return "torch's own"
    given = [f"{name}={describe(value)}" for name, value in initializer.arguments.items()]
    return f"{initializer.name}({', '.join(given)})"


def _totals(graph: Graph) -> Totals:
    written = activations(graph.root)
    return Totals(total(graph), written.total * _BYTES, written.peak * _BYTES)
