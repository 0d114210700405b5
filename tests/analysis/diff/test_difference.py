"""What holds for every difference: none of a network and itself, the mirror image of the reverse,
and one edit told as one."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netspec
from netspec import zoo
from netspec.analysis.diff import Difference, diff_graphs
from netspec.analysis.diff import pairing as pairing_module
from netspec.analysis.diff.changes import Change
from netspec.analysis.diff.grouping import Entry, sections
from tests.analysis.diff.networks import (
    CHANGES,
    OPS,
    Line,
    Named,
    Network,
    networks,
    placed,
    renamed,
)

NAMES = sorted(zoo.names())
MIRRORED = {"added": "removed", "removed": "added"}


def difference(left: Network, right: Network) -> Difference:
    return diff_graphs(left.graph(), right.graph())


def entries(found: Difference) -> list[Entry]:
    return [entry for section in sections(found.changes) for entry in section.entries]


@pytest.mark.parametrize("name", NAMES)
def test_a_network_does_not_differ_from_itself(name: str) -> None:
    graph = netspec.check_spec(name).graph
    found = diff_graphs(graph, graph)
    assert not found
    assert not found.params and not found.weights.fresh and not found.weights.misleading
    assert len(found.weights.same) == found.weights.count


def facts(changes: tuple[Change, ...]) -> list[object]:
    return sorted(
        (change.kind, str(change.before), str(change.after), sorted(map(repr, change.details)))
        for change in changes
    )


def mirrored(changes: tuple[Change, ...]) -> list[object]:
    return facts(
        tuple(
            replace(
                change,
                kind=MIRRORED.get(change.kind, change.kind),
                before=change.after,
                after=change.before,
                details=tuple(
                    replace(each, before=each.after, after=each.before) for each in change.details
                ),
            )
            for change in changes
        )
    )


def assert_mirror(there: Difference, back: Difference) -> None:
    assert facts(back.changes) == mirrored(there.changes)
    assert back.weights.sources == {old: new for new, old in there.weights.sources.items()}
    assert there.totals == back.totals[::-1]


PAIRS = [
    ("resnet50_c", "resnet50_d"),
    ("torchvision/vgg16", "torchvision/vgg16_bn"),
    ("torchvision/resnet34", "torchvision/resnet50"),
    ("torchvision/densenet121", "torchvision/densenet201"),
    ("inception_v4", "timm/inception_v4"),
    ("torchvision/googlenet", "torchvision/inception_v3"),
    ("torchvision/mobilenet_v2", "timm/mobilenetv1_100"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_the_reverse_is_the_mirror_image(pair: tuple[str, str]) -> None:
    left, right = (netspec.check_spec(name).graph for name in pair)
    assert_mirror(diff_graphs(left, right), diff_graphs(right, left))


@settings(max_examples=40)
@given(networks(), networks())
def test_the_reverse_of_any_two_is_the_mirror_image(left: Network, right: Network) -> None:
    assert_mirror(difference(left, right), difference(right, left))


def test_a_choice_that_depends_on_the_direction_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing_module, "_rank", lambda graph, contents: 0)
    left = netspec.check_spec(Network({"a": OPS[6], "b": OPS[7]}, UNIT, []).spec()).graph
    right = netspec.check_spec(Network({"b": OPS[7], "a": OPS[6]}, UNIT, []).spec()).graph
    with pytest.raises(AssertionError):
        assert_mirror(diff_graphs(left, right), diff_graphs(right, left))


UNIT = {"part0": {"op": "relu"}}


@settings(max_examples=40)
@given(networks(), st.sampled_from(OPS), st.data())
def test_one_node_that_comes_or_goes(net: Network, node: dict[str, object], data) -> None:
    after = net.copy()
    index = data.draw(st.integers(0, len(net.nodes)))
    after.nodes = placed(after.nodes, "fresh", node, index)
    [there] = difference(net, after).changes
    assert (there.kind, there.before, there.after) == ("added", None, "fresh")
    [back] = difference(after, net).changes
    assert (back.kind, back.before, back.after) == ("removed", "fresh", None)


@settings(max_examples=40)
@given(networks(), st.sampled_from(OPS), st.data())
def test_one_member_of_a_chain_that_comes_or_goes(net: Network, node, data) -> None:
    after = net.copy()
    index = data.draw(st.integers(0, len(net.line)))
    after.line.insert(index, node)
    [there] = difference(net, after).changes
    place = int(str(there.after).removeprefix("line."))
    assert there.kind == "added"
    assert after.line[:place] + after.line[place + 1 :] == net.line
    [back] = difference(after, net).changes
    assert (back.kind, back.before) == ("removed", there.after)


@settings(max_examples=40)
@given(networks(), st.data())
def test_one_node_that_changes(net: Network, data) -> None:
    after = net.copy()
    groups = [after.nodes, after.unit, after.line]
    places = [(group, key) for group in groups for key in keys(group) if is_open(group[key])]
    if not places:
        return
    group, key = data.draw(st.sampled_from(places))
    name, value = CHANGES[str(group[key]["op"])]
    group[key] = {**group[key], name: value}
    found = difference(net, after)
    [entry] = entries(found)
    assert entry.kind == "changed" and [name for name, _ in entry.details] == [name]
    assert len(found.changes) == (net.nodes["units"]["repeat"] if group is after.unit else 1)


def keys(group: Named | list[Line]) -> list[object]:
    return list(group) if isinstance(group, dict) else list(range(len(group)))


def is_open(node: Line) -> bool:
    return node.get("op") in CHANGES


@settings(max_examples=40)
@given(networks(), st.booleans(), st.data())
def test_one_node_that_gets_another_name(net: Network, inside: bool, data) -> None:
    after = net.copy()
    nodes = after.unit if inside else after.nodes
    old = data.draw(st.sampled_from(sorted(nodes)))
    if inside:
        after.unit = renamed(nodes, old, "other")
    else:
        after.nodes = renamed(nodes, old, "other")
    found = difference(net, after)
    [entry] = [entry for entry in entries(found) if not entry.places[0].startswith("output")]
    assert (entry.kind, entry.places, entry.origins) == ("renamed", ("other",), (old,))
    assert not found.weights.fresh and not found.weights.homeless


@settings(max_examples=40)
@given(networks(), st.data())
def test_one_node_that_moves(net: Network, data) -> None:
    after = net.copy()
    names = list(net.nodes)
    name = data.draw(st.sampled_from(names[:-1]))
    index = data.draw(st.integers(0, len(names) - 2))
    after.nodes = placed(after.nodes, name, after.nodes[name], index)
    found = difference(net, after)
    assert not found.weights.fresh and not found.weights.homeless
    distance = abs(names.index(name) - index)
    if distance == 0:
        assert not found
    else:
        [change] = found.changes
        assert change.kind == "moved" and (distance == 1 or change.after == name)


@settings(max_examples=40)
@given(networks(), st.data())
def test_one_member_of_a_chain_that_moves(net: Network, data) -> None:
    after = net.copy()
    node = after.line.pop(data.draw(st.integers(0, len(net.line) - 1)))
    after.line.insert(data.draw(st.integers(0, len(net.line) - 1)), node)
    found = difference(net, after)
    assert [change.kind for change in found.changes] == ["moved"] * (net.line != after.line)
    assert not found.weights.fresh and not found.weights.homeless


@settings(max_examples=20)
@given(networks(), st.integers(1, 4))
def test_another_number_of_copies(net: Network, count: int) -> None:
    after = net.copy()
    before = after.nodes["units"]["repeat"]
    after.nodes["units"]["repeat"] = count
    changes = difference(net, after).changes
    assert [change.kind for change in changes] == ["repeated"] * (count != before)
    if changes:
        [detail] = changes[0].details
        assert (detail.before, detail.after) == (str(before), str(count))


@pytest.mark.slow
def test_ten_thousand_nodes_tell_few_edits_as_few() -> None:
    ops = random.Random(0).choices(OPS, k=9900)
    nodes: Named = {"line": {"chain": []}}
    after = [*ops[:3000], *OPS, *ops[3000:6000], *ops[6007:]]
    found = difference(Network(nodes, UNIT, ops), Network(nodes, UNIT, after))
    kinds = Counter(change.kind for change in found.changes)
    assert kinds.keys() <= {"added", "removed", "moved"}
    assert (kinds["added"] + kinds["moved"], kinds["removed"] + kinds["moved"]) == (9, 7)
