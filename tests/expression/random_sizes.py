"""Random expressions of free sizes."""

import math
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction

from tests.expression.oracle import Case, Failed, outcome, plain, tighter, wrapped

SIZES = [
    {"H": 32 * h, "W": w}
    for h in (1, 2, 3, 5, 7)
    for w in (*range(1, 17), 24, 36, 55, 97, 224, 255)
]


class SizeGenerator:
    """Expressions over `H`, a multiple of 32, and `W`."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def size(self, depth: int) -> Case:
        rng = self.rng
        if depth == 0 or rng.random() < 0.1:
            if rng.random() < 0.3:
                value = rng.randrange(9)
                return Case(str(value), "atom", lambda _: value)
            name = rng.choice("HW")
            return Case(name, "atom", lambda s: s[name])
        kinds = (self.binary, self.binary, self.divided, self.divided, self.rounded, self.exact)
        return rng.choice((*kinds, self.sign))(depth - 1)

    def binary(self, depth: int) -> Case:
        sign = self.rng.choice("++-*")
        level = "product" if sign == "*" else "sum"
        a, b = self.size(depth), self.size(depth)
        text = f"{wrapped(a, level, self.rng)} {sign} {wrapped(b, tighter(level), self.rng)}"
        return Case(text, level, lambda s: plain(sign, a.compute(s), b.compute(s)))

    def divided(self, depth: int) -> Case:
        sign, c = self.rng.choice(("//", "%")), self.rng.choice((1, 2, 3, 4, 8, 32, -2, -3))
        a = self.size(depth)
        text = f"{wrapped(a, 'product', self.rng)} {sign} {c}"
        return Case(text, "product", lambda s: plain(sign, a.compute(s), c))

    def rounded(self, depth: int) -> Case:
        name, c = self.rng.choice(("floor", "ceil")), self.rng.choice((1, 2, 3, 4, 7, 16, 32, -2))
        a = self.size(depth)

        def compute(s: Mapping[str, int]) -> object:
            exact = Fraction(a.compute(s), c)
            return math.floor(exact) if name == "floor" else math.ceil(exact)

        return Case(f"{name}({wrapped(a, 'product', self.rng)} / {c})", "atom", compute)

    def times(self, c: int, a: Case) -> Case:
        text = f"{c} * {wrapped(a, 'sign', self.rng)}"
        return Case(text, "product", lambda s: c * a.compute(s))

    def exact(self, depth: int) -> Case:
        c = self.rng.choice((2, 4, 32, 3, -2))
        a = self.size(depth)
        if self.rng.random() < 0.7:
            a = self.times(abs(c), a)
        if len({str(outcome(lambda s=s: a.compute(s))) for s in SIZES}) == 1:
            return a  # integers divide to floats, which is the business of the other generator

        def compute(s: Mapping[str, int]) -> object:
            exact = Fraction(a.compute(s), c)
            if exact.denominator != 1:
                raise Failed("not-whole")
            return exact.numerator

        return Case(f"{wrapped(a, 'product', self.rng)} / {c}", "product", compute)

    def sign(self, depth: int) -> Case:
        a = self.size(depth)
        return Case(f"-{wrapped(a, 'sign', self.rng)}", "sign", lambda s: -a.compute(s))


def sizes(seed: int, count: int) -> Iterator[Case]:
    rng = random.Random(seed)
    generator = SizeGenerator(rng)
    while count:
        case = generator.size(rng.randrange(1, 5))
        if len(case.text) <= 256 and ("H" in case.text or "W" in case.text):
            count -= 1
            yield case
