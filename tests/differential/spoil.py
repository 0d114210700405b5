"""Faults that are put into a random spec. What becomes of it is for torch to judge."""

from collections.abc import Callable, Iterator
from random import Random

from netspec.ops.registry import find_builtin, op_names
from tests.differential.arguments import draw_type, kind_of

Spec = dict
SIZED = ("kernel_size", "stride", "padding", "dilation", "groups", "out_channels", "chunks", "dim")
SIZED += ("num_groups", "output_size", "output_padding", "num_heads", "index", "start_dim", "size")

PARTS = {
    "chunk": ["chunks"],
    "conv": ["groups"],
    "conv_transpose": ["groups", "output_padding", "output_padding"],
    "group_norm": ["num_groups"],
    "multihead_attention": ["num_heads"],
}
"""Arguments that must divide a size, or be less than another argument."""
ARGUMENTS = {
    name: [(key, kind_of(each)) for key, each in kind.model_fields.items() if key != "inplace"]
    for name in op_names()
    if (kind := find_builtin(name))
}


def nodes_of(spec: Spec) -> Iterator[dict]:
    """Every node that is written as a mapping."""
    todo: list[object] = [*spec["nodes"].values()]
    todo += [node for block in spec.get("blocks", {}).values() for node in _inner(block)]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
            todo.extend(_inner(node))


def _inner(node: dict) -> list[object]:
    return [*node.get("nodes", {}).values(), *node.get("chain", [])]


def rewire(draw: Random, spec: Spec) -> None:
    """A node reads something else that was written before it."""
    names = [*spec["inputs"], *spec["nodes"]]
    name = draw.choice([*spec["nodes"]])
    node = spec["nodes"][name]
    earlier = names[: names.index(name)]
    if isinstance(node.get("from"), list):
        node["from"][draw.randrange(len(node["from"]))] = draw.choice(earlier)
    elif node.get("op") != "parameter":
        node["from"] = draw.choice(earlier)


def change_number(draw: Random, spec: Spec) -> None:
    """One number of one node is a little more, or less."""
    places = [
        (node, key)
        for node in nodes_of(spec)
        for key in SIZED
        if isinstance(node.get(key), int) and not isinstance(node[key], bool)
    ]
    if places:
        node, key = draw.choice(places)
        node[key] += draw.choice([-2, -1, 1, 1, 2, 3])


def change_list(draw: Random, spec: Spec) -> None:
    """One number in a list: of `pad`, of a shape, of a kernel."""
    lists = [
        value
        for node in nodes_of(spec)
        for key, value in node.items()
        if key in (*SIZED, "shape", "pad", "dims", "normalized_shape") and isinstance(value, list)
    ]
    lists = [value for value in lists if any(type(item) is int for item in value)]
    if lists:
        value = draw.choice(lists)
        place = draw.choice([i for i, item in enumerate(value) if type(item) is int])
        value[place] += draw.choice([-1, 1, 1, 2])


def add_argument(draw: Random, spec: Spec) -> None:
    """An argument that the op has, with any value of its type."""
    nodes = [node for node in nodes_of(spec) if ARGUMENTS.get(str(node.get("op")))]
    if nodes:
        node = draw.choice(nodes)
        name, kind = draw.choice(ARGUMENTS[node["op"]])
        node[name] = draw_type(draw, kind)


def misfit(draw: Random, spec: Spec) -> None:
    """Parts that may not divide the whole, or an addition that a stride may not allow."""
    nodes = [node for node in nodes_of(spec) if node.get("op") in PARTS]
    if nodes:
        op = draw.choice(sorted({node["op"] for node in nodes}))
        node = draw.choice([node for node in nodes if node["op"] == op])
        node[draw.choice(PARTS[op])] = draw.randint(2, 5)


def drop_argument(draw: Random, spec: Spec) -> None:
    """An argument is forgotten."""
    keys = (
        *SIZED,
        "ceil_mode",
        "broadcast",
        "padding_mode",
        "mode",
        "keepdim",
        "track_running_stats",
    )
    places = [(node, key) for node in nodes_of(spec) for key in keys if key in node]
    if places:
        node, key = draw.choice(places)
        del node[key]


def join(draw: Random, spec: Spec) -> None:
    """Two tensors are added or multiplied, whatever their shapes; mostly a branch to its input."""
    nodes = spec["nodes"]
    name = draw.choice([*nodes])
    found = nodes[name].get("from", next(iter(spec["inputs"])))
    other = found[0] if isinstance(found, list) else found
    nodes["joined"] = {"op": draw.choice(["add", "mul", "concat"]), "from": [name, other]}
    spec["outputs"]["joined"] = "joined"


def halve(draw: Random, spec: Spec) -> None:
    """A branch that halves an image is added to the image."""
    name, shape = draw.choice([*spec["inputs"].items()])
    nodes = spec["nodes"]
    channels = shape[1] if len(shape) > 2 and isinstance(shape[1], int) else 4
    given = {"kernel_size": 3, "padding": 1, "stride": draw.choice([1, 2])}
    nodes["halved"] = {"op": "conv", "from": name, "out_channels": channels, **given}
    nodes["both"] = {"op": draw.choice(["add", "mul"]), "from": [name, "halved"]}
    spec["outputs"]["both"] = "both"


def stand_in(draw: Random, spec: Spec) -> None:
    """An input that has the same size as another at its nominal size only, if that is free."""
    name, shape = draw.choice([*spec["inputs"].items()])
    dims = {
        key: dim["nominal"] if isinstance(dim, dict) else dim
        for key, dim in spec.get("dims", {}).items()
    }
    spec["inputs"]["equal"] = [dims.get(size, size) for size in shape]
    spec["nodes"]["both"] = {"op": draw.choice(["add", "mul"]), "from": [name, "equal"]}
    spec["outputs"]["both"] = "both"


def fix_size(draw: Random, spec: Spec) -> None:
    """A head whose weight depends on the size of what it reads."""
    name = draw.choice([*spec["nodes"]])
    spec["nodes"]["fixed"] = {
        "from": name,
        "chain": ["flatten", {"op": "linear", "out_features": 3}],
    }
    spec["outputs"]["fixed"] = "fixed"


def raise_min(draw: Random, spec: Spec) -> None:
    """A least size is declared, right or too small."""
    for name, dim in spec.get("dims", {}).items():
        entry = dim if isinstance(dim, dict) else {"nominal": dim}
        step = int(entry.get("multiple_of", 1))
        spec["dims"][name] = {**entry, "min": step * draw.randint(1, int(entry["nominal"]) // step)}


def leave_unused(draw: Random, spec: Spec) -> None:
    """An output is forgotten, and with it what it alone needs."""
    if len(spec["outputs"]) > 1:
        del spec["outputs"][draw.choice([*spec["outputs"]])]


SPOILERS: list[Callable[[Random, Spec], None]] = [
    *[change_number] * 4,
    *[change_list] * 3,
    *[rewire] * 3,
    *[add_argument] * 4,
    *[drop_argument] * 2,
    *[misfit] * 3,
    *[join] * 2,
    halve,
    stand_in,
    fix_size,
    raise_min,
    leave_unused,
]
