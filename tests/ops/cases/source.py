"""Ops without a computation."""

from netspec.testing import Case

SHAPES = [(2, 3), (2, 3, 5), (2, 3, 4, 5), (2, 3, 4, 5, 6), (3,), (0, 3), (2, 0, 4), (1, 1, 1, 1)]
SHAPES += [(1,), (0,), (5, 1), (1, 8, 1, 7), (2, 3, 0), (4, 3, 1), (2, 5, 7, 2), (1, 2, 3, 1, 2, 3)]
SHAPES += [(7, 1, 3), (2, 16)]

CASES: dict[str, list[Case]] = {
    "identity": [
        *[Case({}, [shape]) for shape in SHAPES],
        Case({"inplace": True}, [(2, 3)], stricter=True, because="such an argument does not exist"),
        Case({"p": 0}, [(2, 3)], stricter=True, because="such an argument does not exist"),
    ],
    "parameter": [
        *[Case({"shape": shape}, []) for shape in SHAPES],
        Case({"shape": (768,)}, []),
        Case({"shape": (1, 1, 8)}, []),
        Case({"shape": (1, 1, 8.0)}, [], symbolic=False),
        Case({"shape": ()}, []),
        Case({"shape": (3, -1)}, [], fails=True),
        Case({"shape": (3, 2.5)}, [], fails=True),
        Case({"shape": (3, "_")}, [], fails=True),
    ],
}
