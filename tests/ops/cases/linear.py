"""Cases of netspec.ops.linear."""

from netspec.shape import symbol
from netspec.testing import Case

N_BY_L = symbol("N", 2) * symbol("L", 7)

LINEAR = [
    Case({"out_features": 4}, [("N", 3)]),
    Case({"out_features": 4, "bias": False}, [("N", 3)]),
    Case({"out_features": 1}, [("N", 1)]),
    Case({"out_features": 4}, [("N", "L", 3)]),
    Case({"out_features": 4, "bias": False}, [("N", "L", 3)]),
    Case({"out_features": 4}, [("N", "H", "W", 3)]),
    Case({"out_features": 4}, [(2, 1, 2, 1, 2, 1, 2, 3)], symbolic=False),
    Case({"out_features": 4}, [(N_BY_L, 3)]),
    Case({"out_features": 4}, [(0, 3)]),
    Case({"out_features": 4.0, "bias": True}, [("N", 1, "L", 1, 3)]),
    Case({"out_features": 4}, [(2, 0)]),
    Case({"out_features": 4}, [(2, 0, 3)], symbolic=False),
    # refused
    Case({"out_features": -1}, [(2, 3)], fails=True),
    Case({"out_features": 2.5}, [(2, 3)], fails=True),
    Case({}, [(2, 3)], fails=True),
    Case(
        {"out_features": 0},
        [(2, 3)],
        stricter=True,
        because="an output without elements",
    ),
    Case(
        {"out_features": 4, "bias": "yes"},
        [(2, 3)],
        stricter=True,
        because="text is no boolean",
    ),
    Case(
        {"out_features": 4, "in_features": 3},
        [(2, 3)],
        stricter=True,
        because="inferred, so no argument",
    ),
    Case({"out_features": 4}, [(3,)], stricter=True, because="there is a batch"),
    Case(
        {"out_features": 4},
        [("N", 3, "W")],
        stricter=True,
        because="the size of a weight may not depend on a free dim",
    ),
]

MATMUL = [
    Case({}, [("N", 3), (3, 4)]),
    Case({}, [("N", "L", 3), ("N", 3, 4)]),
    Case({}, [("N", "L", 3), ("N", 3, "L")]),
    Case({}, [("N", "L", "D"), ("N", "D", "L")]),
    Case({}, [("N", 4, "L", 3), ("N", 4, 3, "L")]),
    Case({}, [("N", "H", "L", 3), ("N", "H", 3, 2)]),
    Case({}, [(2, 1, 1), (2, 1, 1)], symbolic=False),
    Case({}, [(2, 1, 2, 1, 2, 1, 3, 4), (2, 1, 2, 1, 2, 1, 4, 5)], symbolic=False),
    Case({}, [(0, 3, 4), (0, 4, 5)], symbolic=False),
    Case({}, [(2, 0, 4), (2, 4, 5)], symbolic=False),
    Case({}, [(2, 3, 0), (2, 0, 5)], symbolic=False),
    # refused
    Case({}, [(2, 3, 4), (2, 3, 4)], fails=True),
    Case({}, [(2, 3), (4, 2)], fails=True),
    Case({}, [(2, 3, 4), (3, 4, 5)], fails=True),
    Case({}, [("N", "H", 4), ("N", "H", 4)], fails=True),
    Case({}, [(2, 3, 4), (1, 4, 5)], stricter=True, because="nothing is broadcast"),
    Case({}, [(2, 3, 4), (4, 5)], stricter=True, because="nothing is broadcast"),
    Case({}, [(4,), (4,)], stricter=True, because="there is a batch"),
    Case(
        {"transpose": True},
        [(2, 3, 4), (2, 4, 5)],
        stricter=True,
        because="no such argument",
    ),
    Case(
        {},
        [("N", "H", "W"), ("N", "W2", "H")],
        {"W2": 10},
        stricter=True,
        because="the dims are equal at their nominal sizes alone",
    ),
]

MULTIHEAD_ATTENTION = [
    Case({"num_heads": 2}, [("N", "L", 8)]),
    Case({"num_heads": 1}, [("N", "L", 8)]),
    Case({"num_heads": 8}, [("N", 1, 8)]),
    Case({"num_heads": 2, "bias": False}, [("N", "L", 8)]),
    Case({"num_heads": 2, "dropout": 0.3}, [("N", "L", 8)]),
    Case({"num_heads": 2, "dropout": 1}, [("N", "L", 8)]),
    Case({"num_heads": 2}, [("N", "L", 8)] * 3),
    Case({"num_heads": 2}, [("N", "L", 8), ("N", "S", 8), ("N", "S", 8)]),
    Case({"num_heads": 2}, [("N", "L", 8), ("N", "S", 6), ("N", "S", 4)]),
    Case({"num_heads": 2}, [("N", "L", 8), ("N", "S", 8), ("N", "S", 4)]),
    Case({"num_heads": 2, "bias": False}, [("N", "L", 8), ("N", "S", 6), ("N", "S", 8)]),
    Case({"num_heads": 3}, [("N", 5, 9), ("N", 4, 9), ("N", 4, 9)]),
    Case({"num_heads": 2}, [(0, 5, 8)], symbolic=False),
    Case({"num_heads": 2}, [(2, 0, 8)], symbolic=False),
    Case({"num_heads": 2}, [(2, 5, 8), (2, 0, 8), (2, 0, 8)], symbolic=False),
    # refused
    Case({"num_heads": 3}, [(2, 5, 8)], fails=True),
    Case({"num_heads": 0}, [(2, 5, 8)], fails=True),
    Case({"num_heads": -2}, [(2, 5, 8)], fails=True),
    Case({"num_heads": 2}, [(2, 5, 0)], fails=True),
    Case({"num_heads": 2, "dropout": 1.5}, [(2, 5, 8)], fails=True),
    Case({"num_heads": 2}, [(2, 5, 8), (3, 7, 8), (3, 7, 8)], fails=True),
    Case({"num_heads": 2}, [(2, 5, 8), (2, 7, 8), (2, 6, 8)], fails=True),
    Case({"num_heads": 2}, [(2, 5, 8, 1)], fails=True),
    Case({"num_heads": 2}, [(2, 5, 8), (2, 7, 8, 1), (2, 7, 8, 1)], fails=True),
    Case(
        {"num_heads": 2, "batch_first": False},
        [(2, 5, 8)],
        stricter=True,
        because="the batch is always first, so no argument",
    ),
]

CASES = {"linear": LINEAR, "matmul": MATMUL, "multihead_attention": MULTIHEAD_ATTENTION}
