"""Select and chunk: positions and parts that exist."""

from netspec.shape import Symbol
from netspec.testing import Case


def select(dim: int, index: int, *shape: int, fails: bool = False) -> Case:
    return Case({"dim": dim, "index": index}, [shape], fails=fails)


def chunk(chunks: float, dim: int, *shape: int, fails: bool = False) -> Case:
    return Case({"chunks": chunks, "dim": dim}, [shape], fails=fails, symbolic=dim == 1)


UNEVEN = "torch makes the last part smaller, or gives fewer parts"

CASES: dict[str, list[Case]] = {
    "select": [
        select(1, 0, 2, 3),
        select(1, 2, 2, 3),
        select(1, -1, 2, 3, 4),
        select(1, -3, 2, 3, 4),
        select(2, 0, 2, 3, 4),
        select(2, 3, 2, 3, 4),
        select(2, -4, 2, 3, 4, 5),
        select(-1, 2, 2, 3, 4, 5),
        select(-2, 1, 2, 3, 4, 5, 6),
        select(0, 1, 2, 3),
        select(0, 0, 3),
        select(2, 1, 0, 3, 4),
        Case({"dim": 3, "index": -2}, [("N", 3, "H", "W")]),
        select(1, 3, 2, 3, fails=True),
        select(1, -4, 2, 3, fails=True),
        select(2, 0, 2, 3, fails=True),
        select(-3, 0, 2, 3, fails=True),
        select(1, 0, 2, 0, fails=True),
        select(2, 4, 2, 3, 4, fails=True),
        select(0, 0, 0, 3, fails=True),
    ],
    "chunk": [
        chunk(2, 1, 2, 6),
        chunk(3, 1, 2, 6, 4),
        chunk(6, 1, 2, 6, 4, 4),
        chunk(1, 1, 2, 6, 4, 4, 4),
        chunk(3.0, 1, 0, 3),
        chunk(3, 1, 2, 0),
        chunk(2, 2, 2, 3, 4),
        chunk(2, -1, 2, 3, 4),
        chunk(2, 0, 4, 3),
        chunk(4, 0, 4),
        Case({"chunks": 2}, [("N", 6, "H", "W")]),
        Case(
            {"chunks": 4, "dim": 2},
            [("N", 3, "H", "W")],
            dims={"H": Symbol("H", 8, 4)},
        ),
        Case(
            {"chunks": 2, "dim": -1},
            [("N", 3, "H", "W")],
            dims={"W": Symbol("W", 24, 6)},
        ),
        chunk(0, 1, 2, 6, fails=True),
        chunk(-2, 1, 2, 6, fails=True),
        chunk(1.5, 1, 2, 6, fails=True),
        chunk(2, 2, 2, 6, fails=True),
        chunk(2, -3, 2, 6, fails=True),
        chunk(2, 1, 6, fails=True),
        Case({"chunks": 4}, [(2, 6)], stricter=True, because=UNEVEN),
        Case({"chunks": 12}, [(2, 6)], stricter=True, because=UNEVEN),
        Case({"chunks": 5}, [(2, 3)], stricter=True, because=UNEVEN),
        Case({"chunks": 2, "dim": 2}, [("N", 3, "W")], stricter=True, because=UNEVEN),
        Case({"chunks": 2000}, [(2, 2000)], stricter=True, because="more parts than we count"),
    ],
}
