"""Cases of netspec.ops.normalization."""

import torch

from netspec.ops.base import Call
from netspec.testing import Case


def refused_since(version: str, arguments: dict[str, object], shape: tuple[int, ...]) -> Case:
    """A case that the op refuses with every torch, and torch itself from a version on."""
    if torch.__version__ >= version:
        return Case(arguments, [shape], fails=True)
    return Case(arguments, [shape], stricter=True, because=f"torch {version} refuses it too")


BATCH_NORM = [
    Case({}, [("N", 3, "H", "W")]),
    Case({}, [("N", 3)]),
    Case({}, [("N", 3, "L")]),
    Case({}, [("N", 3, "D", "H", "W")]),
    Case({}, [(1, 3)]),
    Case({}, [(1, 3, 1, 1)]),
    Case({}, [(0, 3, 2, 2)]),
    Case({}, [(2, 3, 0, 2)]),
    Case({"eps": 1e-3, "momentum": 0.01}, [("N", 3, "H", "W")]),
    Case({"momentum": 0}, [("N", 3, "H", "W")]),
    Case({"momentum": 1}, [("N", 3, "H", "W")]),
    Case({"affine": False}, [("N", 3, "H", "W")]),
    Case({"affine": False, "track_running_stats": False}, [("N", 3, "H", "W")]),
    Case({"track_running_stats": False}, [("N", 3, "H", "W")]),
    Case({"track_running_stats": False}, [("N", 3)]),
    Case({"track_running_stats": False}, [("N", 3, "L")]),
    Case({"track_running_stats": False}, [(2, 3, 0, 2)]),
    # refused
    Case({"track_running_stats": False}, [(1, 3)], fails=True),
    Case({"track_running_stats": False}, [(1, 3, 1, 1)], fails=True),
    Case({"track_running_stats": False}, [("N", 3)], {"N": 1}, fails=True),
    refused_since("2.10", {"eps": 0}, (2, 3, 4, 4)),
    refused_since("2.10", {"eps": -1e-5}, (2, 3, 4, 4)),
    Case({}, [(2, 0, 4, 4)], fails=True),
    Case({}, [(2, 3, 4, 4, 4, 4)], fails=True),
    Case({}, [(3,)], fails=True, call=Call("torch.nn.BatchNorm1d", {"num_features": 3})),
    Case(
        {"momentum": True},
        [(2, 3, 4, 4)],
        stricter=True,
        because="a boolean is no number",
    ),
    Case(
        {"num_features": 3},
        [(2, 3, 4, 4)],
        stricter=True,
        because="inferred, so no argument",
    ),
]

LAYER_NORM = [
    Case({}, [("N", 8)]),
    Case({}, [("N", "L", 8)]),
    Case({}, [("N", "H", "W", 8)]),
    Case({"eps": 1e-6}, [("N", "L", 8)]),
    Case({"bias": False}, [("N", "L", 8)]),
    Case({"elementwise_affine": False}, [("N", "L", 8)]),
    Case({"elementwise_affine": False, "bias": False}, [("N", "L", 8)]),
    Case({"normalized_shape": 8}, [("N", "L", 8)]),
    Case({"normalized_shape": (8,)}, [("N", "L", 8)]),
    Case({"normalized_shape": (4, 5)}, [("N", 3, 4, 5)]),
    Case({"normalized_shape": (3, 4, 5), "bias": False}, [("N", 3, 4, 5)]),
    Case({"normalized_shape": (2, 3)}, [(2, 3)], symbolic=False),
    Case({}, [(0, 3)]),
    Case({}, [(2, 0, 3)], symbolic=False),
    Case({"eps": 0}, [("N", 8)]),
    # refused
    Case({"normalized_shape": 4}, [(2, 3)], fails=True),
    Case({"normalized_shape": (3, 4)}, [(2, 3, 5)], fails=True),
    Case({"normalized_shape": ()}, [(2, 3)], fails=True),
    Case({"normalized_shape": (3, 3, 3)}, [(3, 3)], fails=True),
    Case({"normalized_shape": (2, 3)}, [(3,)], fails=True),
    Case({"normalized_shape": -3}, [(2, 3)], fails=True),
    Case(
        {},
        [("N", "L")],
        stricter=True,
        because="the size of a weight may not depend on a free dim",
    ),
]

GROUP_NORM = [
    Case({"num_groups": 2}, [("N", 4, "H", "W")]),
    Case({"num_groups": 4}, [("N", 4, "H", "W")]),
    Case({"num_groups": 1}, [("N", 4, "H", "W")]),
    Case({"num_groups": 2, "eps": 1e-3}, [("N", 4, "H", "W")]),
    Case({"num_groups": 2, "affine": False}, [("N", 4, "H", "W")]),
    Case({"num_groups": 4}, [("N", 4)]),
    Case({"num_groups": 2}, [("N", 4)]),
    Case({"num_groups": 4}, [("N", 4, "L")]),
    Case({"num_groups": 4}, [("N", 4, "L", "L")]),
    Case({"num_groups": 2}, [("N", 4, "D", "H", "W")]),
    Case({"num_groups": 2}, [(1, 2, 1, 2, 1, 2)]),
    Case({"num_groups": 2}, [(1, 4, 1, 1)]),
    Case({"num_groups": 4}, [(0, 4, 1)]),
    # refused
    Case({"num_groups": 4}, [(1, 4)], fails=True),
    Case({"num_groups": 4}, [(1, 4, 1, 1)], fails=True),
    Case({"num_groups": 4}, [("N", 4, "L")], {"N": 1, "L": 1}, fails=True),
    Case({"num_groups": 3}, [(2, 4, 5)], fails=True),
    Case({"num_groups": 8}, [(2, 4, 5)], fails=True),
    Case({"num_groups": 0}, [(2, 4, 5)], fails=True),
    Case({"num_groups": -2}, [(2, 4, 5)], fails=True),
    refused_since("2.14", {"num_groups": 2}, (2, 4, 0)),
    refused_since("2.14", {"num_groups": 2}, (2, 0, 3)),
    Case(
        {"num_groups": 2},
        [(4,)],
        fails=True,
        call=Call("torch.nn.GroupNorm", {"num_groups": 2, "num_channels": 4}),
    ),
]

LOCAL_RESPONSE_NORM = [
    Case({"size": 5}, [("N", 8, "H", "W")]),
    Case({"size": 5, "alpha": 1e-3, "beta": 0.5, "k": 2}, [("N", 8, "H", "W")]),
    Case({"size": 2}, [("N", 8, "H", "W")]),
    Case({"size": 1}, [("N", 8, "H", "W")]),
    Case({"size": 50}, [("N", 1, "H", "W")]),
    Case({"size": 3}, [("N", 4, "L")]),
    Case({"size": 3}, [("N", 4, "D", "H", "W")]),
    Case({"size": 3}, [(2, 4, 3, 3, 3, 3)]),
    Case({"size": 3}, [(0, 4, 5, 5)]),
    Case({"size": 3}, [(2, 4, 0, 5)]),
    Case({"size": 3}, [("N", 4, 1, 1)]),
    Case({"size": 3, "alpha": 1}, [("N", 4, "H", "H")]),
    Case({"size": 4, "beta": 1, "k": 0.5}, [("N", 6, "L", 2)]),
    # refused
    Case({"size": 0}, [(2, 4, 5, 5)], fails=True),
    Case({"size": -1}, [(2, 4, 5, 5)], fails=True),
    Case({"size": 3}, [(2, 4)], fails=True),
    Case({"size": 2.5}, [(2, 4, 5, 5)], fails=True),
    Case({}, [(2, 4, 5, 5)], fails=True),
    Case(
        {"size": 3, "k": False},
        [(2, 4, 5, 5)],
        stricter=True,
        because="a boolean is no number",
    ),
    Case(
        {"size": 3, "depth_radius": 2},
        [(2, 4, 5, 5)],
        stricter=True,
        because="no such argument",
    ),
]

SCALE = [
    Case({"factor": 0.2}, [("N", 3, "H", "W")]),
    Case({"factor": 0.2}, [("N", 3)]),
    Case({"factor": 2}, [("N", 3, "L")]),
    Case({"factor": 0}, [("N", 3, "L")]),
    Case({"factor": -1.5}, [("N", 3, "D", "H", "W")]),
    Case({"factor": 0.1}, [("N", "L", 3)]),
    Case({"factor": 0.1}, [(0, 3)]),
    Case({"factor": 0.1}, [(2, 1, 2, 1, 2, 1, 2, 1)]),
    Case({"factor": 1e-30}, [("N", 3, "H", "H")]),
    Case({"factor": 3}, [(2, 3, 0, 4)]),
    Case({"factor": -1}, [("N", "H", "W", 3)]),
    Case({"factor": 0.1}, [(2, 0)]),
    # refused
    Case({"factor": "half"}, [(2, 3)], fails=True),
    Case({"factor": True}, [(2, 3)], stricter=True, because="a boolean is no number"),
    Case({"factor": (1, 2)}, [(2, 3)], fails=True),
    Case({"factor": (1, 2, 3)}, [(2, 3)], fails=True),
    Case({"factor": None}, [(2, 3)], fails=True),
    Case({"factor": "1"}, [(2, 3)], fails=True),
    Case({}, [(2, 3)], fails=True),
    Case(
        {"factor": 1, "bias": 2},
        [(2, 3)],
        stricter=True,
        because="no such argument",
    ),
]

CASES = {
    "batch_norm": BATCH_NORM,
    "layer_norm": LAYER_NORM,
    "group_norm": GROUP_NORM,
    "local_response_norm": LOCAL_RESPONSE_NORM,
    "scale": SCALE,
}
