"""Dropout: probabilities, and ranks that have channels."""

from netspec.ops.base import Call
from netspec.testing import Case

CHANNELS = [(2, 3, 5), (2, 3, 4, 5), (2, 3, 4, 5, 6), (1, 1, 1), (0, 3, 4, 5), (2, 0, 4, 4)]
ANY = [*CHANNELS, (2, 3), (3,), (2, 0), (1,), (5, 1), (4, 3, 1), (1, 2, 3, 1, 2, 3)]
BELOW_RANK_3 = (
    "torch reads the batch as the channels there, or drops single elements with a warning"
)

PROBABILITIES: list[dict[str, object]] = [
    {"p": 0},
    {"p": 0.2},
    {"p": 1},
    {"p": 0.9, "inplace": True},
]
NO_PROBABILITIES: list[dict[str, object]] = [{"p": 1.5}, {"p": -0.1}, {"p": 2}]
ROW, BATCH = {"mode": "row"}, {"mode": "batch"}

CASES: dict[str, list[Case]] = {
    "dropout": [
        *[Case({}, [shape]) for shape in ANY],
        *[Case(given, [(2, 3, 4)]) for given in PROBABILITIES],
        *[Case(given, [(2, 3, 4)], fails=True) for given in NO_PROBABILITIES],
    ],
    "dropout2d": [
        *[Case({}, [shape]) for shape in CHANNELS],
        *[Case(given, [shape]) for given in PROBABILITIES for shape in CHANNELS[:3]],
        *[Case(given, [(2, 3, 4, 5)], fails=True) for given in NO_PROBABILITIES],
        Case({}, [(3,)], fails=True),
        Case({}, [(2, 3)], stricter=True, because=BELOW_RANK_3),
        Case(
            {},
            [(2, 3, 2, 2, 2, 2)],
            stricter=True,
            because="torch's Dropout3d accepts it with a warning",
            call=Call("torch.nn.Dropout3d"),
        ),
    ],
    "stochastic_depth": [
        *[Case({"p": 0.2, **ROW}, [shape]) for shape in ANY],
        *[Case({"p": 0.2, **BATCH}, [shape]) for shape in ANY],
        *[Case({"p": p, **ROW}, [(2, 3, 4, 5)]) for p in (0, 0.5, 1)],
        Case({"p": 1, **BATCH}, [(2, 3)]),
        *[Case({"p": p, **ROW}, [(2, 3)], fails=True) for p in (-0.1, 1.5)],
        Case({"p": 0.1, "mode": "column"}, [(2, 3)], fails=True),
        Case({"p": 1.5, **BATCH}, [(2, 3)], fails=True),
    ],
}
