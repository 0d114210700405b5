"""Activations: every shape is fine, arguments may not be."""

from itertools import cycle

from netspec.testing import Case

SHAPES = [(2, 3), (2, 3, 5), (2, 3, 4, 5), (2, 3, 4, 5, 6), (1, 1, 1, 1), (0, 3, 4), (2, 0, 4, 4)]
SHAPES += [
    (3,),
    (2, 3, 0),
    (1, 8, 1, 7),
    (1,),
    (0,),
    (5, 1),
    (4, 3, 1),
    (2, 1, 2, 3, 4),
    (2, 5, 7, 2),
]
SHAPES += [(1, 2, 3, 1, 2, 3), ()]

NO_DERIVATIVE = "torch differentiates it in place with an error only"


def on_all_shapes(*arguments: dict[str, object]) -> list[Case]:
    """Each shape once, with the arguments in turn; at least as many cases as arguments."""
    count = max(len(SHAPES), len(arguments))
    turns = zip(cycle(arguments), cycle(SHAPES), range(count), strict=False)
    return [Case(given, [shape]) for given, shape, _ in turns]


def fails(*arguments: dict[str, object]) -> list[Case]:
    return [Case(given, [(2, 3, 5)], fails=True) for given in arguments]


def has_no_derivative(arguments: dict[str, object]) -> Case:
    return Case(arguments, [(2, 3, 5)], stricter=True, because=NO_DERIVATIVE)


def takes_no(*arguments: dict[str, object]) -> list[Case]:
    """torch's module never sees them."""
    because = "such an argument does not exist, or is no boolean"
    return [Case(given, [(2, 3)], stricter=True, because=because) for given in arguments]


PRELU = [
    Case({}, [(2, 3)]),
    Case({}, [(2, 3, 4, 5)]),
    Case({}, [(3,)]),
    Case({}, [(0, 3)]),
    Case({"init": 0.1}, [(2, 3, 4)]),
    Case({"num_parameters": 3}, [(2, 3)]),
    Case({"num_parameters": 3}, [(2, 3, 4)]),
    Case({"num_parameters": 3, "init": 0.5}, [(2, 3, 4, 5)]),
    Case({"num_parameters": 1}, [(2, 1, 4, 5, 6)]),
    Case({"num_parameters": 7}, [(0, 7, 4, 5, 6)]),
    Case({"num_parameters": 4}, [(1, 4)]),
    Case({"num_parameters": 2}, [(2, 2, 2, 2)]),
    Case({"init": 0}, [(1,)]),
    Case({"init": -0.5, "num_parameters": 5}, [(2, 5, 0)]),
    Case({"num_parameters": 3}, [(2, 4, 3)], fails=True),
    Case({"num_parameters": 2}, [(2, 1)], fails=True),
    Case({"num_parameters": 3}, [(3,)], fails=True),
    Case({"num_parameters": 5}, [(2, 3, 4, 5)], fails=True),
    Case({"num_parameters": 0}, [(2, 3)], fails=True),
    Case({"num_parameters": 4}, [(4, 3)], fails=True),
]


def along_a_dimension() -> list[Case]:
    valid = [
        *[(1, shape) for shape in SHAPES if len(shape) > 1],
        *[
            (0, (2, 3)),
            (-1, (2, 3, 4)),
            (-2, (2, 3, 4)),
            (3, (2, 3, 4, 5)),
            (0, (3,)),
            (-4, (2, 3, 4, 5)),
        ],
    ]
    invalid = [(2, (2, 3)), (-3, (2, 3)), (1, (3,)), (5, (2, 3, 4, 5, 6)), (-5, (2, 3, 4, 5))]
    return [
        *[Case({"dim": dim}, [shape]) for dim, shape in valid],
        *[Case({"dim": dim}, [shape], fails=True) for dim, shape in invalid],
    ]


CASES: dict[str, list[Case]] = {
    "relu": [*on_all_shapes({}, {"inplace": True}), *takes_no({"inplace": 1}, {"alpha": 1})],
    "relu6": [*on_all_shapes({}, {"inplace": True}), *takes_no({"inplace": 1}, {"alpha": 1})],
    "leaky_relu": [
        *on_all_shapes({}, {"negative_slope": 0.2}, {"negative_slope": 0.2, "inplace": True}),
        *on_all_shapes({"negative_slope": -0.5}, {"negative_slope": 0}, {"inplace": True}),
        has_no_derivative({"negative_slope": -0.5, "inplace": True}),
        *takes_no({"alpha": 0.1}),
    ],
    "elu": [
        *on_all_shapes({}, {"alpha": 0.5}, {"inplace": True}, {"alpha": 0, "inplace": True}),
        *on_all_shapes({"alpha": -1.5}),
        has_no_derivative({"alpha": -1, "inplace": True}),
        *takes_no({"negative_slope": 0.1}),
    ],
    "selu": [*on_all_shapes({}, {"inplace": True}), *takes_no({"inplace": 1}, {"alpha": 1})],
    "celu": [
        *on_all_shapes({}, {"alpha": 0.5}, {"alpha": 2, "inplace": True}, {"alpha": -1}),
        *fails({"alpha": 0}, {"alpha": 0.0}, {"alpha": 0, "inplace": True}),
        has_no_derivative({"alpha": -1, "inplace": True}),
    ],
    "gelu": [
        *on_all_shapes({}, {"approximate": "tanh"}, {"approximate": "none"}),
        *fails({"approximate": "tan"}, {"approximate": "sigmoid"}),
    ],
    "silu": [*on_all_shapes({}, {"inplace": True}), *takes_no({"inplace": 1}, {"alpha": 1})],
    "mish": [*on_all_shapes({}, {"inplace": True}), *takes_no({"inplace": 1}, {"alpha": 1})],
    "sigmoid": [*on_all_shapes({}), *takes_no({"inplace": True}, {"dim": 1})],
    "tanh": [*on_all_shapes({}), *takes_no({"inplace": True}, {"dim": 1})],
    "logsigmoid": [*on_all_shapes({}), *takes_no({"inplace": True}, {"dim": 1})],
    "hardswish": [*on_all_shapes({}, {"inplace": True}), *takes_no({"inplace": 1}, {"alpha": 1})],
    "hardsigmoid": [*on_all_shapes({}, {"inplace": True}), *takes_no({"inplace": 1}, {"alpha": 1})],
    "hardtanh": [
        *on_all_shapes({}, {"min_val": -2}, {"max_val": 0.5, "inplace": True}),
        *on_all_shapes({"min_val": 0, "max_val": 6}, {"min_val": 2, "max_val": 5}),
        *fails({"min_val": 1}, {"max_val": -1}, {"min_val": 3, "max_val": 2}),
    ],
    "softplus": [
        *on_all_shapes({}, {"beta": 2}, {"threshold": 5}, {"beta": 0.5, "threshold": 1}),
        *takes_no({"inplace": True}, {"alpha": 1}),
    ],
    "softsign": [*on_all_shapes({}), *takes_no({"inplace": True}, {"dim": 1})],
    "prelu": PRELU,
    "softmax": along_a_dimension(),
    "log_softmax": along_a_dimension(),
}
