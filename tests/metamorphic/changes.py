"""Changes of a spec that change nothing of the network. Each gives the changed spec, or None where
there is nothing to change in that way."""

import copy
import re
from random import Random

from tests.differential.reading import KEYS
from tests.differential.shrink import explicit

Spec = dict


def reordered(draw: Random, spec: Spec) -> Spec | None:
    """The nodes in another order, each saying what it reads; a shared module still comes first."""
    changed = explicit(copy.deepcopy(spec))
    nodes = changed["nodes"]
    for name, node in nodes.items():
        if any(draw.random() < 0.5 for _ in node) and "share" not in node:
            node.setdefault("at", name)
    names = [*nodes]
    draw.shuffle(names)
    for name in sorted(names, key=lambda each: "share" in nodes[each]):
        nodes[name] = nodes.pop(name)
    return changed if len(nodes) > 1 else None


def renamed(draw: Random, spec: Spec) -> Spec | None:
    """Every node has another name, and its module is where it was."""
    changed = explicit(copy.deepcopy(spec))
    names = {name: f"new_{index}" for index, name in enumerate(changed["nodes"])}

    def new(reference: str) -> str:
        name, dot, select = reference.partition(".")
        return names.get(name, name) + dot + select

    for name, node in changed["nodes"].items():
        if "share" in node:
            node["share"] = new(node["share"])
        else:
            node.setdefault("at", name)
        if "from" in node:
            read = node["from"]
            node["from"] = [*map(new, read)] if isinstance(read, list) else new(read)
    changed["nodes"] = {names[name]: node for name, node in changed["nodes"].items()}
    for name, output in changed["outputs"].items():
        if isinstance(output, dict):
            output["from"] = new(output["from"])
        else:
            changed["outputs"][name] = new(output)
    return changed


def inlined(draw: Random, spec: Spec) -> Spec | None:
    """A block written where it is called, with values in the place of its parameters."""
    changed = explicit(copy.deepcopy(spec))
    blocks = changed.get("blocks", {})
    calls = [
        name
        for name, node in changed["nodes"].items()
        if node.get("op") in set(blocks) - set(spec.get("defaults", {}))
        and not node.keys() & {"repeat", "share"}
    ]
    if not calls:
        return None
    name = draw.choice(calls)
    node = changed["nodes"][name]
    block = copy.deepcopy(blocks[node["op"]])
    params = block.get("params", {})
    params = params if isinstance(params, dict) else dict.fromkeys(params)
    values: dict[str, object] = {}
    for key, default in params.items():
        values[key] = node.get(key, substituted(default, values))
    body = {key: substituted(value, values) for key, value in block.items() if key != "params"}
    kept = {key: value for key, value in node.items() if key in (*KEYS, "shape") and key != "op"}
    changed["nodes"][name] = {**body, **kept}
    return without_idle_blocks(changed)


def substituted(value: object, values: dict[str, object]) -> object:
    """Texts with the values in the place of names."""
    if isinstance(value, list):
        return [substituted(item, values) for item in value]
    if isinstance(value, dict):
        held = values.get(str(value.get("op")))
        if isinstance(held, dict):
            return {**held, **{key: each for key, each in value.items() if key != "op"}}
        return {
            key: each if key in ("from", "op", "output", "outputs") else substituted(each, values)
            for key, each in value.items()
        }
    if not isinstance(value, str):
        return value
    if value in values:
        return values[value]
    for name, found in values.items():
        value = re.sub(rf"(?<![.\w]){name}\b", lambda _, found=found: f"({plain(found)})", value)
    return value


def plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def unrolled(draw: Random, spec: Spec) -> Spec | None:
    """The copies of a repeated node written one after the other."""
    changed = explicit(copy.deepcopy(spec))
    repeats = [
        name
        for name, node in changed["nodes"].items()
        if isinstance(node.get("repeat"), int) and not node.keys() & {"label", "when"}
    ]
    if not repeats:
        return None
    name = draw.choice(repeats)
    node = changed["nodes"][name]
    count = node["repeat"]
    outer = {key: node[key] for key in ("from", "at", "shape") if key in node}
    members = []
    for index in range(count):
        copied = {**node, **(node.get("first", {}) if index == 0 else {})}
        own = {key: copied[key] for key in copied if key not in (*outer, "repeat", "first")}
        if node.get("op") in ("reshape", "expand"):
            own["shape"] = node["shape"]
        members.append(substituted(own, {"index": index, "count": count}))
    if node.get("op") in ("reshape", "expand"):
        outer.pop("shape")
    changed["nodes"][name] = {"chain": members, **outer}
    return changed


def without_idle_blocks(spec: Spec) -> Spec:
    """Blocks may lie unused, and their parameters' names are gone with them."""
    used = str(spec["nodes"])
    return {**spec, "blocks": {k: b for k, b in spec["blocks"].items() if k in used}}
