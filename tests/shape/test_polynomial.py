"""Atoms, and the limits of what is calculated with."""

import copy
import pickle

import pytest

from netspec.shape import Symbol
from netspec.shape.polynomial import (
    MAX_ATOMS,
    MAX_BITS,
    Floor,
    Terms,
    add,
    count_atoms,
    floor_quotient,
    monomial_key,
    multiply,
    scale,
    value,
)

A, B = Symbol("A", 6, 2), Symbol("B", 5)
HALF, THIRD = Floor({(B,): 1}, 2), Floor({(A,): 1, (): 1}, 3)


def test_atoms_in_floors_count() -> None:
    assert (HALF.atoms, THIRD.atoms) == (2, 2)
    assert Floor({(HALF, B): 1, (A,): 1}, 7).atoms == 5
    assert count_atoms({(HALF, A): 1, (B, B): 3, (): 9}) == 5


def test_atoms_at_their_limit() -> None:
    assert count_atoms({(B,) * MAX_ATOMS: 1}) == 512
    with pytest.raises(OverflowError, match="has 513 symbols and floors; the limit is 512"):
        count_atoms({(B,) * (MAX_ATOMS + 1): 1})
    with pytest.raises(OverflowError):
        multiply({(B,) * 256: 1}, {(A,) * 257: 1})


def test_coefficients_at_their_limit() -> None:
    most = 2**MAX_BITS - 1
    assert multiply({(B,): most}, {(): 1}) == {(B,): most}
    assert multiply({(B,): most}, {(): -1}) == {(B,): -most}
    with pytest.raises(OverflowError, match="a coefficient of more than 1024 bits"):
        multiply({(B,): most + 1}, {(): 1})


def test_sums_and_products() -> None:
    assert add({(A,): 2, (): 3}, {(A,): 1, (B,): 5}, -2) == {(B,): -10, (): 3}
    assert multiply({(A,): 1, (): 1}, {(A,): 1, (): -1}) == {(A, A): 1, (): -1}
    assert multiply({(B,): 2}, {(A,): 3}) == {(A, B): 6}
    assert scale({(A,): 2}, 0) == {}
    assert scale({(A,): 2}, -3) == {(A,): -6}


def test_nothing_that_is_given_changes() -> None:
    left: Terms = {(A,): 5, (): 3}
    right: Terms = {(A,): -5}
    before = copy.deepcopy((left, right))
    add(left, right)
    multiply(left, right)
    floor_quotient(left, 2)
    assert (left, right) == before


def test_monomials_fall_in_degree_and_then_rise() -> None:
    order = [(A, A, B), (A, B, B), (A, A), (A, B), (A, HALF), (HALF, HALF), (A,), (B,), (HALF,)]
    keys = [monomial_key(monomial) for monomial in [*order, ()]]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_atoms_are_told_apart() -> None:
    atoms = [
        *(A, B, Symbol("A", 6), Symbol("A", 4, 2), Symbol("A", 6, 3)),
        *(HALF, THIRD, Floor({(B,): 1}, 3), Floor({(B,): 1, (): 1}, 2)),
    ]
    assert len(set(atoms)) == len(atoms)
    assert len({atom.key for atom in atoms}) == len(atoms)
    for i, atom in enumerate(atoms):
        assert [atom == other for other in atoms] == [i == j for j in range(len(atoms))]
        assert pickle.loads(pickle.dumps(atom)) == atom
        assert hash(copy.deepcopy(atom)) == hash(atom)
    assert HALF != (HALF,)


def test_a_symbol_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        A.name = "B"  # type: ignore[misc]
    assert repr(A) == "Symbol(name='A', nominal=6, multiple_of=2)"


def test_units_of_a_symbol() -> None:
    assert (A.unit(2), A.unit(8), B.unit(1)) == (1, 4, 1)
    assert Symbol("C") == Symbol("C", 1, 1)
    for size in (0, -2):
        with pytest.raises(ValueError, match=f"`A` \\(={size}\\) must be positive"):
            A.unit(size)
    with pytest.raises(ValueError, match="must be a multiple of 2"):
        A.unit(3)


def test_values_by_name() -> None:
    polynomial: Terms = {(A, HALF): 3, (THIRD,): 1, (): 4}
    assert value(polynomial, {}) == 3 * 3 * 2 + (3 + 1) // 3 + 4
    assert value(polynomial, {"A": 10, "B": 9}) == 3 * 5 * 4 + (5 + 1) // 3 + 4


@pytest.mark.parametrize(
    ("terms", "divisor", "quotient"),
    [
        ({(B,): 1, (): 5}, 1, {(B,): 1, (): 5}),
        ({(B,): 4, (): 6}, 4, {(B,): 1, (): 1}),
        ({(B,): 4, (): 5}, 6, {(Floor({(B,): 2, (): 2}, 3),): 1}),
        ({(B,): -1}, 2, {(B,): -1, (Floor({(B,): 1}, 2),): 1}),
        ({(HALF,): 1, (A,): 1, (): 1}, 3, {(Floor({(B,): 1, (A,): 2, (): 2}, 6),): 1}),
        ({(HALF,): 1, (THIRD,): 1}, 3, {(Floor({(HALF,): 1, (THIRD,): 1}, 3),): 1}),
        ({(HALF,): 2, (): 1}, 3, {(Floor({(HALF,): 2, (): 1}, 3),): 1}),
        ({(HALF, B): 1}, 3, {(Floor({(HALF, B): 1}, 3),): 1}),
        ({(): 7}, 2, {(): 3}),
        ({(): -7}, 2, {(): -4}),
        ({}, 2, {}),
    ],
)
def test_floors_of_quotients(terms: Terms, divisor: int, quotient: Terms) -> None:
    assert floor_quotient(terms, divisor) == quotient
