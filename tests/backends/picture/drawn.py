"""What an SVG file shows, with absolute places: boxes, words and lines."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = r"-?\d+(?:\.\d+)?"
_MOVE = re.compile(rf"translate\(({_NUMBER}) ({_NUMBER})\)")
_NUMBERS = re.compile(_NUMBER)

Point = tuple[float, float]
_Piece = tuple[float, float, list[Point]]


@dataclass(frozen=True)
class Area:
    name: str
    left: float
    top: float
    right: float
    bottom: float

    def is_crossed(self, start: Point, end: Point) -> bool:
        """By a line that is horizontal or vertical?"""
        (x1, x2), (y1, y2) = sorted((start[0], end[0])), sorted((start[1], end[1]))
        return x1 < self.right and x2 > self.left and y1 < self.bottom and y2 > self.top


@dataclass
class Drawn:
    words: list[Area] = field(default_factory=list)
    boxes: list[Area] = field(default_factory=list)
    lines: list[list[Point]] = field(default_factory=list)

    def crossed_words(self) -> list[str]:
        return [
            word.name
            for word in self.words
            for line in self.lines
            for start, end in pairwise(line)
            if word.is_crossed(start, end)
        ]

    def doubled_lines(self) -> list[str]:
        """Where two lines run over each other that neither leave one place nor reach one."""
        tracks: dict[str, list[_Piece]] = defaultdict(list)
        for line in self.lines:
            for (x1, y1), (x2, y2) in pairwise(line):
                if x1 == x2:
                    tracks[f"x = {round(x1)}"].append((min(y1, y2), max(y1, y2), line))
                if y1 == y2:
                    tracks[f"y = {round(y1)}"].append((min(x1, x2), max(x1, x2), line))
        return [
            track
            for track, pieces in tracks.items()
            for one, other in combinations(pieces, 2)
            if _is_doubled(one, other)
        ]


def _is_doubled(one: _Piece, other: _Piece) -> bool:
    """Do two pieces of one track share more than a pixel?"""
    (start, end, line), (first, last, another) = one, other
    meet = line[0] == another[0] or line[-1] == another[-1]
    return not meet and min(end, last) - max(start, first) > 1


def read(svg: str) -> Drawn:
    drawn = Drawn()
    _visit(ElementTree.fromstring(svg), 0, 0, drawn)
    return drawn


def _visit(element: ElementTree.Element, x: float, y: float, drawn: Drawn) -> None:
    moved = _MOVE.match(element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    kind = element.get("class", "").split()
    if element.tag == SVG + "text":
        drawn.words.append(_word(element, kind, x, y))
    if element.tag == SVG + "path" and "edge" in kind:
        found = _NUMBERS.findall(element.get("d", ""))  # with corners as they are without rounding
        points = zip(found[::2], found[1::2], strict=True)
        drawn.lines.append([(x + float(a), y + float(b)) for a, b in points])
    if element.tag == SVG + "rect" and "box" in kind:
        w, h = float(element.get("width", 0)), float(element.get("height", 0))
        drawn.boxes.append(Area(" ".join(kind), x, y, x + w, y + h))
    for child in element:
        _visit(child, x, y, drawn)


def _word(element: ElementTree.Element, kind: list[str], x: float, y: float) -> Area:
    """The place of a text, by a width that holds for the usual fonts."""
    text = element.text or ""
    size = 11 if {"label", "mono", "small"} & set(kind) else 13
    width = len(text) * size * (0.6 if size == 11 else 0.5)
    left, base = x + float(element.get("x", 0)), y + float(element.get("y", 0))
    if "count" in kind:
        left -= width
    if "symbol" in kind:
        left -= width / 2
    return Area(text, left + 1, base - 0.7 * size, left + width - 1, base)
