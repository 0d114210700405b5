"""Random arithmetic on sizes, which Python's integers and `Dim` evaluate alike."""

import operator
from collections.abc import Mapping
from random import Random

from netspec.shape import Dim, Size, symbol

Tree = str | int | tuple[str, "Tree", "Tree"]

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
}

PLAIN = {"H": symbol("H", 224), "W": symbol("W", 7)}
MULTIPLES = {"H": symbol("H", 224, 32), "W": symbol("W", 12, 6)}


def evaluate(tree: Tree, scope: Mapping[str, Size]) -> Size:
    if isinstance(tree, str):
        return scope[tree]
    if isinstance(tree, int):
        return tree
    sign, left, right = tree
    return OPERATORS[sign](evaluate(left, scope), evaluate(right, scope))


def sizes_at(scope: Mapping[str, Dim], *units: int) -> dict[str, int]:
    """Sizes by name, from units of `multiple_of`."""
    factors = [next(iter(dim.symbols)).multiple_of for dim in scope.values()]
    return {name: u * k for name, u, k in zip(scope, units, factors, strict=True)}


def has_floor(tree: Tree) -> bool:
    if not isinstance(tree, tuple):
        return False
    sign, left, right = tree
    return (
        (sign in ("//", "%") and not isinstance(left, int)) or has_floor(left) or has_floor(right)
    )


def is_nested(tree: Tree) -> bool:
    """Whether a floor stands inside of a floor."""
    if not isinstance(tree, tuple):
        return False
    sign, left, right = tree
    return (sign in ("//", "%") and has_floor(left)) or is_nested(left) or is_nested(right)


def divisors_in(tree: Tree) -> list[int]:
    if not isinstance(tree, tuple):
        return []
    sign, left, right = tree
    here = [right] if sign in ("//", "%") and isinstance(right, int) else []
    return here + divisors_in(left) + divisors_in(right)


class Generator:
    def __init__(self, seed: int, names: str = "HW", divisors: tuple[int, ...] = (2, 3, 4, 6, 8)):
        self.random = Random(seed)
        self.names = names
        self.divisors = divisors

    def tree(self, depth: int) -> Tree:
        random = self.random
        if depth == 0:
            return random.choice(self.names)
        kind = random.random()
        if kind < 0.45:
            return self.strided(depth)
        if kind < 0.55:
            return "%", self.tree(depth - 1), random.choice(self.divisors)
        if kind < 0.8:
            other = random.choice([random.randint(-9, 9), self.tree(random.randrange(depth))])
            return random.choice("+-"), self.tree(depth - 1), other
        other = self.tree(0) if random.random() < 0.3 else random.choice([-2, 2, 3, 5])
        return "*", self.tree(depth - 1), other

    def strided(self, depth: int) -> Tree:
        """As convolutions, pools and upsampling make them, with other terms beside now and then."""
        random = self.random
        tree: Tree = "+", self.tree(depth - 1), random.randint(-7, 7)
        if random.random() < 0.3:
            tree = "*", tree, random.choice([-1, 2, 3, 5])
        if random.random() < 0.2:
            tree = "+", tree, self.tree(random.randrange(depth))
        return "//", tree, random.choice(self.divisors)

    def rewrite(self, tree: Tree) -> Tree:
        """Another expression for the same function."""
        if isinstance(tree, tuple):
            tree = (tree[0], self.rewrite(tree[1]), self.rewrite(tree[2]))
        if isinstance(tree, int) or self.random.random() < 0.4:
            return tree
        k = self.random.choice([2, 3])
        choice = self.random.randrange(5)
        if choice == 0:
            return "+", ("*", ("//", tree, k), k), ("%", tree, k)
        if choice == 1:  # Hermite's identity
            return "+", ("//", tree, 2), ("//", ("+", tree, 1), 2)
        if tree[0] == "//":
            inner, divisor = tree[1], tree[2]
            assert isinstance(divisor, int)
            if choice == 2:
                return "//", ("*", inner, k), divisor * k
            if choice == 3:
                shifted = "+", inner, ("*", "H", divisor)
                return "-", ("//", shifted, divisor), "H"
            if divisor % 2 == 0:
                return "//", ("//", inner, 2), divisor // 2
        if tree[0] in ("+", "*"):
            return tree[0], tree[2], tree[1]
        return tree

    def perturb(self, tree: Tree) -> Tree:
        """Nearly the same expression, and often another function."""
        if not isinstance(tree, tuple) or self.random.random() < 0.3:
            return "+", tree, self.random.choice([-1, 1])
        sign, left, right = tree
        return sign, self.perturb(left), right
