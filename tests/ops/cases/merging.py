"""Sums, products and concatenations: what must be equal, and what may stretch."""

from netspec.shape import symbol
from netspec.testing import Case

TORCH_STRETCHES = "torch stretches size 1 in silence"
SHAPES = [(2, 3), (2, 3, 5), (2, 3, 4, 5), (2, 3, 4, 5, 6), (3,), (0, 3, 4), (2, 0)]
H = symbol("H", 9)

EQUAL = [
    *[Case({}, [shape, shape]) for shape in SHAPES],
    *[Case({}, [shape] * 3) for shape in SHAPES[:3]],
    Case({}, [(2, 3, 4)] * 5),
    Case({"broadcast": True}, [(2, 3, 4)] * 2),
    Case({}, [("N", 3, "H", "W"), ("N", 3, "H", "W")]),
    Case({}, [("N", 3, H // 2 + 1), ("N", 3, (H + 2) // 2)]),
    Case({}, [(2, 3, 56), (2, 3, 28)], fails=True),
    Case({}, [(2, 3, 4), (2, 5, 4)], fails=True),
    Case({}, [(2, 3), (2, 3), (2, 4)], fails=True),
    Case({}, [(2, 3), (3, 3)], fails=True),
    Case({}, [(2, 3, 4), (2, 3)], fails=True),
    Case({}, [(2, 3, 1, 1), (2, 3, 4, 4)], stricter=True, because=TORCH_STRETCHES),
    Case({}, [(2, 3), (1, 3)], stricter=True, because=TORCH_STRETCHES),
    Case({}, [(4, 3), (3,)], stricter=True, because="torch prepends dimensions in silence"),
    Case({}, [("N", 3, "W"), ("N", 3, 10)], stricter=True, because="equal at the nominal W only"),
]

STRETCHED = [
    Case({"broadcast": True}, [("N", 3, "H", "W"), ("N", 3, 1, 1)]),
    Case({"broadcast": True}, [("N", 3, 1, 1), ("N", 3, "H", "W")]),
    Case({"broadcast": True}, [("N", 3, "H", 1), ("N", 3, 1, "W")]),
    Case({"broadcast": True}, [("N", 3, "H", "W"), (3, 1, 1)]),
    Case({"broadcast": True}, [("W",), ("N", 3, "H", 1)]),
    Case({"broadcast": True}, [("N", 1), (1, 3), (1, 1)]),
    Case({"broadcast": True}, [(2, 3, 4), (1,)], symbolic=False),
    Case({"broadcast": True}, [(2, 3, 0), (2, 1, 1)], symbolic=False),
    Case({"broadcast": True}, [("N", 1, "W"), (1, 8, 1), ("N", 8, "W")]),
    Case({"broadcast": True}, [(2, 3, 4), (2, 2, 4)], fails=True),
    Case({"broadcast": True}, [(2, 3, 4), (2, 3)], fails=True),
    Case({"broadcast": True}, [(2, 1), (1, 3), (2, 4)], fails=True),
    Case({"broadcast": True}, [(2, 3, 0), (2, 3, 2)], fails=True),
]

IN_PLACE = [
    Case({"inplace": True}, [(2, 3), (2, 3)]),
    Case({"inplace": True}, [("N", 3, "H", "W"), ("N", 3, "H", "W")]),
    Case({"inplace": True}, [(2, 3, 4)] * 3),
    Case({"inplace": True, "broadcast": True}, [("N", 3, "H", "W"), ("N", 3, 1, 1)]),
    Case({"inplace": True, "broadcast": True}, [("N", 3, "W"), (3, 1), (1,)]),
    Case({"inplace": True, "broadcast": True}, [(2, 3, 1), (2, 3, 4)], fails=True),
    Case({"inplace": True, "broadcast": True}, [(3,), (2, 3)], fails=True),
    Case({"inplace": True, "broadcast": True}, [(2, 1), (2, 1), (2, 3)], fails=True),
    Case({"inplace": True}, [(2, 3), (2, 4)], fails=True),
]

CONCAT = [
    Case({}, [(2, 3), (2, 4)]),
    Case({}, [(2, 3, 5), (2, 4, 5), (2, 1, 5)]),
    Case({}, [("N", 3, "H", "W"), ("N", 5, "H", "W")]),
    Case({}, [(2, 3, 4, 5)]),
    Case({}, [(2, 3, 4, 5, 6)] * 4),
    Case({}, [(2, 0, 4), (2, 4, 4)]),
    Case({}, [(0, 3), (0, 3)]),
    Case({"dim": 0}, [(2, 3, 4), (5, 3, 4)]),
    Case({"dim": 0}, [(3,), (2,)]),
    Case({"dim": -1}, [("N", 3, "H"), ("N", 3, "W")]),
    Case({"dim": 2}, [("N", 3, "H", "W"), ("N", 3, 7, "W"), ("N", 3, H // 2, "W")]),
    Case({"dim": -4}, [("N", 3, "H", "W"), (2, 3, "H", "W")]),
    Case({}, [(2, 3, 4), (2, 3, 5)], fails=True),
    Case({}, [(2, 3, 4), (3, 3, 4)], fails=True),
    Case({}, [(2, 3, 4), (2, 3)], fails=True),
    Case({"dim": 2}, [(2, 3), (2, 3)], fails=True),
    Case({"dim": -3}, [(2, 3), (2, 3)], fails=True),
    Case({}, [(3,), (3,)], fails=True),
    Case({"dim": 0}, [(2, 3), (2, 3), (2, 4)], fails=True),
    Case({}, [(0,), (2, 3)], stricter=True, because="torch skips empty tensors of rank 1"),
    Case({}, [("N", 3, "W"), ("N", 3, 10)], stricter=True, because="equal at the nominal W only"),
]


CASES: dict[str, list[Case]] = {
    "add": [*EQUAL, *STRETCHED, *IN_PLACE],
    "mul": [*EQUAL, *STRETCHED],
    "concat": CONCAT,
}
