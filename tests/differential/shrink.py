"""A spec that shows a disagreement, made small: what is left is needed to show it."""

import copy
from collections.abc import Callable, Iterator

from tests.differential.spoil import Spec, nodes_of

Shows = Callable[[Spec], bool]
KEPT = {"op", "chain", "nodes", "share", "from"}


def shrink(spec: Spec, shows: Shows) -> Spec:
    """The smallest spec on the way that still `shows` it; each step is the first that does."""
    while True:
        size = len(str(explicit(copy.deepcopy(spec))))
        tried = (each for each in candidates(spec) if len(str(each)) < size)
        smaller = next((each for each in tried if shows(each)), None)
        if smaller is None:
            return spec
        spec = smaller


def candidates(spec: Spec) -> Iterator[Spec]:
    """Smaller specs, the smallest first; many are no networks."""
    for name in reversed([*spec["outputs"]]):
        if len(spec["outputs"]) > 1:
            yield cleaned(without(spec, "outputs", name))
    for name in reversed([*spec["nodes"]]):
        yield cleaned(bypassed(spec, name))
    for name in reversed([*spec["nodes"]]):
        yield cleaned(ended(spec, name))
    for section in ("defaults", "init"):
        if section in spec:
            yield {key: value for key, value in spec.items() if key != section}
    for index, node in enumerate(nodes_of(spec)):
        for key in [*node]:
            if key not in KEPT:
                yield cleaned(edited(spec, index, lambda found, key=key: found.pop(key)))
        for place in range(len(node.get("chain", [])) if len(node.get("chain", [])) > 1 else 0):
            yield cleaned(edited(spec, index, lambda found, at=place: found["chain"].pop(at)))
    for name, dim in spec.get("dims", {}).items():
        if isinstance(dim, dict):
            yield {**spec, "dims": {**spec["dims"], name: dim["nominal"]}}
    for name, shape in spec["inputs"].items():
        for place, size in enumerate(shape):
            if isinstance(size, int) and size > 1:
                smaller = [*shape[:place], size - 1, *shape[place + 1 :]]
                yield {**spec, "inputs": {**spec["inputs"], name: smaller}}


def without(spec: Spec, section: str, name: str) -> Spec:
    rest = {key: value for key, value in spec[section].items() if key != name}
    return {**copy.deepcopy(spec), section: copy.deepcopy(rest)}


def edited(spec: Spec, index: int, change: Callable[[dict], object]) -> Spec:
    """The spec with one of its nodes changed, in the order of `nodes_of`."""
    changed = copy.deepcopy(spec)
    change([*nodes_of(changed)][index])
    return changed


def ended(spec: Spec, name: str) -> Spec:
    """The node is the output, and there is no other."""
    return {**copy.deepcopy(spec), "outputs": {"out0": name}}


def bypassed(spec: Spec, name: str) -> Spec:
    """The node removed, and what it reads first in its place."""
    changed = explicit(copy.deepcopy(spec))
    read = changed["nodes"][name].get("from", "")
    source = read[0] if isinstance(read, list) else read
    del changed["nodes"][name]

    def instead(text: str) -> str:
        return source if text.partition(".")[0] == name else text

    for node in changed["nodes"].values():
        read = node.get("from", [])
        node["from"] = [*map(instead, read)] if isinstance(read, list) else instead(read)
        if node["from"] == []:
            del node["from"]
    for key, output in changed["outputs"].items():
        if isinstance(output, dict):
            output["from"] = instead(output["from"])
        else:
            changed["outputs"][key] = instead(output)
    return changed


def explicit(spec: Spec) -> Spec:
    """Every node of the network as a mapping, and says what it reads."""
    before = next(iter(spec["inputs"]))
    for name, node in spec["nodes"].items():
        found = {"op": node} if isinstance(node, str) else node
        found = {"chain": found} if isinstance(found, list) else found
        if "from" not in found and found.get("op") != "parameter":
            found["from"] = before
        spec["nodes"][name] = found
        before = name
    return spec


def cleaned(spec: Spec) -> Spec:
    """Without what nothing reads: nodes, blocks, parameters, inputs and dims."""
    spec = explicit(copy.deepcopy(spec))
    live: set[str] = set()
    todo = [each["from"] if isinstance(each, dict) else each for each in spec["outputs"].values()]
    while todo:
        name = str(todo.pop()).partition(".")[0]
        if name in live:
            continue
        live.add(name)
        node = spec["nodes"].get(name, {})
        read = node.get("from", [])
        todo += [
            *(read if isinstance(read, list) else [read]),
            *([node["share"]] if "share" in node else []),
        ]
    spec["nodes"] = {name: node for name, node in spec["nodes"].items() if name in live}
    inputs = {name: shape for name, shape in spec["inputs"].items() if name in live}
    spec["inputs"] = inputs or spec["inputs"]
    for section in ("blocks", "params", "dims"):
        text = str([spec[key] for key in ("inputs", "nodes", "outputs", "blocks") if key in spec])
        used = {name: each for name, each in spec.get(section, {}).items() if name in text}
        spec[section] = used
        if not used:
            del spec[section]
    return spec
