"""Sizes as texts: which expressions of the dims give what was seen at a few points.

A size is a vector, one number for each point. Several texts may fit it there and differ elsewhere,
so that a spec which says one of them is a near miss.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from random import Random

Vector = tuple[int, ...]
Points = Sequence[Mapping[str, int]]


class Forms:
    """The texts for vectors of sizes."""

    def __init__(self, draw: Random, points: Points) -> None:
        self.draw = draw
        self.points = points
        self.texts: dict[Vector, list[str]] = {}
        for name in points[0]:
            for text, vector in _forms(name, [point[name] for point in points]):
                self.texts.setdefault(vector, []).append(text)
        dims = [name for name in points[0] if name != "N"]
        for left, right in pairwise(dims):
            vector = tuple(point[left] * point[right] for point in points)
            self.texts.setdefault(vector, []).append(f"{left} * {right}")

    def say(self, vector: Vector) -> int | str | None:
        """A number, a text, or None where there is neither."""
        if len(set(vector)) == 1 and (len(vector) > 1 or self.draw.random() < 0.7):
            return vector[0]
        found = self.texts.get(vector)
        if not found:
            return None
        return found[0] if self.draw.random() < 0.9 else self.draw.choice(found)


def _forms(name: str, sizes: Sequence[int]) -> Iterator[tuple[str, Vector]]:
    """Simple forms first."""
    yield name, tuple(sizes)
    for factor in (2, 3, 4):
        yield f"{factor} * {name}", tuple(factor * size for size in sizes)
    for offset in (-1, 1, -2, 2, -3, 3, -4, 4):
        shifted = tuple(size + offset for size in sizes)
        yield f"{name} {'+' if offset > 0 else '-'} {abs(offset)}", shifted
    for divisor in (2, 3, 4):
        yield f"{name} // {divisor}", tuple(size // divisor for size in sizes)
        yield f"ceil({name} / {divisor})", tuple(-(-size // divisor) for size in sizes)
        for offset in (1, -1, -2, -3, 2, 3):
            shifted = tuple((size + offset) // divisor for size in sizes)
            yield f"floor(({name} + {offset}) / {divisor})", shifted
            yield f"({name} + {offset}) // {divisor} + 1", tuple(size + 1 for size in shifted)


def reshaped(draw: Random, shape: Sequence[Vector], forms: Forms) -> list[object] | None:
    """The argument of `reshape`: two neighbors joined, or one cut in two."""
    sizes = list(shape)
    at = draw.randrange(len(sizes))
    if at and draw.random() < 0.6:
        joined = zip(sizes[at - 1], sizes[at], strict=True)
        sizes[at - 1 : at + 1] = [tuple(a * b for a, b in joined)]
    else:
        fitting = [n for n in (1, 2, 3, 4) if all(size % n == 0 for size in sizes[at])]
        part = draw.choice(fitting)
        sizes[at : at + 1] = [tuple(size // part for size in sizes[at]), (part,) * len(sizes[at])]
    said: list[object] = [forms.say(size) for size in sizes]
    if said.count(None) > 1:
        return None
    if None not in said and draw.random() < 0.5:
        said[draw.randrange(len(said))] = None
    return ["_" if size is None else size for size in said]


def expanded(draw: Random, shape: Sequence[Vector], forms: Forms) -> list[object]:
    """The argument of `expand`."""
    wanted: list[object] = []
    for size in shape:
        said = forms.say(size)
        stretched = draw.choice([1, 2, 3, "N"]) if set(size) == {1} else said
        wanted.append("_" if stretched is None or draw.random() < 0.4 else stretched)
    return [2, *wanted] if draw.random() < 0.2 else wanted


def declared(shape: Sequence[Vector], forms: Forms) -> list[object]:
    """What a spec may say of a shape; `_` for what it cannot."""
    return ["_" if (said := forms.say(size)) is None else said for size in shape]
