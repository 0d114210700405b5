"""Padding: which dimensions, how much, and what is there to be repeated."""

from netspec.testing import Case


def pad(amounts: tuple[object, ...], mode: str, *shape: int, fails: bool = False) -> Case:
    mixed = any(isinstance(each, int) and each < 0 for each in amounts)
    # Where one side crops what the other repeats, we refuse small sizes that torch does not.
    symbolic = not (mode == "circular" and mixed)
    return Case({"pad": amounts, "mode": mode}, [shape], fails=fails, symbolic=symbolic)


def undefined(amounts: tuple[int, ...], *shape: int) -> Case:
    given = {"pad": amounts, "mode": "circular"}
    return Case(given, [shape], stricter=True, because=UNDEFINED)


UNDEFINED = "what torch repeats was cropped away: memory that it never wrote, or overlapping copies"
EMPTY = "torch returns an empty tensor as long as one of the other dimensions is not"

OTHER_MODES = [
    case
    for mode in ("reflect", "replicate", "circular")
    for case in (
        pad((1, 1), mode, 2, 3, 5),
        pad((1, 2), mode, 3, 5),
        pad((1, 2, 3, 0), mode, 2, 3, 4, 5),
        pad((1, 2, 2, 1), mode, 3, 4, 5),
        pad((1, 2, 3, 0, 1, 1), mode, 2, 3, 4, 5, 6),
        pad((1, 1, 1, 1, 1, 1), mode, 3, 4, 5, 6),
        pad((4, 4), mode, 2, 3, 5),
        pad((0, 0), mode, 2, 3, 1),
        pad((-1, 2), mode, 2, 3, 5),
        pad((2, -2), mode, 2, 3, 5),
        pad((-1, -2, 1, 0), mode, 2, 3, 4, 5),
        pad((1, 1), mode, 0, 3, 5),
        pad((1, 1), mode, 2, 3, 4, 5, fails=True),
        pad((1, 1, 1, 1), mode, 2, 3, 4, 5, 6, fails=True),
        pad((1, 1), mode, 5, fails=True),
        pad((1, 1, 1, 1), mode, 4, 5, fails=True),
        pad((), mode, 2, 3, 5, fails=True),
        pad((1,), mode, 2, 3, 5, fails=True),
        pad((1,) * 8, mode, 2, 3, 4, 5, 6, fails=True),
        pad((-3, -3), mode, 2, 3, 5, fails=True),
        Case({"pad": (1, 1), "mode": mode, "value": 0}, [(2, 3, 5)]),
        Case({"pad": (1, 1), "mode": mode, "value": 1}, [(2, 3, 5)], fails=True),
    )
]

CASES: dict[str, list[Case]] = {
    "pad": [
        pad((1, 2), "constant", 2, 3, 5),
        pad((1, 2, 0, 3), "constant", 2, 3, 4, 5),
        pad((1, 2, 0, 3, 2, 2), "constant", 2, 3, 4, 5, 6),
        pad((0, 0, 0, 0, 1, 2), "constant", 2, 3, 4),
        pad((0, 0, 1, 1), "constant", 2, 3),
        pad((), "constant", 2, 3),
        pad((1, 1), "constant", 3),
        pad((-1, -2), "constant", 2, 3, 5),
        pad((-2, -3), "constant", 2, 3, 5),
        pad((-5, 2), "constant", 2, 3, 5),
        pad((3, -1), "constant", 2, 3, 5),
        pad((1, 1), "constant", 2, 3, 0),
        pad((0, 0, -3, 0), "constant", 2, 3, 5),
        Case({"pad": (1, 1), "value": -1.5}, [(2, 3, 5)]),
        Case({"pad": (1, 1), "value": 2}, [(0, 3, 5)]),
        pad((1, 1, 1), "constant", 2, 3, 5, fails=True),
        pad((1,) * 8, "constant", 2, 3, 5, fails=True),
        pad((-6, 0), "constant", 2, 3, 5, fails=True),
        pad((-6, 2), "constant", 2, 3, 5, fails=True),
        pad((3, -8), "constant", 2, 3, 5, fails=True),
        pad((-3, -3), "constant", 2, 3, 5, fails=True),
        pad((1, 1.5), "constant", 2, 3, 5, fails=True),
        pad((1, 1), "mirror", 2, 3, 5, fails=True),
        *OTHER_MODES,
        pad((5, 0), "reflect", 2, 3, 5, fails=True),
        pad((0, 5), "reflect", 2, 3, 5, fails=True),
        pad((1, 0), "reflect", 2, 3, 1, fails=True),
        pad((-5, 5), "reflect", 2, 3, 5, fails=True),
        pad((-5, 2), "reflect", 2, 3, 5),
        pad((2, -6), "reflect", 2, 3, 5),
        pad((-2, -3), "reflect", 2, 3, 5, fails=True),
        pad((0, 0), "reflect", 2, 3, 0, fails=True),
        pad((1, 1), "reflect", 2, 0, 5, fails=True),
        pad((1, 1), "reflect", 0, 5, fails=True),
        pad((9, 7), "replicate", 2, 3, 5),
        pad((-5, 5), "replicate", 2, 3, 5),
        pad((2, 0), "replicate", 2, 3, 1),
        pad((-2, -3), "replicate", 2, 3, 5, fails=True),
        pad((0, 0), "replicate", 2, 3, 0, fails=True),
        pad((0, 0, 1, 1), "replicate", 2, 3, 4, 0, fails=True),
        pad((5, 5), "circular", 2, 3, 5),
        pad((1, 1), "circular", 2, 0, 5),
        pad((0, 0), "circular", 2, 3, 0),
        pad((-2, -3), "circular", 2, 3, 5),
        pad((6, 0), "circular", 2, 3, 5, fails=True),
        pad((0, 6), "circular", 2, 3, 5, fails=True),
        pad((1, 0), "circular", 2, 3, 0, fails=True),
        pad((2, -6), "circular", 2, 3, 5, fails=True),
        undefined((-3, 5), 2, 3, 5),
        undefined((4, -2), 2, 3, 5),
        undefined((-1, 2), 2, 3, 2),
        undefined((-5, 2), 2, 3, 5),
        Case(
            {"pad": (1, 1, -2, -2), "mode": "reflect"},
            [(2, 3, 4, 5)],
            stricter=True,
            because=EMPTY,
        ),
        Case(
            {"pad": (-3, -3, 1, 1, 1, 1), "mode": "reflect"},
            [(2, 3, 4, 5, 6)],
            stricter=True,
            because=EMPTY,
        ),
    ],
}
