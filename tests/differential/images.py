"""Random inputs of a network: free sizes, the points at which they are tried, and shapes."""

from random import Random

Dims = dict[str, object]


def draw_dims(draw: Random) -> Dims:
    """One or two free sizes, with and without a multiple and a least size."""
    dims: Dims = {}
    for name in draw.choice([["H"], ["H", "W"], ["H", "W"]]):
        multiple = draw.choice([1, 1, 1, 2, 4])
        nominal = multiple * draw.randint(6 // multiple, 14 // multiple)
        entry: dict[str, object] = {"nominal": nominal}
        if multiple > 1:
            entry["multiple_of"] = multiple
        if draw.random() < 0.1:
            entry["min"] = nominal
        dims[name] = entry if len(entry) > 1 or draw.random() < 0.3 else nominal
    return dims


def draw_points(draw: Random, dims: Dims) -> list[dict[str, int]]:
    """Sizes at which nodes are tried: the nominal ones, and two others."""
    if not dims:
        return [{"N": 1}, {"N": 3}]
    points = []
    for most, batch in ((0, 1), (3, 3), (9, 2)):
        point = {"N": batch}
        for name, dim in dims.items():
            entry = dim if isinstance(dim, dict) else {"nominal": dim}
            step = int(entry.get("multiple_of", 1))
            more = draw.randint(min(most, 1), max(most // step, 1)) if most else 0
            point[name] = int(entry["nominal"]) + step * more
        points.append(point)
    return points


def draw_shape(draw: Random, dims: Dims, channels: int) -> list[object]:
    """A shape with a batch."""
    rank = draw.choice([2, 3, 3, 4, 4, 4, 4, 5])
    batch: object = "N" if draw.random() < 0.9 else 2
    free: list[object] = [*dims] * 2 if dims else [draw.randint(4, 10), 6, 5]
    draw.shuffle(free)
    if rank == 2:
        return [batch, channels]
    if rank == 3:
        return [batch, *draw.sample([free[0], channels], 2)]
    spatial = [3, *free[:2]] if rank == 5 else free[:2]
    if dims and draw.random() < 0.1:
        spatial[-1] = f"{spatial[-1]} + 2"
    return [batch, channels, *spatial]
