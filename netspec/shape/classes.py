"""Polynomials with floors, on residue classes of their symbols.

Where each unit u runs through one residue class of its period, u = period * t + r, every floor is a
polynomial in t. So a function that vanishes at `period * (degree + 1)` consecutive units of each
symbol, which give `degree + 1` points of every class, is zero everywhere: a finite window decides.
"""

from itertools import product
from math import gcd, lcm, prod

from netspec.shape.polynomial import Atom, Floor, Symbol, Terms, find_symbols

MAX_CLASSES = 4096
MAX_POINTS = 16 * MAX_CLASSES

PROBED = range(1, 11)


def find_periods(terms: Terms, modulus: int = 1) -> dict[Symbol, int]:
    """The least period found for each unit with which, on every class, each floor is a polynomial
    and only the constant term is not a multiple of `modulus`."""
    periods: dict[Symbol, int] = {}
    pending = [(terms, modulus)]
    while pending:
        inner, wanted = pending.pop()
        for monomial, k in inner.items():
            multiple = wanted // gcd(k, wanted)
            for atom in monomial:
                if isinstance(atom, Floor):
                    pending.append((atom.terms, multiple * atom.divisor))
                else:
                    periods[atom] = lcm(periods.get(atom, 1), multiple)
    return periods


def find_degree(terms: Terms, symbol: Symbol) -> int:
    """The degree in this symbol, on every class."""
    return max((sum(atom_degree(a, symbol) for a in monomial) for monomial in terms), default=0)


def atom_degree(atom: Atom, symbol: Symbol) -> int:
    return find_degree(atom.terms, symbol) if isinstance(atom, Floor) else int(atom == symbol)


def evaluate(terms: Terms, columns: dict[Atom, list[int]]) -> list[int]:
    """The values at many points: `columns` has those of the symbols and gathers those of floors."""
    length = len(next(iter(columns.values())))
    total = [terms.get((), 0)] * length
    for monomial, k in terms.items():
        if not monomial:
            continue
        values = atom_column(monomial[0], columns)
        for atom in monomial[1:]:
            values = [x * y for x, y in zip(values, atom_column(atom, columns), strict=True)]
        total = [x + k * y for x, y in zip(total, values, strict=True)]
    return total


def atom_column(atom: Atom, columns: dict[Atom, list[int]]) -> list[int]:
    if atom not in columns:
        assert isinstance(atom, Floor)
        columns[atom] = [x // atom.divisor for x in evaluate(atom.terms, columns)]
    return columns[atom]


class Window:
    """Enough consecutive units of every symbol, from the nominal ones, to decide about `terms`."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.symbols = sorted_symbols(terms)
        periods = find_periods(terms)
        self.periods = [periods[symbol] for symbol in self.symbols]
        self.widths = [
            periods[symbol] * (find_degree(terms, symbol) + 1) for symbol in self.symbols
        ]

    @property
    def classes(self) -> int:
        return prod(self.periods)

    @property
    def is_small(self) -> bool:
        return self.classes <= MAX_CLASSES and prod(self.widths) <= MAX_POINTS

    def points(self) -> list[tuple[int, ...]]:
        """The units of every point, in the order of `symbols`."""
        starts = [symbol.unit(symbol.nominal) for symbol in self.symbols]
        ranges = [range(u, u + width) for u, width in zip(starts, self.widths, strict=True)]
        return list(product(*ranges))

    def values(self, points: list[tuple[int, ...]]) -> list[int]:
        return values_at(self.terms, self.symbols, points)


def sorted_symbols(terms: Terms) -> list[Symbol]:
    return sorted(set(find_symbols(terms)), key=lambda symbol: symbol.name)


def values_at(terms: Terms, symbols: list[Symbol], points: list[tuple[int, ...]]) -> list[int]:
    """The values at points that give the units of these symbols."""
    columns: dict[Atom, list[int]] = {
        symbol: list(column)
        for symbol, column in zip(symbols, zip(*points, strict=True), strict=True)
    }
    return evaluate(terms, columns)


def find_constant(terms: Terms) -> int | None:
    """The value of terms that are the same at all sizes, where that can be proved, else None."""
    symbols = sorted_symbols(terms)
    # A few points far apart mostly tell that they are not; a window is a lot of work.
    probes = [tuple(unit**3 + place for place in range(len(symbols))) for unit in PROBED]
    if len(set(values_at(terms, symbols, probes))) != 1:
        return None
    window = Window(terms)
    if not window.is_small:
        return None
    values = set(window.values(window.points()))
    return values.pop() if len(values) == 1 else None
