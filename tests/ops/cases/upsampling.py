"""Upsample: sizes and factors, and the modes of each rank."""

from netspec.shape import symbol
from netspec.testing import Case

H, W = symbol("H", 9), symbol("W", 10)


def resize(*shape: int, fails: bool = False, symbolic: bool = True, **arguments: object) -> Case:
    return Case(arguments, [shape], fails=fails, symbolic=symbolic)


NO_FRACTION = "torch multiplies doubles, so there is no closed form"

CASES: dict[str, list[Case]] = {
    "upsample": [
        resize(2, 3, 5, scale_factor=2),
        resize(2, 3, 4, 5, scale_factor=2),
        resize(2, 3, 4, 5, 6, scale_factor=2),
        resize(2, 3, 4, 5, scale_factor=(2, 3)),
        resize(2, 3, 4, 5, scale_factor=(0.5, 1.25)),
        resize(2, 3, 9, scale_factor=0.75),
        resize(2, 3, 5, scale_factor=1),
        resize(0, 3, 5, scale_factor=2),
        resize(2, 3, 1, 1, scale_factor=4, mode="bicubic"),
        resize(2, 3, 10, scale_factor=1.1, symbolic=False),
        resize(2, 3, 9, scale_factor=2 / 3, symbolic=False),
        resize(2, 3, 100, scale_factor=0.29, symbolic=False),
        resize(2, 3, 3, scale_factor=0.34, symbolic=False),
        resize(2, 3, 5, size=4),
        resize(2, 3, 4, 5, size=7),
        resize(2, 3, 4, 5, size=(7, 3)),
        resize(2, 3, 4, 5, 6, size=(7, 3, 1)),
        resize(2, 3, 5, size=9, mode="linear"),
        resize(2, 3, 5, size=9, mode="linear", align_corners=True),
        resize(2, 3, 4, 5, scale_factor=2, mode="bilinear"),
        resize(2, 3, 4, 5, size=8, mode="bilinear", align_corners=False),
        resize(2, 3, 4, 5, scale_factor=1.5, mode="bicubic", align_corners=True),
        resize(2, 3, 4, 5, 6, scale_factor=2, mode="trilinear"),
        resize(2, 3, 4, 5, scale_factor=2, mode="nearest-exact"),
        resize(0, 3, 4, 5, size=8, mode="bilinear"),
        Case({"size": (H, W), "mode": "bilinear"}, [("N", 3, 4, 5)]),
        Case({"size": (2 * H, W // 2)}, [("N", 3, "H", "W")]),
        Case({"size": W}, [("N", 3, "H", "W")]),
        Case({"size": H + 1, "mode": "linear", "align_corners": True}, [("N", 3, "H")]),
        Case({"scale_factor": 0.5}, [("N", 3, "H", H // 2)]),
        resize(2, 3, 4, fails=True),
        resize(2, 3, 4, fails=True, size=4, scale_factor=2),
        resize(2, 3, 4, fails=True, size=0),
        resize(2, 3, 4, fails=True, size=2.5),
        resize(2, 3, 0, fails=True, size=4),
        resize(2, 0, 4, fails=True, size=4),
        resize(2, 3, 3, fails=True, scale_factor=0.3),
        resize(2, 3, 3, fails=True, scale_factor=0),
        resize(2, 3, 3, fails=True, scale_factor=-1),
        resize(2, 3, fails=True, scale_factor=2),
        resize(2, 3, 2, 2, 2, 2, fails=True, scale_factor=2),
        resize(2, 3, 4, 4, fails=True, scale_factor=(2,)),
        resize(2, 3, 4, fails=True, scale_factor=(2, 2)),
        resize(2, 3, 4, 4, fails=True, size=(2, 2, 2)),
        resize(2, 3, 4, 4, fails=True, size=2, mode="linear"),
        resize(2, 3, 4, fails=True, size=2, mode="bilinear"),
        resize(2, 3, 4, fails=True, size=2, mode="bicubic"),
        resize(2, 3, 4, 4, fails=True, size=2, mode="trilinear"),
        resize(2, 3, 4, fails=True, size=2, mode="cubic"),
        resize(2, 3, 4, fails=True, size=2, align_corners=True),
        resize(2, 3, 4, fails=True, size=2, mode="nearest-exact", align_corners=False),
        Case({"scale_factor": 1.1}, [("N", 3, "L")], stricter=True, because=NO_FRACTION),
    ],
}
