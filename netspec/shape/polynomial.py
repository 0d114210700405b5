"""Integer polynomials over symbols and floors: the arithmetic under `Dim`, and its normal form.

A polynomial is a dict from monomials to non-zero coefficients. No function here changes one that it
is given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import gcd

MAX_ATOMS = 512
MAX_BITS = 1024


@dataclass(frozen=True, slots=True)
class Symbol:
    """A free size, which ranges over all positive multiples of `multiple_of`.

    As an atom of a polynomial it stands for its unit, `size / multiple_of`: a division by a divisor
    of `multiple_of` then leaves no floor behind.

    Raises:
        ValueError: `multiple_of` or `nominal` is not positive, or `nominal` is no multiple.
    """

    name: str
    nominal: int = 1
    multiple_of: int = 1
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.multiple_of < 1:
            raise ValueError(f"`multiple_of` (={self.multiple_of}) must be positive")
        self.unit(self.nominal)
        object.__setattr__(self, "_hash", hash((self.name, self.nominal, self.multiple_of)))

    def unit(self, size: int) -> int:
        """The value of the unit where the symbol has this size."""
        unit, rest = divmod(size, self.multiple_of)
        if size < 1:
            raise ValueError(f"`{self.name}` (={size}) must be positive")
        if rest:
            raise ValueError(f"`{self.name}` (={size}) must be a multiple of {self.multiple_of}")
        return unit

    @property
    def atoms(self) -> int:
        return 1

    @property
    def key(self) -> tuple[object, ...]:
        return (0, self.name, self.multiple_of, self.nominal)

    def __hash__(self) -> int:
        return self._hash

    # Hashes of text differ between processes, so a pickle must not carry one.
    def __reduce__(self) -> tuple[type["Symbol"], tuple[str, int, int]]:
        return Symbol, (self.name, self.nominal, self.multiple_of)


class Floor:
    """The atom `floor(terms / divisor)`, made by `floor_quotient` only.

    In the normal form every coefficient lies in [0, divisor), so an atom is never negative, never
    decreases where a size grows, and grows without bound with each of its symbols.

    Raises:
        OverflowError: it would hold more than `MAX_ATOMS` atoms.
    """

    __slots__ = ("_hash", "_key", "atoms", "divisor", "terms")

    def __init__(self, terms: "Terms", divisor: int) -> None:
        self.terms = terms
        self.divisor = divisor
        self.atoms = 1 + count_atoms(terms)
        self._hash = hash((divisor, frozenset(terms.items())))
        self._key: tuple[object, ...] | None = None

    @property
    def key(self) -> tuple[object, ...]:
        if self._key is None:
            terms = sorted((monomial_key(monomial), k) for monomial, k in self.terms.items())
            self._key = (1, self.divisor, *terms)
        return self._key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Floor):
            return NotImplemented
        return (
            self._hash == other._hash
            and self.divisor == other.divisor
            and self.terms == other.terms
        )

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type["Floor"], tuple["Terms", int]]:
        return Floor, (self.terms, self.divisor)


Atom = Symbol | Floor
Monomial = tuple[Atom, ...]  # sorted by `key`, with repetition; () is the constant
Terms = dict[Monomial, int]


def monomial_key(monomial: Monomial) -> tuple[int, tuple[tuple[object, ...], ...]]:
    """Sorts by falling degree, then by the atoms: a graded order, fit for division."""
    return -len(monomial), tuple(atom.key for atom in monomial)


def count_atoms(terms: Terms) -> int:
    """The number of atoms as written, those in floors too.

    Raises:
        OverflowError: there are more than `MAX_ATOMS`. Floors in floors may double at each step.
    """
    atoms = sum([atom.atoms for monomial in terms for atom in monomial])
    if atoms > MAX_ATOMS:
        raise OverflowError(f"a size has {atoms} symbols and floors; the limit is {MAX_ATOMS}")
    return atoms


def add(left: Terms, right: Terms, factor: int = 1) -> Terms:
    """`left + factor * right`."""
    total = dict(left)
    for monomial, k in right.items():
        value = total.get(monomial, 0) + factor * k
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    return total


def multiply(left: Terms, right: Terms) -> Terms:
    """`left * right`.

    Raises:
        OverflowError: there are more than `MAX_ATOMS` atoms, or a coefficient beyond `MAX_BITS`.
    """
    total: Terms = {}
    for m, j in left.items():
        for n, k in right.items():
            monomial = tuple(sorted(m + n, key=lambda atom: atom.key)) if m and n else m or n
            total[monomial] = total.get(monomial, 0) + j * k
    product = {monomial: k for monomial, k in total.items() if k}
    count_atoms(product)
    if any(k.bit_length() > MAX_BITS for k in product.values()):
        raise OverflowError(f"a size has a coefficient of more than {MAX_BITS} bits")
    return product


def scale(terms: Terms, factor: int) -> Terms:
    return {monomial: factor * k for monomial, k in terms.items()} if factor else {}


def floor_quotient(terms: Terms, divisor: int) -> Terms:
    """The normal form of `floor(terms / divisor)`, for a positive divisor.

    Whole parts come out, common factors cancel, and an inner floor that stands alone with
    coefficient 1 is merged: floor((floor(p / b) + q) / d) = floor((p + b*q) / (b*d)).
    """
    whole: Terms = {}
    while True:
        quotient, terms = split(terms, divisor)
        whole = add(whole, quotient) if whole else quotient
        constant = terms.pop((), 0)
        if not terms:
            return whole
        common = gcd(divisor, *terms.values())
        if common > 1:
            divisor //= common
            constant //= common
            terms = {monomial: k // common for monomial, k in terms.items()}
        alone = [atom for (atom, *others), k in terms.items() if k == 1 and not others]
        inner = [atom for atom in alone if type(atom) is Floor]
        if len(inner) != 1:
            break
        terms, divisor = merge_floor(terms, constant, divisor, *inner)
    if constant:
        terms[()] = constant
    atom = (Floor(terms, divisor),)
    return add(whole, {atom: 1})


def split(terms: Terms, divisor: int) -> tuple[Terms, Terms]:
    """Quotients and remainders of the coefficients, the remainders in [0, divisor)."""
    quotients: Terms = {}
    remainders: Terms = {}
    for monomial, k in terms.items():
        quotient, remainder = divmod(k, divisor)
        if quotient:
            quotients[monomial] = quotient
        if remainder:
            remainders[monomial] = remainder
    return quotients, remainders


def merge_floor(terms: Terms, constant: int, divisor: int, inner: Floor) -> tuple[Terms, int]:
    """`floor((terms + constant) / divisor)`, where `terms` holds `inner` once, as one floor."""
    beside = {m: k * inner.divisor for m, k in terms.items() if m != (inner,)}
    if constant:
        beside[()] = constant * inner.divisor
    return add(inner.terms, beside), divisor * inner.divisor


def value(terms: Terms, sizes: Mapping[str, int]) -> int:
    """The value at these sizes, by name; a symbol that is not among them is nominal."""
    total = 0
    for monomial, k in terms.items():
        for atom in monomial:
            if isinstance(atom, Symbol):
                k *= atom.unit(sizes.get(atom.name, atom.nominal))
            else:
                k *= value(atom.terms, sizes) // atom.divisor
        total += k
    return total


def find_symbols(terms: Terms) -> Iterator[Symbol]:
    for monomial in terms:
        for atom in monomial:
            if isinstance(atom, Symbol):
                yield atom
            else:
                yield from find_symbols(atom.terms)
