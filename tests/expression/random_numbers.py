"""Random expressions of numbers, booleans and lists."""

import random
from collections.abc import Iterator, Mapping

from tests.expression.oracle import (
    Case,
    Failed,
    arithmetic,
    compared,
    integer,
    made_divisible,
    rounded,
    tighter,
    want_booleans,
    want_list,
    want_numbers,
    wrapped,
)

SCOPE = {"k": 3, "z": 0, "neg": -7, "r": 2.5, "yes_": True, "no_": False, "d": (3, 4, 6, 3)}


class Generator:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def any(self, depth: int) -> Case:
        return self.rng.choice((self.number, self.number, self.number, self.boolean, self.list))(
            depth
        )

    def number(self, depth: int) -> Case:
        rng = self.rng
        if depth == 0:
            return self.leaf()
        if rng.random() < 0.015:
            return rng.choice((self.boolean, self.list))(depth - 1)
        return rng.choice(
            (
                *(self.binary, self.binary, self.binary, self.leaf, self.power, self.sign),
                *(self.rounding, self.extreme, self.item, self.choice, self.divisible, self.length),
            )
        )(depth - 1)

    def leaf(self, _depth: int = 0) -> Case:
        rng = self.rng
        kind = rng.randrange(8)
        if kind < 3:
            text = str(rng.randrange(13))
        elif kind == 3:
            text = str(rng.choice((0, 1, 2, 64, 224, 46341, 65536, 2**31 - 1)))
        elif kind == 4:
            text = rng.choice(("0.5", ".25", "2.", "1e-5", "1.5e2", "3E+1", "0.1", "1e308", "2.5"))
        else:
            name = rng.choice(("k", "z", "neg", "r"))
            return Case(name, "atom", lambda _: SCOPE[name])
        value: int | float = int(text) if text.isdigit() else float(text)
        return Case(text, "atom", lambda _: value)

    def binary(self, depth: int) -> Case:
        sign = self.rng.choice(("+", "-", "*", "*", "/", "//", "//", "%"))
        level = "sum" if sign in "+-" else "product"
        a, b = self.number(depth), self.number(depth)
        space = self.rng.choice(("", " "))
        left, right = wrapped(a, level, self.rng), wrapped(b, tighter(level), self.rng)
        text = f"{left}{space}{sign}{space}{right}"
        return Case(text, level, lambda s: arithmetic(sign, a.compute(s), b.compute(s)))

    def power(self, depth: int) -> Case:
        a, b = self.number(depth), self.number(max(0, depth - 1))
        text = f"{wrapped(a, 'atom', self.rng)}**{wrapped(b, 'sign', self.rng)}"
        return Case(text, "power", lambda s: arithmetic("**", a.compute(s), b.compute(s)))

    def sign(self, depth: int) -> Case:
        sign = self.rng.choice("--+")
        a = self.number(depth)

        def compute(s: Mapping[str, int]) -> object:
            value = a.compute(s)
            want_numbers(value)
            return 0 - value if sign == "-" else value

        return Case(f"{sign}{wrapped(a, 'sign', self.rng)}", "sign", compute)

    def rounding(self, depth: int) -> Case:
        name = self.rng.choice(("floor", "ceil", "round", "round", "abs"))
        a = self.number(depth)

        def compute(s: Mapping[str, int]) -> object:
            value = a.compute(s)
            if name != "abs":
                return rounded(name, value)
            want_numbers(value)
            return value if value >= 0 else -value

        return Case(f"{name}({a.text})", "atom", compute)

    def extreme(self, depth: int) -> Case:
        name = self.rng.choice(("min", "max", "sum"))
        items = [self.number(depth) for _ in range(self.rng.randrange(2, 4))]
        bracketed = name == "sum" or self.rng.random() < 0.4
        listed = ", ".join(item.text for item in items)

        def compute(s: Mapping[str, int]) -> object:
            values = [item.compute(s) for item in items]
            if name == "sum":
                total: object = 0
                for value in values:
                    total = arithmetic("+", total, value)
                return total
            want_numbers(*values)
            best = values[0]
            for value in values[1:]:
                if value > best if name == "max" else value < best:
                    best = value
            return best

        return Case(f"{name}([{listed}])" if bracketed else f"{name}({listed})", "atom", compute)

    def divisible(self, depth: int) -> Case:
        v = self.number(depth)
        divisor, least = self.rng.choice((8, 4, 1, 3)), self.rng.choice((None, None, 16, 0, 5))
        text = v.text if divisor == 8 and least is None else f"{v.text}, {divisor}"
        text += "" if least is None else f", {least}"
        bound = divisor if least is None else least
        return Case(
            f"make_divisible({text})",
            "atom",
            lambda s: made_divisible(v.compute(s), divisor, bound),
        )

    def length(self, depth: int) -> Case:
        a = self.list(depth)
        return Case(f"len({a.text})", "atom", lambda s: len(want_list(a.compute(s))))

    def item(self, depth: int) -> Case:
        a, i = self.list(depth), self.number(0)

        def compute(s: Mapping[str, int]) -> object:
            items = want_list(a.compute(s))
            index = integer(i.compute(s))
            if index >= len(items) or index < -len(items):
                raise Failed("expression-value")
            return items[index]

        return Case(f"{wrapped(a, 'atom', self.rng)}[{i.text}]", "atom", compute)

    def choice(self, depth: int) -> Case:
        a, c, b = self.number(depth), self.boolean(depth), self.number(depth)

        def compute(s: Mapping[str, int]) -> object:
            condition = c.compute(s)
            want_booleans(condition)
            return a.compute(s) if condition else b.compute(s)

        first, middle = wrapped(a, "or", self.rng), wrapped(c, "or", self.rng)
        return Case(f"{first} if {middle} else {b.text}", "if", compute)

    def boolean(self, depth: int) -> Case:
        rng = self.rng
        if depth == 0 or rng.random() < 0.1:
            text = rng.choice(("true", "false", "yes_", "no_"))
            return Case(text, "atom", lambda _: text in ("true", "yes_"))
        if rng.random() < 0.015:
            return self.number(depth - 1)
        return rng.choice((self.comparison, self.comparison, self.logic, self.negation))(depth - 1)

    def comparison(self, depth: int) -> Case:
        rng = self.rng
        count = rng.choice((2, 2, 3, 4))
        kind = rng.choice((self.number,) * 4 + (self.boolean, self.list))
        operands = [kind(depth if count == 2 else min(depth, 1)) for _ in range(count)]
        order = ("==", "!=", "<", "<=", ">", ">=") if kind == self.number else ("==", "!=")
        signs = [rng.choice(order) for _ in operands[1:]]
        text = wrapped(operands[0], "sum", rng)
        for sign, operand in zip(signs, operands[1:], strict=True):
            text += f" {sign} {wrapped(operand, 'sum', rng)}"

        def compute(s: Mapping[str, int]) -> object:
            left = operands[0].compute(s)
            for sign, operand in zip(signs, operands[1:], strict=True):
                right = operand.compute(s)
                if not compared(sign, left, right):
                    return False
                left = right
            return True

        return Case(text, "compare", compute)

    def logic(self, depth: int) -> Case:
        word = self.rng.choice(("and", "or"))
        a, b = self.boolean(depth), self.boolean(depth)

        def compute(s: Mapping[str, int]) -> object:
            left = a.compute(s)
            want_booleans(left)
            if left == (word == "or"):
                return left
            right = b.compute(s)
            want_booleans(right)
            return right

        text = f"{wrapped(a, word, self.rng)} {word} {wrapped(b, tighter(word), self.rng)}"
        return Case(text, word, compute)

    def negation(self, depth: int) -> Case:
        a = self.boolean(depth)

        def compute(s: Mapping[str, int]) -> object:
            value = a.compute(s)
            want_booleans(value)
            return not value

        return Case(f"not {wrapped(a, 'not', self.rng)}", "not", compute)

    def list(self, depth: int) -> Case:
        rng = self.rng
        if depth == 0 or rng.random() < 0.2:
            return Case("d", "atom", lambda _: SCOPE["d"])
        if rng.random() < 0.3:
            return self.slice(depth - 1)
        items = [self.number(min(depth - 1, 2)) for _ in range(rng.randrange(4))]
        text = "[" + ", ".join(item.text for item in items) + "]"
        return Case(text, "atom", lambda s: tuple(item.compute(s) for item in items))

    def slice(self, depth: int) -> Case:
        a = self.list(depth)
        bounds = [self.rng.choice((None, self.number(0))) for _ in range(3)]

        def compute(s: Mapping[str, int]) -> object:
            items = want_list(a.compute(s))
            first, last, step = (None if b is None else integer(b.compute(s)) for b in bounds)
            if step == 0:
                raise Failed("expression-value")
            return tuple(items[i] for i in range(*slice(first, last, step).indices(len(items))))

        written = ":".join("" if b is None else b.text for b in bounds)
        return Case(f"{wrapped(a, 'atom', self.rng)}[{written}]", "atom", compute)


def numbers(seed: int, count: int) -> Iterator[Case]:
    rng = random.Random(seed)
    generator = Generator(rng)
    seen: set[str] = set()
    while len(seen) < count:
        case = generator.any(rng.randrange(1, 5))
        if len(case.text) <= 256 and case.text not in seen:
            seen.add(case.text)
            yield case
