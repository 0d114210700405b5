"""Sizes of dimensions: numbers, or polynomials in free sizes, exact for every size."""

from collections.abc import Mapping

from netspec.shape.classes import find_constant
from netspec.shape.polynomial import (
    Floor,
    Symbol,
    Terms,
    add,
    find_symbols,
    floor_quotient,
    multiply,
    scale,
    value,
)
from netspec.shape.text import format_terms


class Dim:
    """A size that depends on free sizes: an immutable polynomial over symbols and floors.

    Arithmetic with integers and other dims gives a dim in normal form, or an int where the result
    is the same at all sizes. `//` and `%` want a positive integer on the right and raise
    ValueError for anything else. `==` and `hash` see the normal form only: `compare` decides.
    A result too complex to handle (hundreds of symbols and floors) raises OverflowError.
    """

    __slots__ = ("_hash", "_nominal", "_symbols", "_text", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._hash: int | None = None
        self._nominal: int | None = None
        self._symbols: frozenset[Symbol] | None = None
        self._text: str | None = None

    def __add__(self, other: "int | Dim") -> "int | Dim":
        if isinstance(other, int):
            return Dim(add(self.terms, {(): other})) if other else self
        if isinstance(other, Dim):
            return settle(add(self.terms, other.terms))
        return NotImplemented

    __radd__ = __add__

    def __neg__(self) -> "Dim":
        return Dim(scale(self.terms, -1))

    def __sub__(self, other: "int | Dim") -> "int | Dim":
        if isinstance(other, int):
            return self + -other
        if isinstance(other, Dim):
            return settle(add(self.terms, other.terms, -1))
        return NotImplemented

    def __rsub__(self, other: int) -> "int | Dim":
        return -self + other

    def __mul__(self, other: "int | Dim") -> "int | Dim":
        if isinstance(other, int):
            if other == 1:
                return self
            return Dim(scale(self.terms, other)) if other else 0
        if isinstance(other, Dim):
            return settle(multiply(self.terms, other.terms))
        return NotImplemented

    __rmul__ = __mul__

    def __floordiv__(self, other: int) -> "int | Dim":
        if not isinstance(other, int) or other < 1:
            raise ValueError(f"`{self} // {other}`: the divisor must be a positive integer")
        return settle(floor_quotient(self.terms, other))

    def __mod__(self, other: int) -> "int | Dim":
        if not isinstance(other, int) or other < 1:
            raise ValueError(f"`{self} % {other}`: the divisor must be a positive integer")
        return settle(add(self.terms, floor_quotient(self.terms, other), -other))

    def __rfloordiv__(self, other: object) -> int:
        raise ValueError(f"`{other} // ({self})`: the divisor must be a positive integer")

    def __rmod__(self, other: object) -> int:
        raise ValueError(f"`{other} % ({self})`: the divisor must be a positive integer")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Dim) and self.terms == other.terms

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    # Hashes of text differ between processes, so a pickle must not carry one.
    def __reduce__(self) -> tuple[type["Dim"], tuple[Terms]]:
        return Dim, (self.terms,)

    @property
    def symbols(self) -> frozenset[Symbol]:
        """The free sizes that the normal form depends on."""
        if self._symbols is None:
            self._symbols = frozenset(find_symbols(self.terms))
        return self._symbols

    @property
    def nominal(self) -> int:
        """The value where every free size is nominal."""
        if self._nominal is None:
            self._nominal = value(self.terms, {})
        return self._nominal

    def at(self, sizes: Mapping[str, int]) -> int:
        """The value at these sizes, by name; a symbol that is not among them is nominal.

        Raises:
            ValueError: a size is not a positive multiple of its symbol's `multiple_of`.
        """
        return value(self.terms, sizes)

    def __str__(self) -> str:
        if self._text is None:
            self._text = format_terms(self.terms)
        return self._text

    def __repr__(self) -> str:
        return f"Dim({self})"


Size = int | Dim
Shape = tuple[Size, ...]


def symbol(name: str, nominal: int = 1, multiple_of: int = 1) -> Dim:
    """A free size, as a dim.

    Raises:
        ValueError: `multiple_of` or `nominal` is not positive, or `nominal` is no multiple.
    """
    return Dim({(Symbol(name, nominal, multiple_of),): multiple_of})


def settle(terms: Terms) -> Size:
    """The size with these terms: an int where they are constant."""
    if not terms:
        return 0
    if len(terms) == 1 and () in terms:
        return terms[()]
    if may_cancel(terms):
        constant = find_constant(terms)
        if constant is not None:
            return constant
    return Dim(terms)


def may_cancel(terms: Terms) -> bool:
    """Whether floors may cancel without being alike, as in H - H // 2 - (H + 1) // 2.

    All atoms grow without bound, so it takes coefficients of both signs.
    """
    if not any(type(atom) is Floor for monomial in terms for atom in monomial):
        return False
    signs = {k > 0 for monomial, k in terms.items() if monomial}
    return len(signs) == 2
