"""Sizes that are worked out at run time: a `Dim` as arithmetic on the sizes of the tensors at hand.

Only `+ * // -` on sizes is used, so that it traces with torch.fx and torch.export too. Torch itself
is not imported, so generated source has the same arithmetic.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import gcd
from typing import TYPE_CHECKING, cast

from netspec.shape import Dim, Shape, Symbol
from netspec.shape.polynomial import Atom, Floor, Monomial, Terms

if TYPE_CHECKING:
    from torch import Tensor


class RunTimeSize:
    """A size as a function of the values that a call gets: tensors first, then sizes."""

    __slots__ = ()

    def value(self, values: Sequence[object]) -> int:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class SizeOf(RunTimeSize):
    """The size of a dimension of a tensor."""

    position: int
    dimension: int

    def value(self, values: Sequence[object]) -> int:
        return cast("Tensor", values[self.position]).shape[self.dimension]


@dataclass(frozen=True, slots=True)
class Given(RunTimeSize):
    """A size that is passed as a value."""

    position: int

    def value(self, values: Sequence[object]) -> int:
        return cast(int, values[self.position])


@dataclass(frozen=True, slots=True)
class Quotient(RunTimeSize):
    """`floor(size / divisor)`."""

    size: RunTimeSize
    divisor: int

    def value(self, values: Sequence[object]) -> int:
        return self.size.value(values) // self.divisor


@dataclass(frozen=True, slots=True)
class Polynomial(RunTimeSize):
    """The sum of `factor * product(sizes)` over the terms."""

    terms: tuple[tuple[int, tuple[RunTimeSize, ...]], ...]

    def value(self, values: Sequence[object]) -> int:
        total = 0
        for factor, sizes in self.terms:
            for size in sizes:
                factor = size.value(values) * factor
            total = factor + total
        return total


@dataclass(frozen=True, slots=True)
class Source:
    """Where the value of an atom is read: the exact quotient `size / divisor`."""

    size: RunTimeSize
    divisor: int = 1


class SizesAtHand:
    """What a call can tell from its values: tensors of these shapes, then the sizes it needs."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        self._sources = _sources_in(shapes)

    def need(self, dims: Iterable[Dim]) -> tuple[Symbol, ...]:
        """The free sizes, by name, that must be passed after the tensors to `express` these."""
        needed = {
            symbol for dim in dims if not self._find(dim) for symbol in self._missing(dim.terms)
        }
        symbols = tuple(sorted(needed, key=lambda symbol: symbol.name))
        for position, symbol in enumerate(symbols, start=len(self._shapes)):
            self._sources[symbol] = Source(Given(position), symbol.multiple_of)
        return symbols

    def express(self, dim: Dim) -> RunTimeSize:
        """The size as run-time arithmetic: read where a dimension of a tensor is equal to it."""
        return self._find(dim) or self._sum(dim.terms)

    def tells(self, symbol: Symbol) -> bool:
        """Whether the tensors tell this free size."""
        return symbol in self._sources

    def _find(self, dim: Dim) -> RunTimeSize | None:
        for position, shape in enumerate(self._shapes):
            if dim in shape:
                return SizeOf(position, shape.index(dim))
        return None

    def _missing(self, terms: Terms) -> Iterator[Symbol]:
        for atom in chain.from_iterable(terms):
            if atom in self._sources:
                continue
            if isinstance(atom, Symbol):
                yield atom
            else:
                yield from self._missing(atom.terms)

    def _sum(self, terms: Terms) -> RunTimeSize:
        polynomial = Polynomial(tuple(self._product(atoms, k) for atoms, k in terms.items()))
        match polynomial.terms:
            case ((1, (only,)),):
                return only
        return polynomial

    def _product(self, atoms: Monomial, factor: int) -> tuple[int, tuple[RunTimeSize, ...]]:
        sizes: list[RunTimeSize] = []
        for atom in atoms:
            source = self._sources.get(atom)
            if source is None and isinstance(atom, Floor):
                sizes.append(Quotient(self._sum(atom.terms), atom.divisor))
                continue
            assert source is not None, f"{atom} was not asked for by `need`"
            common = gcd(factor, source.divisor)
            factor //= common
            divisor = source.divisor // common
            sizes.append(source.size if divisor == 1 else Quotient(source.size, divisor))
        return factor, tuple(sizes)


def _sources_in(shapes: Iterable[Shape]) -> dict[Atom, Source]:
    """The atoms that stand alone, as `k * atom + constant`, in a dimension of these shapes."""
    plain: dict[Atom, Source] = {}
    shifted: dict[Atom, Source] = {}
    for position, shape in enumerate(shapes):
        for dimension, size in enumerate(shape):
            terms = size.terms if isinstance(size, Dim) else {}
            monomials = [monomial for monomial in terms if monomial]
            if len(monomials) != 1 or len(monomials[0]) != 1:
                continue
            ((atom,),) = monomials
            read = SizeOf(position, dimension)
            factor, constant = terms[atom,], terms.get((), 0)
            if constant:
                rest = Polynomial(((1, (read,)), (-constant, ())))
                shifted.setdefault(atom, Source(rest, factor))
            else:
                plain.setdefault(atom, Source(read, factor))
    return shifted | plain


def as_dim(symbol: Symbol) -> Dim:
    """The size of a symbol, whose atom is its unit."""
    return Dim({(symbol,): symbol.multiple_of})


def find_dims(value: object) -> Iterator[Dim]:
    """All dims in the arguments of a call."""
    if isinstance(value, Dim):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from find_dims(item)
    elif isinstance(value, Mapping):
        yield from find_dims(tuple(value.values()))
