"""Views: what the new shape is, at numbers and at free sizes."""

from netspec.shape import Symbol, symbol
from netspec.testing import Case

N, H, W, L = symbol("N", 2), symbol("H", 9), symbol("W", 10), symbol("L", 7)
EVEN = Symbol("H", 8, 2)
H2 = symbol("H", 8, 2)
NCHW = [("N", 8, "H", "W")]

FLATTEN = [
    *[
        Case({}, [s])
        for s in [(2, 3), (2, 3, 4), (2, 3, 4, 5), (2, 3, 4, 5, 6), (0, 3, 4), (2, 0, 4)]
    ],
    Case({}, NCHW),
    Case({"start_dim": 0}, [(3,)]),
    Case({"start_dim": 0}, NCHW),
    Case({"start_dim": 2}, NCHW),
    Case({"end_dim": 2}, NCHW),
    Case({"start_dim": 1, "end_dim": 1}, NCHW),
    Case({"start_dim": -2}, NCHW),
    Case({"start_dim": -3, "end_dim": -2}, NCHW),
    Case({}, [(3,)], fails=True),
    Case({"start_dim": 2, "end_dim": 1}, [(2, 3, 4)], fails=True),
    Case({"start_dim": 3}, [(2, 3, 4)], fails=True),
    Case({"end_dim": 3}, [(2, 3, 4)], fails=True),
    Case({"end_dim": -4}, [(2, 3, 4)], fails=True),
    Case({"start_dim": -1, "end_dim": -2}, [(2, 3, 4)], fails=True),
]


def reshape(shape: tuple[object, ...], *inputs: int | str, fails: bool = False) -> Case:
    return Case({"shape": shape}, [inputs], fails=fails, symbolic=False)


RESHAPE = [
    reshape((2, 12), 2, 3, 4),
    reshape((24,), 2, 3, 4),
    reshape(("_",), 2, 3, 4),
    reshape((2, "_", 2), 2, 3, 4),
    reshape((2, 3, 4, 1), 2, 3, 4),
    reshape((0, 5), 2, 0),
    reshape(("_", 3), 2, 0),
    reshape((1, 1, 1, 1), 1),
    reshape((), 1, 1),
    reshape((4.0, 6), 2, 3, 4),
    Case({"shape": (N, "_")}, NCHW),
    Case({"shape": (N, 8, "_")}, NCHW),
    Case({"shape": (N, 8, H * W)}, NCHW),
    Case({"shape": (N, "_", W)}, NCHW),
    Case({"shape": (N * 8, 1, H, "_")}, NCHW),
    Case({"shape": (N, 2, 4, H, W)}, NCHW),
    Case({"shape": (N, 8, "_", 2)}, [("N", 8, "H")], dims={"H": EVEN}),
    Case({"shape": (N, 8, H2 // 2, 2)}, [("N", 8, "H")], dims={"H": EVEN}),
    Case({"shape": ("_", L)}, [("N", 3, "L", 4)]),
    Case({"shape": (N, 3, H // 2, "_")}, [("N", 3, H // 2, "W")]),
    reshape((2, 13), 2, 3, 4, fails=True),
    reshape((), 2, 3, 4, fails=True),
    reshape((5, "_"), 2, 3, 4, fails=True),
    reshape(("_", 0), 2, 0, fails=True),
    reshape((0, "_"), 2, 3, fails=True),
    reshape(("_", "_"), 2, 3, fails=True),
    reshape((-2, 3), 2, 3, fails=True),
    reshape((2, 1.5), 2, 3, fails=True),
    Case({"shape": (N, 9, "_")}, [("N", 3, "L")], fails=True),
    Case(
        {"shape": (N, 4, "_")},
        [
            ("N", 8, 3, "L", 5),
        ],
    ),
    Case(
        {"shape": (N, 2, "_")},
        [("N", 3, "H")],
        dims={"H": 8},
        stricter=True,
        because="2 divides 3 * H at some sizes only",
    ),
    Case(
        {"shape": (2, "_")},
        [("N", 3, "L")],
        stricter=True,
        because="the batch is not always a multiple of 2",
    ),
    Case({"shape": (N, -1)}, NCHW, stricter=True, because="-1 is written `_`"),
]

EXPAND = [
    Case({"shape": (N, "_", "_")}, [(1, 1, "L")]),
    Case({"shape": (5, 3)}, [(1, 3)], symbolic=False),
    Case({"shape": ("_", 3, 4)}, [("N", 3, 1)]),
    Case({"shape": ("_", "_", H, W)}, [("N", 3, 1, 1)]),
    Case({"shape": (N, 3, H, W)}, [("N", 3, "H", "W")]),
    Case({"shape": (7, N, 3, "_")}, [("N", 3, "H")]),
    Case({"shape": (N, 3, H // 2)}, [("N", 3, 1)], dims={"H": 9}),
    Case({"shape": ("_", "_")}, [(2, 3)]),
    Case({"shape": (0, 3)}, [(1, 3)], symbolic=False),
    Case({"shape": (0, "_")}, [(3,)], symbolic=False),
    Case({"shape": (5, "_")}, [(1,)], symbolic=False),
    Case({"shape": (4, 0)}, [(0,)], symbolic=False),
    Case({"shape": (N, 1, 1, "_")}, [("N", 1, 1, "W")]),
    Case({"shape": (2, 3)}, [(3, 3)], fails=True),
    Case({"shape": (3,)}, [(2, 3)], fails=True),
    Case({"shape": ("_", 3)}, [(3,)], fails=True),
    Case({"shape": (2, 4)}, [(2, 3)], fails=True),
    Case({"shape": (1,)}, [(0,)], fails=True),
    Case({"shape": (2, -2)}, [(2, 1)], fails=True),
    Case(
        {"shape": (N, 3, 10)}, [("N", 3, "W")], stricter=True, because="equal at the nominal W only"
    ),
]

PERMUTE = [
    Case({"dims": (1, 0)}, [(2, 3)]),
    Case({"dims": (0, 2, 1)}, [(2, 3, 4)]),
    Case({"dims": (0, 2, 3, 1)}, NCHW),
    Case({"dims": (0, 3, 1, 2)}, NCHW),
    Case({"dims": (-1, 0, -2)}, [(2, 3, 4)]),
    Case({"dims": (4, 3, 2, 1, 0)}, [(2, 3, 4, 5, 6)]),
    Case({"dims": (0,)}, [(3,)]),
    Case({"dims": (0, 1, 2)}, [(2, 3, 0)]),
    Case({"dims": (2, 0, 1)}, [(0, 3, 4)]),
    Case({"dims": (0, 1, 2, 3)}, NCHW),
    Case({"dims": (-4, -1, -2, -3)}, NCHW),
    Case({"dims": (1, 0, 2)}, [("L", "N", 3)]),
    Case({"dims": (0, 2, 1)}, [("N", H * W, 8)]),
    Case({"dims": (0, 0)}, [(2, 3)], fails=True),
    Case({"dims": (0, -2)}, [(2, 3)], fails=True),
    Case({"dims": (0,)}, [(2, 3)], fails=True),
    Case({"dims": (0, 1, 2)}, [(2, 3)], fails=True),
    Case({"dims": (0, 2)}, [(2, 3)], fails=True),
    Case({"dims": (0, -3)}, [(2, 3)], fails=True),
    Case({"dims": ()}, [(2, 3)], fails=True),
]

CASES: dict[str, list[Case]] = {
    "flatten": FLATTEN,
    "reshape": RESHAPE,
    "expand": EXPAND,
    "permute": PERMUTE,
}
