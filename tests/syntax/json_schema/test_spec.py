"""The schema and the check agree: what is right passes both, what the schema refuses fails both."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

import netspec
from netspec.syntax.json_schema import keys
from netspec.syntax.node_document import Keys, SubgraphKeys
from netspec.syntax.schema import (
    BlockKeys,
    DimKeys,
    FileDoc,
    InitKeys,
    InputKeys,
    OutputKeys,
    ParamKeys,
)
from tests.mistakes import Edit, edits
from tests.syntax.json_schema.schema import (
    SPECS,
    ZOO,
    faults,
    faults_of,
    name_of,
    schema,
    validator,
)
from tests.syntax.json_schema.wrong import KINDS, wrong_specs
from tests.test_mistakes import errors_of

LARGE = 3000
SMALL = [path for path in ZOO if path.stat().st_size < LARGE]


def test_it_is_a_schema_of_draft_7() -> None:
    Draft7Validator.check_schema(schema())


def empty_lists(part: object, path: str = "") -> Iterator[str]:
    """Places of lists without items: some validators refuse such an `enum` or `required`."""
    if isinstance(part, list) and not part:
        yield path
    items = (
        part.items()
        if isinstance(part, dict)
        else enumerate(part if isinstance(part, list) else ())
    )
    for key, value in items:
        yield from empty_lists(value, f"{path}/{key}")


def test_no_list_in_it_is_empty() -> None:
    assert [*empty_lists(schema())] == []
    assert [*empty_lists({"a": [{"enum": []}]})] == ["/a/0/enum"]


def references(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        found = part.get("$ref")
        if isinstance(found, str):
            yield found
            assert len(part) == 1, "what stands beside a `$ref` is ignored"
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from references(value)


def test_every_definition_is_used_and_there() -> None:
    names = {reference.split("/")[2] for reference in references(schema())}
    definitions = schema()["definitions"]
    assert isinstance(definitions, dict)
    assert names == set(definitions)


@pytest.mark.parametrize(
    ("table", "model"),
    [
        (keys.TOP, FileDoc),
        (keys.NODE, Keys),
        (keys.SCOPE, SubgraphKeys),
        (keys.block({}, {}), BlockKeys),
        (keys.PARAM, ParamKeys),
        (keys.DIM, DimKeys),
        (keys.INPUT, InputKeys),
        (keys.OUTPUT, OutputKeys),
        (keys.INIT, InitKeys),
    ],
)
def test_the_keys_are_those_that_are_read(table: Mapping[str, object], model: type) -> None:
    fields = model.model_fields.items()
    assert set(table) == {field.alias or name for name, field in fields}


@pytest.mark.parametrize("path", SPECS, ids=name_of)
def test_right_specs_pass(path: Path) -> None:
    assert faults_of(path.read_text(encoding="utf-8")) == []


def refused(text: str, path: Path) -> bool:
    try:
        netspec.check_spec(netspec.Text(text, path.name), root=path.parent)
    except netspec.NetspecError:
        return True
    return False


def judged(paths: list[Path]) -> tuple[int, list[str]]:
    """How many wrong specs were tried, and those that the schema or the check let pass."""
    count, passed = 0, []
    for path in paths:
        for kind, spec in wrong_specs(path, KINDS):
            count += 1
            if validator().is_valid(spec):
                passed.append(f"the schema passes {kind} in {name_of(path)}")
            if not refused(json.dumps(spec), path):
                passed.append(f"the check passes {kind} in {name_of(path)}")
    return count, passed


def test_wrong_specs_fail_in_both() -> None:
    count, passed = judged(SMALL)
    assert passed == []
    assert count >= 300


@pytest.mark.slow
def test_wrong_large_specs_fail_in_both() -> None:
    count, passed = judged([path for path in ZOO if path not in SMALL])
    assert passed == []
    assert count >= 150


def test_a_schema_that_sees_less_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    definitions = schema()["definitions"]
    assert isinstance(definitions, dict)
    monkeypatch.setitem(definitions["call"], "allOf", [])
    _, passed = judged([path for path in SMALL if path.stem == "lenet5"])
    assert "the schema passes misspelt_argument in specs/lenet5" in passed
    assert not [line for line in passed if "check" in line]


def test_each_kind_of_wrong_spec_is_made() -> None:
    kinds = {kind for path in SMALL for kind, _ in wrong_specs(path, KINDS)}
    assert kinds == {kind.__name__ for kind in KINDS}


HIDDEN = frozenset({"misspelt argument", "missing space", "text for number", "missing comma"})
"""Kinds of mistakes that the check does not see in a node that `when` leaves out."""


def seen_by(edit: Edit) -> str:
    """Who sees the mistake: the reader of YAML, the schema, or the check alone."""
    try:
        found = faults_of(edit.text)
    except AssertionError:
        return "yaml"
    if errors_of(edit):
        return "schema" if found else "check"
    assert not found or (edit.kind in HIDDEN and "when:" in edit.text), edit
    return "right"


@pytest.mark.slow
def test_mistakes_that_people_make() -> None:
    """Edits of text: what the schema refuses is wrong, and it sees most of what it can see."""
    counts: dict[str, Counter[str]] = {}
    for edit in list(edits())[::3]:
        counts.setdefault(edit.kind, Counter())[seen_by(edit)] += 1
    for kind, tally in counts.items():
        print(f"{kind:<26}", *(f"{who} {tally[who]:<5}" for who in ("yaml", "schema", "check")))
    for kind in ("misspelt argument", "missing space", "text for number"):
        tally = counts[kind]
        assert tally["yaml"] + tally["schema"] >= 0.6 * (tally.total() - tally["right"]), kind


CORNERS = {
    "an op with shape": "y: {op: reshape, shape: [N, 3, 64]}",
    "a block call": "y: {op: my_block, whatever: 3, first: {other: 4}, repeat: 2}",
    "a block of an include": "y: {op: r50.bottleneck, planes: 64}",
    "a node for a block": "y: {op: my_block, act: {op: relu}}",
    "words and expressions": "y: {op: conv, out_channels: k, kernel_size: [1, 3], padding: same}",
    "a word from a parameter": "y: {op: conv, out_channels: 8, kernel_size: 3, padding_mode: mode}",
    "a whole float": "y: {op: conv, out_channels: 8.0, kernel_size: 3}",
    "one number for sizes": "y: {op: layer_norm, normalized_shape: 8}",
    "a subgraph": "y: {nodes: {a: relu}, inputs: [u], output: a}",
    "a label": "y: {op: relu, repeat: 3, label: layer1}",
    "a number as place": "y: {op: relu, at: 0}",
}
REFUSED = {
    "an op without shape": ("y: {op: reshape}", "$.nodes.y"),
    "after in a spec for itself": ("y: {op: relu, after: x}", "$.nodes.y"),
    "splice in a scope": ("y: {chain: [relu], splice: true}", "$.nodes.y"),
    "from in a chain": ("y: [{op: relu, from: x}]", "$.nodes.y[0]"),
    "an empty chain": ("y: []", "$.nodes.y"),
    "a misspelt form": ("y: {opp: relu}", "$.nodes.y"),
    "first with a misspelling": (
        "y: {op: conv, out_channels: 8, kernel_size: 1, repeat: 2, first: {strid: 2}}",
        "$.nodes.y.first",
    ),
    "a missing space": ("y: {op: my_block, width:64}", "$.nodes.y"),
    "a share that repeats": ("y: {share: x, repeat: 3}", "$.nodes.y"),
    "two sorts of output": ("y: {nodes: {a: relu}, output: a, outputs: {b: a}}", "$.nodes.y"),
    "a reserved name": ("forward: relu", "$.nodes"),
    "removal": ("y: ~", "$.nodes.y"),
}  # fmt: skip


def spec_of(node: str) -> str:
    return f"netspec: 1\ninputs: {{x: [N, 3, 8, 8]}}\nnodes:\n  {node}\noutputs: {{y: y}}\n"


@pytest.mark.parametrize("node", CORNERS.values(), ids=CORNERS)
def test_what_passes(node: str) -> None:
    assert faults_of(spec_of(node)) == []


@pytest.mark.parametrize(("node", "place"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_and_where(node: str, place: str) -> None:
    assert place in faults_of(spec_of(node))
    assert refused(spec_of(node), Path("spec.yaml"))


@pytest.mark.parametrize(
    "change",
    [
        "nodes: {conv1: {kernel_size: 3, shape: ~}, maxpool: ~}",
        "nodes: {drop: {op: dropout, p: 0.2, after: flatten}}",
        "params: {k: {default: ~, max: 3}}",
        "dims: {H: {min: 32}, W: ~}",
        "outputs: {y: {training: true}, z: ~}",
        "blocks: {old: ~, basic: {params: {k: 3}, nodes: {act: ~, bn: {eps: 0.1}}, doc: ~}}",
        "defaults: {conv: {bias: ~}, batch_norm: ~}",
    ],
)
def test_changes_are_for_a_spec_that_extends(change: str) -> None:
    assert faults_of(f"netspec: 1\nextends: parent\n{change}\n") == []
    alone = f"netspec: 1\ninputs: {{x: [N, 3]}}\n{change}\n"
    rest = "".join(f"{key}: {{y: x}}\n" for key in ("nodes", "outputs") if f"{key}:" not in change)
    assert faults_of(alone + rest)


def test_a_misspelt_argument_in_a_new_node_of_a_variant_is_seen() -> None:
    text = "netspec: 1\nextends: parent\nnodes: {drop: {op: dropout, q: 0.2, after: flatten}}\n"
    assert faults_of(text) == ["$.nodes.drop"]


def test_initialization() -> None:
    rules = {
        "init": [
            {"op": "conv", "fill": {"kaiming_normal": {"mode": "fan_out"}}},
            {"match": "*.bias", "fill": "zeros"},
            {"match": "*.bias", "fill": 0.5, "when": "k > 2"},
        ]
    }
    spec = {"netspec": 1, "extends": "parent"}
    assert faults({**spec, **rules}) == []
    assert faults({**spec, "init": [{"fill": 0}]})
    assert faults({**spec, "init": [{"op": "conv", "fill": {"zeros": None, "ones": None}}]})
    assert faults({**spec, "init": [{"op": "conv", "fill": {"normal": {"stdd": 1}}}]})
