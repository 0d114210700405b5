"""Cases of netspec.ops.convolution."""

from netspec.shape import Symbol
from netspec.testing import Case

CONV = [
    Case({"out_channels": 4, "kernel_size": 3}, [(2, 3, 8, 9)]),
    Case({"out_channels": 4, "kernel_size": 3}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 7, "stride": 2, "padding": 3}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1}, [("N", 3, "H", "H")]),
    Case({"out_channels": 4, "kernel_size": 1, "stride": 3}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": (1, 7), "padding": (0, 3)}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": (3, 2), "stride": (1, 4)}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3, "dilation": 3, "padding": 2}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 2, "dilation": (1, 4)}, [("N", 3, "H", "W")]),
    Case({"out_channels": 6, "kernel_size": 3, "groups": 3, "bias": False}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3, "groups": 4, "padding": 1}, [("N", 4, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 1}, [("N", 3, 1, 1)]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": 1}, [("N", 3, 1, 1)]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": 3}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3}, [(0, 3, 8, 8)]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": 2}, [(0, 3, 0, 0)]),
    Case({"out_channels": 4, "kernel_size": 3}, [("N", 3, "L")]),
    Case({"out_channels": 4, "kernel_size": (4,), "stride": (3,)}, [("N", 3, "L")]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": 1}, [("N", 3, "D", "H", "W")]),
    Case({"out_channels": 4, "kernel_size": (1, 2, 3), "stride": (2, 1, 2)}, [(1, 2, 5, 6, 7)]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": "same"}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 4, "padding": "same"}, [("N", 3, "H", "W")]),
    Case(
        {"out_channels": 4, "kernel_size": (4, 5), "padding": "same", "dilation": (3, 2)},
        [("N", 3, "H", "W")],
    ),
    Case({"out_channels": 4, "kernel_size": 4, "padding": "same", "stride": 1}, [("N", 3, "L")]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": "same"}, [(1, 2, 3, 4, 5)]),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding": "valid", "stride": 2}, [("N", 3, "H", "W")]
    ),
    *(
        Case(
            {"out_channels": 4, "kernel_size": 3, "padding": padding, "padding_mode": mode}, [shape]
        )
        for mode in ("zeros", "reflect", "replicate", "circular")
        for padding in (0, 1, 3, "same", "valid")
        for shape in (("N", 3, "L"), ("N", 3, "H", "W"))
    ),
    *(
        Case(
            {"out_channels": 4, "kernel_size": 4, "padding": padding, "padding_mode": mode},
            [("N", 2, "D", "H", "W")],
        )
        for mode in ("reflect", "replicate", "circular")
        for padding in ((1, 2, 3), "same")
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1},
        [("N", 3, "H", "W")],
        {"H": Symbol("H", 8, 4), "W": Symbol("W", 16, 8)},
    ),
    # refused
    Case({"out_channels": 4, "kernel_size": 3, "groups": 2}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "groups": 3}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "groups": 0}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 0, "kernel_size": 3}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 0}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "stride": 0}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "dilation": 0}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "padding": -1}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 9}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": (3, 9)}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "dilation": 4}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 1, "padding": 1}, [(2, 3, 0, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "padding": "same"}, [(2, 3, 0, 8)], fails=True),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding": "same", "stride": 2},
        [(2, 3, 8, 8)],
        fails=True,
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding": "same", "stride": (1, 2)},
        [(2, 3, 8, 8)],
        fails=True,
    ),
    Case({"out_channels": 4, "kernel_size": 3, "padding": "sane"}, [(2, 3, 8, 8)], fails=True),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding": 4, "padding_mode": "reflect"},
        [(2, 3, 4, 8)],
        fails=True,
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding": 5, "padding_mode": "circular"},
        [(2, 3, 4, 8)],
        fails=True,
    ),
    Case(
        {"out_channels": 4, "kernel_size": 1, "padding": 1, "padding_mode": "replicate"},
        [(2, 3, 0, 8)],
        fails=True,
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding_mode": "mirror"}, [(2, 3, 8, 8)], fails=True
    ),
    Case({"out_channels": 4, "kernel_size": (3, 3, 3)}, [(2, 3, 8, 8)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3}, [(2, 3)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3}, [(2, 3, 4, 5, 6, 7)], fails=True),
    Case(
        {"out_channels": 4, "kernel_size": 3},
        [(2, 0, 8, 8)],
        stricter=True,
        because="torch then forgets `out_channels` and gives no channels either",
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding": (1,)},
        [(2, 3, 8, 8)],
        stricter=True,
        because="a list has one number for each dimension",
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "bias": 1},
        [(2, 3, 8, 8)],
        stricter=True,
        because="a number is no boolean",
    ),
    Case(
        {"out_channels": 4, "kernel_size": 1, "padding": -1, "padding_mode": "circular"},
        [(2, 3, 8, 8)],
        stricter=True,
        because="negative padding cuts off, which torch means with this mode alone",
    ),
]

CONV_TRANSPOSE = [
    Case({"out_channels": 4, "kernel_size": 2, "stride": 2}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3}, [(2, 3, 8, 9)]),
    Case({"out_channels": 4, "kernel_size": 4, "stride": 2, "padding": 1}, [("N", 3, "H", "W")]),
    Case(
        {"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1},
        [("N", 3, "H", "W")],
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "dilation": 3, "output_padding": 2},
        [("N", 3, "H", "W")],
    ),
    Case(
        {
            "out_channels": 4,
            "kernel_size": (3, 2),
            "stride": (2, 1),
            "dilation": (1, 2),
            "output_padding": 1,
        },
        [("N", 3, "H", "W")],
    ),
    Case({"out_channels": 6, "kernel_size": 3, "groups": 2}, [("N", 4, "H", "W")]),
    Case({"out_channels": 6, "kernel_size": 3, "groups": 2, "dilation": 2}, [("N", 4, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3, "groups": 4, "bias": False}, [("N", 4, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": 3}, [("N", 3, "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 2, "stride": 3}, [("N", 3, 1, 1)]),
    Case({"out_channels": 4, "kernel_size": 3, "stride": 2}, [("N", 3, "L")]),
    Case({"out_channels": 4, "kernel_size": (3,), "padding": (2,)}, [("N", 3, "L")]),
    Case({"out_channels": 4, "kernel_size": 3, "stride": 2}, [("N", 3, "D", "H", "W")]),
    Case({"out_channels": 4, "kernel_size": 3, "padding": (1, 2, 0)}, [(1, 2, 4, 5, 6)]),
    Case({"out_channels": 4, "kernel_size": 3}, [(0, 3, 8, 8)]),
    # refused
    Case({"out_channels": 4, "kernel_size": 3, "output_padding": 1}, [(2, 3, 4, 4)], fails=True),
    Case(
        {"out_channels": 4, "kernel_size": 3, "output_padding": 3, "stride": 2, "dilation": 3},
        [(2, 3, 4, 4)],
        fails=True,
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "output_padding": 1, "stride": (2, 1)},
        [(2, 3, 4, 4)],
        fails=True,
    ),
    Case({"out_channels": 4, "kernel_size": 3, "output_padding": -1}, [(2, 3, 4, 4)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "padding": -1}, [(2, 3, 4, 4)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "padding": 4}, [(2, 3, 4, 4)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "groups": 2}, [(2, 3, 4, 4)], fails=True),
    Case({"out_channels": 5, "kernel_size": 3, "groups": 2}, [(2, 4, 4, 4)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3}, [(2, 3, 0, 4)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3, "stride": 0}, [(2, 3, 4, 4)], fails=True),
    Case({"out_channels": 4, "kernel_size": (3, 3)}, [(2, 3, 4)], fails=True),
    Case({"out_channels": 4, "kernel_size": 3}, [(2, 3)], fails=True),
    Case(
        {"out_channels": 4, "kernel_size": 3},
        [(2, 0, 8, 8)],
        fails=True,
    ),
    Case(
        {"out_channels": 4, "kernel_size": 2, "padding": 1},
        [(2, 3, 1, 4)],
        stricter=True,
        because="nothing is left; torch itself refuses that for float64",
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "output_padding": 1},
        [(0, 3, 4, 4)],
        stricter=True,
        because="torch forgets this check when the batch is empty",
    ),
    Case(
        {"out_channels": 4, "kernel_size": 3, "padding_mode": "zeros"},
        [(2, 3, 4, 4)],
        stricter=True,
        because="there is one mode only, so no such argument",
    ),
]

CASES = {"conv": CONV, "conv_transpose": CONV_TRANSPOSE}
