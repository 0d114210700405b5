"""Wrong specs: mistakes that an editor should see, each made somewhere in a right spec."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.syntax.json_schema.schema import builtin_ops, read

Keys = dict[str, object]
Change = Callable[[Keys], None]
Changes = Iterator[tuple[Keys, Change]]
"""Mappings of a spec, each with what spoils it."""


def misspell(word: str) -> str:
    swapped = word[:-2] + word[-2:][::-1]
    return swapped if swapped != word else word + "q"


def rename(old: str) -> Change:
    def change(keys: Keys) -> None:
        entries = [(misspell(key) if key == old else key, value) for key, value in keys.items()]
        keys.clear()
        keys.update(entries)

    return change


def put(key: str, value: object) -> Change:
    def change(keys: Keys) -> None:
        keys[key] = value

    return change


def nodes(data: object) -> Iterator[Keys]:
    """Nodes in long form that are surely built: top-level ones and members of their chains."""
    if isinstance(data, dict) and "when" not in data:
        yield data
        yield from (node for member in data.get("chain", ()) for node in nodes(member))
    if isinstance(data, list):
        yield from (node for member in data for node in nodes(member))


def calls(spec: Keys) -> Iterator[Keys]:
    """Nodes that name an op, with at least one argument; `arguments` tells which."""
    table = spec.get("nodes")
    for entry in table.values() if isinstance(table, dict) else ():
        yield from (node for node in nodes(entry) if arguments(node))


def arguments(node: Keys) -> list[str]:
    op = builtin_ops().get(str(node.get("op")))
    return [key for key in node if op is not None and key in op.model_fields and key != "shape"]


def misspelt_argument(spec: Keys) -> Changes:
    for node in calls(spec):
        yield from ((node, rename(key)) for key in arguments(node))


def quoted_number(spec: Keys) -> Changes:
    for node in calls(spec):
        for key in arguments(node):
            if isinstance(node[key], int | float):
                yield node, put(key, json.dumps(node[key]))


def mapping_for_value(spec: Keys) -> Changes:
    for node in calls(spec):
        yield from ((node, put(key, {"value": 1})) for key in arguments(node))


def nothing_for_value(spec: Keys) -> Changes:
    for node in calls(spec):
        yield from ((node, put(key, None)) for key in arguments(node))


def boolean_for_number(spec: Keys) -> Changes:
    for node in calls(spec):
        yield from ((node, put(k, True)) for k in arguments(node) if type(node[k]) is int)


def negative_channels(spec: Keys) -> Changes:
    for node in calls(spec):
        yield from ((node, put(k, -1)) for k in ("out_channels", "out_features") if k in node)


def argument_of_another_op(spec: Keys) -> Changes:
    yield from ((node, put("negative_slope", 0.1)) for node in calls(spec))


def two_forms(spec: Keys) -> Changes:
    yield from ((node, put("chain", ["relu"])) for node in calls(spec))


def number_as_op(spec: Keys) -> Changes:
    yield from ((node, put("op", 3)) for node in calls(spec))


def condition_as_list(spec: Keys) -> Changes:
    yield from ((node, put("when", [1, 2])) for node in calls(spec))


def negative_repeat(spec: Keys) -> Changes:
    yield from ((node, put("repeat", -1)) for node in calls(spec))


def first_without_repeat(spec: Keys) -> Changes:
    yield from ((node, put("first", {})) for node in calls(spec) if "repeat" not in node)


def number_as_shape(spec: Keys) -> Changes:
    yield from ((node, put("shape", 64)) for node in calls(spec))


def number_as_source(spec: Keys) -> Changes:
    yield from ((node, put("from", 5)) for node in calls(spec))


def misspelt_top_key(spec: Keys) -> Changes:
    yield from ((spec, rename(key)) for key in spec)


def other_version(spec: Keys) -> Changes:
    yield spec, put("netspec", 2)


def number_as_doc(spec: Keys) -> Changes:
    yield spec, put("doc", 2015)


def list_of_nodes(spec: Keys) -> Changes:
    yield spec, put("nodes", ["relu"])


def keyword_as_name(spec: Keys) -> Changes:
    yield from ((table(spec, key), put("class", "x")) for key in ("params", "outputs"))


def long_form_misspelt(spec: Keys) -> Changes:
    yield table(spec, "dims"), put("D", {"nominl": 3})
    yield table(spec, "outputs"), put("extra", {"form": "x"})
    yield table(spec, "params"), put("extra", {"defalt": 1})


def enumeration(spec: Keys) -> Changes:
    yield table(spec, "params"), put("extra", {"type": "integr", "default": 1})
    yield table(spec, "inputs"), put("extra", {"shape": ["N", 3], "dtype": "float3"})
    yield spec, put("init", [{"op": "conv", "fill": {"kaiming_norml": {}}}])
    yield spec, put("init", [{"op": "conv", "fil": 0}])


def table(spec: Keys, key: str) -> Keys:
    """A section, which is made where there is none."""
    section = spec.setdefault(key, {})
    assert isinstance(section, dict)
    return section


KINDS: tuple[Callable[[Keys], Changes], ...] = (
    misspelt_argument,
    quoted_number,
    mapping_for_value,
    nothing_for_value,
    boolean_for_number,
    negative_channels,
    argument_of_another_op,
    two_forms,
    number_as_op,
    condition_as_list,
    negative_repeat,
    first_without_repeat,
    number_as_shape,
    number_as_source,
    misspelt_top_key,
    other_version,
    number_as_doc,
    list_of_nodes,
    keyword_as_name,
    long_form_misspelt,
    enumeration,
)


Kind = Callable[[Keys], Changes]


def wrong_specs(
    path: Path, kinds: tuple[Callable[[Keys], Changes], ...]
) -> Iterator[tuple[str, Keys]]:
    """Of each kind one wrong spec, at a place that differs from spec to spec."""
    for kind in kinds:
        spec = copy.deepcopy(read(path.read_text(encoding="utf-8")))
        assert isinstance(spec, dict)
        found = list(kind(spec))
        if found:
            keys, change = found[len(path.name) % len(found)]
            change(keys)
            yield kind.__name__, spec
