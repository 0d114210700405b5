"""A spec cut in two files, of which one `extends` the other."""

import copy
from collections.abc import Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml

from netspec import Checked, check_spec
from tests.differential.reading import KEYS
from tests.differential.shrink import explicit

Spec = dict


def check_halves(spec: Mapping[str, object]) -> Checked:
    """What the check says of the two files. Raises NetspecError."""
    parent, child = split(Random(0), dict(spec))
    with TemporaryDirectory() as folder:
        for name, part in (("parent.yaml", parent), ("child.yaml", child)):
            write(Path(folder, name), part)
        return check_spec(Path(folder, "child.yaml"))


def write(path: Path, spec: Spec) -> None:
    path.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")


def split(draw: Random, spec: Spec) -> tuple[Spec, Spec]:
    """A parent that is different, and the file that changes it back."""
    parent, child = explicit(copy.deepcopy(spec)), {"netspec": 1, "name": spec["name"]}
    child |= {"extends": "parent.yaml", "nodes": {}, "outputs": {}}
    nodes = parent["nodes"]
    name = draw.choice([name for name, node in nodes.items() if "share" not in node])
    first = next(iter(parent["inputs"]))
    for key in [key for key in nodes[name] if key not in KEYS or key == "when"]:
        child["nodes"].setdefault(name, {})[key] = nodes[name].pop(key)
    others = [
        each
        for each, node in nodes.items()
        if each != name and "share" not in node and node.get("op") != "parameter"
    ]
    for other in draw.sample(others, min(1, len(others))):
        child["nodes"][other] = copy.deepcopy(nodes[other])
        nodes[other] = {"op": "identity", "from": first}
    nodes["extra"] = {"op": "relu", "from": first}
    parent["outputs"]["extra"] = "extra"
    child["nodes"]["extra"] = child["outputs"]["extra"] = None
    last = [*spec["outputs"]][-1]
    child["outputs"][last] = parent["outputs"].pop(last)
    for key, default in spec.get("params", {}).items():
        if type(default) is int:
            parent["params"][key] = default + 1
            child.setdefault("params", {})[key] = default
    return parent, child
