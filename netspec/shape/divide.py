"""Exact quotients, and other sizes in the place of symbols."""

from collections.abc import Mapping
from math import gcd

from netspec.shape.decide import Equal, compare, divisible
from netspec.shape.dim import Dim, Size, settle
from netspec.shape.polynomial import Floor, Monomial, Symbol, Terms, add, monomial_key, multiply


def exact_divide(a: Size, b: Size) -> Size | None:
    """The size that times `b` is `a` at all sizes; None where there is none, or none was found."""
    if isinstance(b, int):
        return divide_by_integer(a, b)
    if isinstance(a, int):
        return None if a else 0
    content = gcd(*b.terms.values())
    primitive = {monomial: k // content for monomial, k in b.terms.items()}
    quotient = divide_terms(a.terms, primitive)
    if quotient is not None:
        return divide_by_integer(settle(quotient), content)
    # Floors that are not alike may still be in a fixed proportion.
    if b.nominal and a.nominal % b.nominal == 0:
        ratio = a.nominal // b.nominal
        return ratio if compare(a, ratio * b) == Equal() else None
    return None


def divide_by_integer(a: Size, b: int) -> Size | None:
    if b < 0:
        a, b = -a, -b
    if b == 0 or divisible(a, b) != Equal():
        return None
    return a // b


def divide_terms(terms: Terms, divisor: Terms) -> Terms | None:
    """Polynomial long division, the atoms taken as variables; None where a remainder is left."""
    lead = min(divisor, key=monomial_key)
    quotient: Terms = {}
    while terms:
        monomial = min(terms, key=monomial_key)
        factor = divide_monomial(monomial, lead)
        k, rest = divmod(terms[monomial], divisor[lead])
        if factor is None or rest:
            return None
        quotient[factor] = k
        terms = add(terms, multiply({factor: k}, divisor), -1)
    return quotient


def divide_monomial(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    atoms = list(monomial)
    for atom in divisor:
        if atom not in atoms:
            return None
        atoms.remove(atom)
    return tuple(atoms)


def substitute(size: Size, replacements: Mapping[str, Size]) -> Size:
    """The size with other sizes in the place of symbols, by name, all at once.

    Raises:
        ValueError: a replacement is not always a multiple of its symbol's `multiple_of`.
    """
    if isinstance(size, int):
        return size
    units: dict[Symbol, Size] = {}
    for symbol in size.symbols:
        replacement = replacements.get(symbol.name)
        if replacement is None:
            units[symbol] = Dim({(symbol,): 1})
            continue
        unit = exact_divide(replacement, symbol.multiple_of)
        if unit is None:
            raise ValueError(
                f"`{symbol.name}` (={replacement}) must be a multiple of {symbol.multiple_of}"
            )
        units[symbol] = unit
    return rebuild(size.terms, units)


def rebuild(terms: Terms, units: Mapping[Symbol, Size]) -> Size:
    total: Size = 0
    for monomial, k in terms.items():
        part: Size = k
        for atom in monomial:
            if isinstance(atom, Floor):
                part = part * (rebuild(atom.terms, units) // atom.divisor)
            else:
                part = part * units[atom]
        total = total + part
    return total
