"""The picture of a difference says what the difference says."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from netspec import check_spec
from netspec.analysis.diff import diff_graphs
from netspec.backends.picture import difference
from netspec.backends.picture.difference import first_changes, stage_difference
from netspec.backends.picture.engine import draw_svg
from netspec.backends.picture.mermaid import mermaid
from netspec.backends.picture.opened import boxes, opened
from netspec.backends.picture.page import page
from netspec.backends.picture.scene import Box, Scene, ScopeBox
from netspec.backends.picture.stage import stage
from netspec.graph.ir import Graph
from tests.backends.picture.drawn import SVG, read
from tests.backends.picture.samples import BRANCHES, NAUGHTY, RESIDUAL, graph

PLAIN = """\
netspec: 1
name: plain
inputs: {image: [N, 3, 16, 16]}
nodes:
  features:
    - {op: conv, out_channels: 8, kernel_size: 3, padding: 1}
    - relu
    - {op: conv, out_channels: 8, kernel_size: 3, padding: 1, stride: 2}
    - relu
  flatten: flatten
  fc: {op: linear, out_features: 10}
outputs: {y: fc}
"""
NORMED = (
    PLAIN.replace("plain", "normed")
    .replace("    - relu\n", "    - batch_norm\n    - relu\n")
    .replace("padding: 1, stride: 2", "padding: 1")
)
OTHER = RESIDUAL.replace("kernel_size: 3, padding: 1}\n      skip", "kernel_size: 1}\n      skip")


def compared(left: str, right: str) -> Scene:
    return stage_difference(graph(left), graph(right))


def all_boxes(scene: Scene) -> dict[str, Box]:
    def visit(scope: ScopeBox, prefix: str) -> dict[str, Box]:
        found = {}
        for path, inner, box in boxes(scene, scope, prefix):
            found[path] = box
            if box.scope is not None:
                found |= visit(scene.scopes[box.scope], inner)
        return found

    return visit(scene.root, "")


def marked(scene: Scene) -> dict[str, str]:
    return {path: box.change for path, box in all_boxes(scene).items() if box.change}


def test_what_is_added_and_what_changed() -> None:
    found = compared(PLAIN, NORMED)
    assert marked(found) == {
        "features.1": "added",
        "features.3": "changed",
        "features.4": "added",
    }
    every = all_boxes(found)
    assert every["features.3"].differences == {"stride": "2 → 1"}
    assert every["features"].inside == 3
    assert found.name == "plain → normed"
    assert found.differences["parameters"].startswith("5,938 → ")


def test_what_is_gone_stands_where_it_stood() -> None:
    found = compared(NORMED, PLAIN)
    assert marked(found) == {
        "features.1 (removed)": "removed",
        "features.2": "changed",
        "features.4 (removed)": "removed",
    }
    scope = found.scopes[all_boxes(found)["features"].scope or 0]
    assert [box.what.split()[0] for box in scope.nodes] == [
        *("conv", "batch_norm", "relu"),
        *("conv", "batch_norm", "relu"),
    ]
    norm, relu = scope.nodes[1:3]
    assert norm.inputs == ((0, 0),)
    assert (relu.inputs, relu.changes) == (((0, 0), (1, 0)), ("", "removed"))


def test_an_output_that_is_gone() -> None:
    longer = PLAIN.replace("outputs: {y: fc}", "  act: relu\noutputs: {y: act}")
    found = compared(longer, PLAIN)
    (end,) = found.root.outputs
    assert end.ref == (2, 0)
    assert end.was == (3, 0)
    (end,) = compared(PLAIN, longer).root.outputs
    assert (end.ref, end.was, end.change) == ((3, 0), None, "added")


def test_lines_of_other_inputs() -> None:
    before = BRANCHES.replace("{y: joined,", "{y: joined, z: c,")
    after = before.replace("from: [a, b, c]", "from: [a, b, features]")
    assert before != after
    joined = all_boxes(compared(before, after))["joined"]
    assert joined.differences == {"from": "[a, b, c] → [a, b, features]"}
    assert joined.changes == ("", "", "added", "removed")


def test_copies_of_a_block_and_the_count() -> None:
    found = compared(RESIDUAL, OTHER)
    every = all_boxes(found)
    assert every["stage"].inside == sum(path.startswith("stage.") for path in marked(found))
    assert every["stage.0"].inside == every["stage.2"].inside
    assert every["stage.1"].scope == every["stage.2"].scope
    assert every["stem"].inside is None


def test_the_same_is_the_scene_itself() -> None:
    same, scene = compared(RESIDUAL, RESIDUAL), stage(graph())
    assert same.scopes == scene.scopes
    assert first_changes(same) == []


PAIRS = [
    ("resnet50_c", "resnet50_d"),
    ("torchvision/vgg16_bn", "torchvision/vgg16"),
    ("torchvision/resnet50", "torchvision/resnet34"),
    ("torchvision/googlenet", "torchvision/inception_v3"),
]


def graphs(left: str, right: str) -> tuple[Graph, Graph]:
    return check_spec(left).graph, check_spec(right).graph


def lost(left: Graph, right: Graph) -> set[str]:
    """Nodes that the report names and the picture does not mark."""
    shown = marked(stage_difference(left, right))
    told = {
        change.after or f"{change.before} (removed)"
        for change in diff_graphs(left, right).changes
        if " " not in change.local
    }
    gone = {path for path in shown if path.endswith(" (removed)")}
    ours = sum(path.endswith(" (removed)") for path in told)
    return {path for path in told - shown.keys() if not path.endswith("(removed)")} or (
        {"removed"} if len(gone) < ours else set()
    )


@pytest.mark.parametrize(("left", "right"), PAIRS[:3])
def test_every_change_of_the_report_is_marked(left: str, right: str) -> None:
    assert lost(*graphs(left, right)) == set()


@pytest.mark.slow
@pytest.mark.parametrize(("left", "right"), PAIRS[3:4])
def test_every_change_of_large_networks_is_marked(left: str, right: str) -> None:
    assert lost(*graphs(left, right)) == set()
    assert lost(*graphs(right, left)) == set()


def test_a_mark_that_is_missing_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference, "marked", lambda box, mark: box)
    assert lost(graph(PLAIN), graph(NORMED)) == {"features.1", "features.3", "features.4"}


def test_sources_come_before_their_readers() -> None:
    for left, right in PAIRS[:3]:
        for scope in stage_difference(*graphs(left, right)).scopes:
            for index, box in enumerate(scope.nodes):
                assert all(source < index for source, _ in box.inputs)


def test_the_first_place_of_each_change_is_open() -> None:
    scene = stage_difference(*graphs("resnet50_c", "resnet50_d"))
    assert first_changes(scene) == ["layer2.0.downsample.0", "layer2.0.downsample.1"]


GATED = """\
netspec: 1
extends: torchvision/resnet50
blocks:
  bottleneck:
    params: {attention: false}
    nodes:
      se: {op: group_norm, num_groups: 8, when: attention, after: bn3}
      sum: {from: [se, downsample]}
nodes:
  layer3: {attention: true}
"""


@pytest.mark.parametrize("back", [False, True])
def test_no_line_runs_over_another(back: bool) -> None:
    pair = check_spec("torchvision/resnet50").graph, graph(GATED)
    scene = stage_difference(*(reversed(pair) if back else pair))
    found = read(draw_svg(scene, opened(scene, None, ["layer3.0", "layer3.1"])))
    assert found.crossed_words() == []
    assert found.doubled_lines() == []


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [("picture_added.svg", PLAIN, NORMED), ("picture_removed.svg", NORMED, PLAIN)],
)
def test_the_drawing_of_a_small_difference(
    name: str, left: str, right: str, golden: Callable[[str, str], None]
) -> None:
    scene = compared(left, right)
    svg = draw_svg(scene, opened(scene, None, first_changes(scene)), theme="light")
    golden(name, svg.replace("><", ">\n<") + "\n")
    assert read(svg).crossed_words() == []


def test_a_box_says_from_what_to_what() -> None:
    scene = compared(PLAIN, NORMED)
    assert all_boxes(scene)["features.3"].note == "stride 2 → 1"
    shown = {"features"}
    assert ">stride 2 → 1</text>" in draw_svg(scene, shown)
    assert ">stride 2 → 1</text>" not in draw_svg(scene)
    assert 'conv 3×3 → 8<br/>stride 2 → 1"]' in mermaid(scene, shown)


def test_a_pill_and_a_sign_say_it_too() -> None:
    slope, other = (
        "- {op: leaky_relu, negative_slope: 0.3}",
        "- {op: leaky_relu, negative_slope: 0.2}",
    )
    pill = compared(PLAIN.replace("- relu", slope), PLAIN.replace("- relu", other))
    assert ">leaky_relu  negative_slope 0.3 → 0.2</text>" in draw_svg(pill, {"features"})
    sign = compared(RESIDUAL, RESIDUAL.replace("op: add", "op: mul"))
    assert ">op add → mul</text>" in draw_svg(sign, {"stage", "stage.1"})


def test_a_closed_block_counts_what_changes_in_it() -> None:
    svg = draw_svg(compared(PLAIN, NORMED))
    assert ">±3</text>" in svg
    assert ">±3</text>" not in draw_svg(compared(PLAIN, NORMED), {"features"})


def test_the_chart_of_a_difference() -> None:
    scene = compared(NORMED, PLAIN)
    chart = mermaid(scene, {"features"})
    assert '"#8722; 1 batch_norm"' in chart
    assert "-.->" in chart
    assert "classDef removed stroke:#d55e00,stroke-width:3px,stroke-dasharray:3 3" in chart
    assert '"#177;3 features' in mermaid(scene)


def test_names_and_values_are_text() -> None:
    scene = compared(NORMED, PLAIN)

    def spoil(box: Box) -> Box:
        words = {f"{key}{NAUGHTY}": f"{value}{NAUGHTY}" for key, value in {"a": "b"}.items()}
        return replace(box, name=box.name + NAUGHTY, differences=words)

    scopes = tuple(replace(one, nodes=tuple(map(spoil, one.nodes))) for one in scene.scopes)
    naughty = replace(scene, name=NAUGHTY, scopes=scopes, differences={NAUGHTY: NAUGHTY})
    svg = draw_svg(naughty, {"features"})
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()}
    assert "script" not in tags
    assert "<script>alert(1)" not in page(naughty)
    assert "<script" not in mermaid(naughty)


def test_what_moved_says_from_where() -> None:
    before = PLAIN.replace(
        "- relu\n    - {op: conv", "- batch_norm\n    - relu\n    - {op: conv", 1
    )
    after = before.replace("    - batch_norm\n    - relu\n", "    - relu\n    - batch_norm\n")
    found = compared(before, after)
    ((path, change),) = marked(found).items()
    assert change == "moved"
    assert set(all_boxes(found)[path].differences) == {"moved from"}
