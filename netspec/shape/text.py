"""Polynomials in the language's syntax."""

from math import gcd, lcm, prod

from netspec.shape.polynomial import Atom, Floor, Monomial, Symbol, Terms, monomial_key


def format_terms(terms: Terms) -> str:
    """By falling degree, then alphabetical; what is subtracted stands at the end."""
    is_subtracted = {monomial: k < 0 for monomial, k in terms.items()}
    ordered = sorted(terms, key=lambda monomial: (is_subtracted[monomial], monomial_key(monomial)))
    first, *others = ordered
    text = ("-" if is_subtracted[first] else "") + format_term(first, abs(terms[first]))
    for monomial in others:
        sign = " - " if is_subtracted[monomial] else " + "
        text += sign + format_term(monomial, abs(terms[monomial]))
    return text


def format_term(monomial: Monomial, coefficient: int) -> str:
    """`3*H*W`, or `3*H/2` where units make the quotient exact."""
    denominator = reduced_denominator(monomial, coefficient)
    numerator = coefficient * denominator // size_of_unit(monomial)
    factors = [format_atom(atom) for atom in monomial]
    if numerator > 1 or not factors:
        factors.insert(0, str(numerator))
    return "*".join(factors) + (f"/{denominator}" if denominator > 1 else "")


def size_of_unit(monomial: Monomial) -> int:
    return prod(atom.multiple_of for atom in monomial if isinstance(atom, Symbol))


def reduced_denominator(monomial: Monomial, coefficient: int) -> int:
    unit = size_of_unit(monomial)
    return unit // gcd(unit, coefficient)


def format_atom(atom: Atom) -> str:
    return atom.name if isinstance(atom, Symbol) else format_floor(atom)


def format_floor(floor: Floor) -> str:
    """`floor((H + 3)/7)`, or `ceil(H/32)` where the constant makes it a ceiling."""
    terms, divisor, name = dict(floor.terms), floor.divisor, "floor"
    if terms.get(()) == divisor - 1:
        del terms[()]
        name = "ceil"
    # One division in all: floor((H/32 + 1)/3) is written floor((H + 32)/96).
    factor = lcm(*(reduced_denominator(monomial, k) for monomial, k in terms.items()))
    text = format_terms({monomial: factor * k for monomial, k in terms.items()})
    if len(terms) > 1:
        text = f"({text})"
    return f"{name}({text}/{factor * divisor})"
