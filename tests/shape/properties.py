"""Properties that hold for all sizes, checked on random ones against plain integers.

Each counts what it saw, so that a test can tell that nothing was vacuous.
"""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import product as grid
from math import ceil, floor, prod

from netspec.shape import (
    Differ,
    Dim,
    Equal,
    Unproved,
    at,
    compare,
    divisible,
    exact_divide,
    least_size,
    substitute,
)
from tests.shape.expressions import (
    MULTIPLES,
    PLAIN,
    Generator,
    Tree,
    divisors_in,
    evaluate,
    is_nested,
    sizes_at,
)

SCOPES = (PLAIN, MULTIPLES)


def check_values(seed: int, count: int) -> Counter[str]:
    """A size has the value that its expression has."""
    generator = Generator(seed, divisors=(2, 3, 4, 5, 7, 8, 32))
    random, seen = generator.random, Counter[str]()
    for i in range(count):
        scope = SCOPES[i % 2]
        tree = generator.tree(random.randint(2, 5))
        size = evaluate(tree, scope)
        seen["all"] += 1
        seen["nested"] += is_nested(tree)
        seen["symbolic"] += isinstance(size, Dim)
        for top in (4, 40, 400, 4000):
            sizes = sizes_at(scope, random.randint(1, top), random.randint(1, top))
            assert at(size, sizes) == evaluate(tree, sizes), (tree, sizes, str(size))
    return seen


def check_verdicts(seed: int, count: int) -> Counter[str]:
    """Equality is decided as brute force does, and what a counter-example says is true."""
    seen = Counter[str]()
    for i in range(count):
        scope = SCOPES[i % 2]
        generator = Generator(seed + i, names=("H", "HW")[i % 3 == 0])
        left = generator.tree(generator.random.randint(1, 3))
        right = generator.rewrite(left)
        if i % 4 > 1:
            right = generator.perturb(right)
        tops = (24, 24) if "W" in str((left, right)) else (200, 1)
        points = [sizes_at(scope, h, w) for h, w in grid(*(range(1, top + 1) for top in tops))]
        is_same = all(evaluate(left, sizes) == evaluate(right, sizes) for sizes in points)
        a, b = evaluate(left, scope), evaluate(right, scope)
        verdict = compare(a, b)
        seen[type(verdict).__name__] += 1
        seen["Equal though unlike"] += verdict == Equal() and a != b
        context = (left, right, str(a), str(b), verdict)
        if isinstance(verdict, Unproved):
            continue
        if isinstance(verdict, Equal):
            assert is_same, context
            continue
        sizes = {name: at(dim, {}) for name, dim in scope.items()} | dict(verdict.sizes)
        assert evaluate(left, sizes) == verdict.left, context
        assert evaluate(right, sizes) == verdict.right, context
        assert verdict.left != verdict.right, context
        check_multiples(left, right, verdict, scope)
        seen["with multiple"] += verdict.multiple_of is not None
    return seen


def check_multiples(left: Tree, right: Tree, verdict: Differ, scope: Mapping[str, Dim]) -> None:
    """Sizes of these multiples make both equal; of one symbol, no lesser ones do."""
    steps = sizes_at(scope, 1, 1)
    is_single = "W" not in str((left, right))

    def is_same(h: int, w: int, count: int) -> bool:
        points = grid(range(h, (count + 1) * h, h), [w] if is_single else range(w, 9 * w, w))
        return all(
            evaluate(left, {"H": i, "W": j}) == evaluate(right, {"H": i, "W": j}) for i, j in points
        )

    context = (left, right, verdict)
    if verdict.multiple_of is None:
        period = prod(divisors_in(left)) * prod(divisors_in(right)) * steps["H"]
        assert not is_single or not is_same(period, 1, 12), context
        return
    found = steps | dict(verdict.multiple_of)
    assert all(found[name] % step == 0 for name, step in steps.items()), context
    assert is_same(found["H"], found["W"], 60), context
    if is_single:
        lesser = range(steps["H"], found["H"], steps["H"])
        assert not any(is_same(h, 1, 600) for h in lesser), context


def check_quotients(seed: int, count: int) -> Counter[str]:
    """Divisibility is decided as brute force does, and exact quotients are exact."""
    seen = Counter[str]()
    for i in range(count):
        scope = SCOPES[i % 2]
        generator = Generator(seed + i)
        random = generator.random
        tree, other = generator.tree(random.randint(1, 3)), generator.tree(random.randint(0, 2))
        k = random.randint(2, 8)
        if i % 3 == 0:
            tree = "*", tree, k
        points = [sizes_at(scope, h, w) for h, w in grid(range(1, 20), range(1, 20))]
        a, b = evaluate(tree, scope), evaluate(other, scope)
        verdict = divisible(a, k)
        seen[f"divisible {type(verdict).__name__}"] += 1
        if isinstance(verdict, Differ):
            sizes = {name: at(dim, {}) for name, dim in scope.items()} | dict(verdict.sizes)
            assert evaluate(tree, sizes) == verdict.left, (tree, k, verdict)
            assert verdict.left % k == verdict.right != 0, (tree, k, verdict)
        if isinstance(verdict, Equal):
            assert all(evaluate(tree, sizes) % k == 0 for sizes in points), (tree, k)
        assert (exact_divide(a, k) is not None) == (verdict == Equal()), (tree, k)
        quotient = exact_divide(a, b)
        if quotient is not None:
            seen["quotient"] += 1
            assert all(at(quotient, s) * at(b, s) == at(a, s) for s in points), (tree, other)
        if isinstance(a, Dim) and isinstance(b, Dim) and isinstance(a * b, Dim):
            seen["product"] += 1
            assert exact_divide(a * b, b) == a, (tree, other)
    return seen


def check_substitutes(seed: int, count: int) -> Counter[str]:
    """To replace a symbol is to evaluate the expression with another size."""
    seen = Counter[str]()
    for i in range(count):
        generator = Generator(seed + i)
        scope = SCOPES[i % 2]
        tree, other = generator.tree(3), generator.tree(2)
        replacement = evaluate(other, PLAIN) * 96
        size = substitute(evaluate(tree, scope), {"H": replacement})
        seen["symbolic"] += isinstance(size, Dim)
        for h, w in grid((1, 5, 24, 111), (1, 6, 8)):
            sizes = {"H": h, "W": w * 6}
            inner = sizes | {"H": evaluate(other, sizes) * 96}
            outer = substitute(replacement, {"W": PLAIN["W"] * 6})
            assert at(outer, {"H": h, "W": w}) == inner["H"]
            mixed = substitute(size, {"W": scope["W"]})
            assert at(mixed, sizes) == evaluate(tree, inner), (tree, other, sizes)
    return seen


def check_least(seed: int, count: int) -> Counter[str]:
    """The least size is the one that brute force finds."""
    seen = Counter[str]()
    for i in range(count):
        scope = SCOPES[i % 2]
        generator = Generator(seed + i, names="HHHW", divisors=(2, 3, 4))
        random = generator.random
        trees: list[Tree] = [
            ("-", generator.tree(random.randint(1, 3)), random.randint(-5, 60))
            for _ in range(random.randint(1, 3))
        ]
        (symbol,) = scope["H"].symbols
        nominal = {"W": at(scope["W"], {})}
        step = symbol.multiple_of
        found = least_size([evaluate(tree, scope) for tree in trees], symbol)

        def is_met(size: int) -> bool:
            sizes = nominal | {"H": size}  # noqa: B023
            return all(evaluate(tree, sizes) >= 0 for tree in trees)  # noqa: B023

        if found is None:
            seen["none"] += 1
            late = range(20_000 * step, 20_500 * step, step)
            assert not all(map(is_met, late)), (trees, scope)
            continue
        seen["more than one unit" if found > step else "one unit"] += 1
        assert found % step == 0
        assert all(map(is_met, range(found, found + 200 * step, step))), (trees, found)
        assert found == step or not is_met(found - step), (trees, found)
    return seen


def check_text(seed: int, count: int) -> Counter[str]:
    """The text of a size, evaluated with fractions, has the size's value."""
    generator = Generator(seed, divisors=(2, 3, 4, 5, 8, 64))
    random, seen = generator.random, Counter[str]()
    for i in range(count):
        scope = SCOPES[i % 2]
        size = evaluate(generator.tree(random.randint(1, 4)), scope)
        text = str(size)
        seen.update(word for word in ("floor", "ceil", "/", "W/") if word in text)
        for top in (5, 500):
            sizes = sizes_at(scope, random.randint(1, top), random.randint(1, top))
            names = {name: Fraction(k) for name, k in sizes.items()}
            result = eval(text, {"floor": floor, "ceil": ceil}, names)
            assert result == at(size, sizes), (text, sizes)
    return seen
