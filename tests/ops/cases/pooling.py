"""Cases of netspec.ops.pooling."""

from itertools import product

from netspec.shape import Symbol
from netspec.testing import Case

WINDOWS = [
    {"kernel_size": 3},
    {"kernel_size": 1},
    {"kernel_size": 2, "stride": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 3, "stride": 1, "padding": 1},
    {"kernel_size": 2, "stride": 5, "padding": 1},
    {"kernel_size": 3, "stride": 4},
    {"kernel_size": 5, "stride": 3, "padding": 2},
]
BOTH = [
    *(
        Case({**window, "ceil_mode": ceil_mode}, [shape])
        for window, ceil_mode, shape in product(
            WINDOWS, (False, True), [("N", 3, "L"), ("N", 3, "H", "W")]
        )
    ),
    *(
        Case({**window, "ceil_mode": ceil_mode}, [("N", 2, "D", "H", "W")], {"H": 6, "W": 5})
        for window, ceil_mode in product(WINDOWS[2:], (False, True))
    ),
    Case({"kernel_size": (3, 2), "stride": (1, 4), "padding": (1, 0)}, [("N", 3, "H", "W")]),
    Case({"kernel_size": (1, 2, 3), "stride": (2, 1, 2)}, [(1, 2, 5, 6, 7)]),
    Case({"kernel_size": (2,), "stride": (3,)}, [("N", 3, "L")]),
    Case({"kernel_size": 2}, [("N", 3, "H", "W")], {"H": Symbol("H", 8, 4)}),
    Case({"kernel_size": 7, "stride": 1}, [(2, 3, 7, 7)]),
    Case({"kernel_size": 3}, [(0, 3, 8, 8)]),
    # the last window begins in the padding, or beyond the input
    Case({"kernel_size": 2, "stride": 2, "padding": 1, "ceil_mode": True}, [(2, 3, 5, 5)]),
    Case({"kernel_size": 3, "stride": 2, "ceil_mode": True}, [(2, 3, 2, 2)]),
    Case({"kernel_size": 3, "stride": 4, "ceil_mode": True}, [(2, 3, 1, 1)]),
    # refused
    Case({"kernel_size": 3, "padding": 2}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 1, "padding": 1}, [(2, 3, 8)], fails=True),
    Case({"kernel_size": (4, 2), "padding": 2}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 9}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": (3, 9)}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 3, "stride": 2, "ceil_mode": True}, [(2, 3, 1, 1)], fails=True),
    Case({"kernel_size": 0}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 2, "stride": 0}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 2, "padding": -1}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 2, "padding": 1}, [(2, 3, 0, 8)], fails=True),
    Case({"kernel_size": 2, "padding": 1}, [(0, 3, 0, 8)], fails=True),
    Case({"kernel_size": 3, "stride": 4, "ceil_mode": True}, [(2, 3, 0)], fails=True),
    Case({"kernel_size": 2}, [(2, 0, 8, 8)], fails=True),
    Case({"kernel_size": (2, 2, 2)}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 2}, [(2, 3)], stricter=True, because="there is a batch"),
    Case({"kernel_size": 2}, [(2, 3, 4, 5, 6, 7)], fails=True),
]

MAX_POOL = [
    *BOTH,
    Case({"kernel_size": 3, "dilation": 2}, [("N", 3, "H", "W")]),
    Case({"kernel_size": 3, "dilation": 2, "padding": 1}, [("N", 3, "L")]),
    Case({"kernel_size": 3, "dilation": (2, 3), "stride": 3, "padding": 1}, [("N", 3, "H", "W")]),
    Case(
        {"kernel_size": 3, "dilation": 2, "stride": 4, "padding": 1, "ceil_mode": True},
        [("N", 3, "H", "W")],
    ),
    Case({"kernel_size": 2, "dilation": 3, "padding": 1}, [("N", 2, "D", "H", "W")]),
    # refused
    Case({"kernel_size": 3, "dilation": 2, "padding": 2}, [(2, 3, 9, 9)], fails=True),
    Case({"kernel_size": 3, "dilation": 2, "padding": 2}, [(2, 3, 9)], fails=True),
    Case({"kernel_size": 3, "dilation": 2, "padding": 2}, [(2, 3, 9, 9, 9)], fails=True),
    Case({"kernel_size": 3, "dilation": 4}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 3, "dilation": 0}, [(2, 3, 8, 8)], fails=True),
    Case(
        {"kernel_size": 3, "return_indices": True},
        [(2, 3, 8, 8)],
        stricter=True,
        because="no such argument",
    ),
]

AVG_POOL = [
    *BOTH,
    Case({"kernel_size": 3, "padding": 1, "count_include_pad": False}, [("N", 3, "H", "W")]),
    Case({"kernel_size": 3, "padding": 1, "count_include_pad": False}, [("N", 3, "L")]),
    Case({"kernel_size": 3, "divisor_override": 1}, [("N", 3, "H", "W")]),
    Case({"kernel_size": 3, "divisor_override": -2}, [("N", 2, "D", "H", "W")]),
    # refused
    Case({"kernel_size": 3, "divisor_override": 0}, [(2, 3, 8, 8)], fails=True),
    Case({"kernel_size": 3, "divisor_override": 2}, [(2, 3, 8)], fails=True),
    Case({"kernel_size": 3, "stride": 2, "ceil_mode": True}, [(2, 3, 2, 4, 4)], fails=True),
    Case({"kernel_size": 3, "padding": 1}, [(2, 3, 2, 4, 4)], fails=True),
    Case(
        {"kernel_size": 3, "dilation": 2},
        [(2, 3, 8, 8)],
        stricter=True,
        because="no such argument",
    ),
]

ADAPTIVE = [
    Case({"output_size": 1}, [("N", 3, "H", "W")]),
    Case({"output_size": 7}, [("N", 3, "H", "W")]),
    Case({"output_size": (2, 12)}, [("N", 3, "H", "W")]),
    Case({"output_size": 3}, [("N", 3, "L")]),
    Case({"output_size": (3,)}, [("N", 3, "L")]),
    Case({"output_size": 1}, [("N", 3, "L")]),
    Case({"output_size": 2}, [("N", 3, "D", "H", "W")]),
    Case({"output_size": (1, 2, 3)}, [("N", 3, "D", "H", "W")]),
    Case({"output_size": 3}, [(2, 3, 1, 1)]),
    Case({"output_size": 2}, [(0, 3, 5, 5)]),
    # refused
    Case({"output_size": -1}, [(2, 3, 8, 8)], fails=True),
    Case({"output_size": 3}, [(2, 3, 0, 8)], fails=True),
    Case({"output_size": (2, 2, 2)}, [(2, 3, 8, 8)], fails=True),
    Case({"output_size": (2, 2)}, [(2, 3, 8)], fails=True),
    Case({"output_size": 2}, [(2, 3, 8, 8, 8, 8)], fails=True),
    Case({}, [(2, 3, 8, 8)], fails=True),
    Case({"output_size": 2}, [(2, 3)], stricter=True, because="there is a batch"),
    Case({"output_size": 0}, [(2, 3, 8, 8)], stricter=True, because="an output without elements"),
]

ADAPTIVE_AVG_POOL = [
    *ADAPTIVE,
    Case({"output_size": 2}, [(2, 0, 8, 8, 8)], fails=True),
    Case({"output_size": 2}, [(2, 0, 8, 8)], stricter=True, because="an input without elements"),
    Case({"output_size": 1}, [(2, 3, 0, 8)], stricter=True, because="the mean of nothing"),
]

ADAPTIVE_MAX_POOL = [
    *ADAPTIVE,
    Case({"output_size": 2}, [(2, 0, 8, 8)], fails=True),
    Case({"output_size": 1}, [(2, 3, 0, 8)], fails=True),
]

MEAN = [
    Case({"dim": 1}, [("N", 3, "H", "W")]),
    Case({"dim": (2, 3)}, [("N", 3, "H", "W")]),
    Case({"dim": (-1, -2)}, [("N", 3, "H", "W")]),
    Case({"dim": (2, 3), "keepdim": True}, [("N", 3, "H", "W")]),
    Case({"dim": -1, "keepdim": True}, [("N", 3)]),
    Case({"dim": (3, 1)}, [("N", 3, "H", "W")]),
    Case({"dim": 1}, [("N", "L", 8)]),
    Case({"dim": 0}, [("N", 3)]),
    Case({"dim": (0, 1)}, [("N", 3)]),
    Case({"dim": 7}, [(2, 1, 2, 1, 2, 1, 2, 3)]),
    Case({"dim": 1}, [(0, 3, 4)]),
    Case({"dim": (1, 2), "keepdim": False}, [("N", "H", "W", 8)]),
    Case({"dim": -3, "keepdim": True}, [("N", 3, "D", "H", "W")]),
    # refused
    Case({"dim": 4}, [(2, 3, 4, 5)], fails=True),
    Case({"dim": -5}, [(2, 3, 4, 5)], fails=True),
    Case({"dim": (1, 1)}, [(2, 3, 4)], fails=True),
    Case({"dim": (1, -2)}, [(2, 3, 4)], fails=True),
    Case({"dim": 1.5}, [(2, 3, 4)], fails=True),
    Case({"dim": ()}, [(2, 3, 4)], stricter=True, because="torch means all dimensions by that"),
    Case({"dim": 2}, [(2, 3, 0)], stricter=True, because="the mean of nothing"),
]

CASES = {
    "max_pool": MAX_POOL,
    "avg_pool": AVG_POOL,
    "adaptive_avg_pool": ADAPTIVE_AVG_POOL,
    "adaptive_max_pool": ADAPTIVE_MAX_POOL,
    "mean": MEAN,
}
