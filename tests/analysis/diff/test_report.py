"""A report that fits the terminal, and in which no name does anything."""

import json

import pytest

import netspec
from netspec.analysis.diff import diff_graphs
from netspec.analysis.diff.data import data
from netspec.analysis.diff.markdown import inline, markdown
from netspec.analysis.diff.report import text
from netspec.analysis.diff.words import listed, places
from tests.analysis.diff.specs import diff

PAIRS = [
    ("resnet50_c", "resnet50_d"),
    ("torchvision/vgg16", "torchvision/vgg16_bn"),
    ("torchvision/resnet34", "torchvision/resnet50"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[1].rpartition("/")[2])
def test_golden(pair: tuple[str, str], golden) -> None:
    found = diff_graphs(*(netspec.check_spec(name).graph for name in pair))
    name = pair[1].rpartition("/")[2]
    golden(f"diff_{name}.txt", "\n".join(line.text for line in text(found)) + "\n")
    golden(f"diff_{name}.md", markdown(found) + "\n")


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_it_fits(pair: tuple[str, str], width: int) -> None:
    found = diff_graphs(*(netspec.check_spec(name).graph for name in pair))
    lines = [line.text for line in text(found, width)]
    words = max(len(word) for line in lines for word in line.split())
    assert max(map(len, lines)) <= max(width, words + 5)
    assert all(line == line.rstrip() for line in lines)


def test_no_difference() -> None:
    found = diff("{y: relu}", "{y: relu}")
    assert [line.text for line in text(found)][-1] == " no difference"
    assert markdown(found).splitlines()[-1] == "No difference."


def test_different_inputs_come_first() -> None:
    left, right = (
        netspec.check_spec(
            {
                "netspec": 1,
                "name": "n",
                "inputs": {"x": ["N", size, 8, 8]},
                "nodes": {"y": "relu"},
                "outputs": {"y": "y"},
            }
        ).graph
        for size in (3, 4)
    )
    lines = [line.text for line in text(diff_graphs(left, right))]
    assert lines[2] == " the inputs differ: x [N, 3, 8, 8] float32 → [N, 4, 8, 8] float32"


def test_the_least_size_in_training_is_told() -> None:
    """A head that is computed in training alone needs larger images; nothing else differs."""
    nodes = "{y: relu, z: {op: max_pool, kernel_size: [%d, 1], from: x}}"
    how = {
        "dims": "{H: 64}",
        "inputs": "{x: [N, 4, H, 8]}",
        "outputs": "{y: y, z: {from: z, training: true}}",
    }
    (told,) = diff(nodes % 3, nodes % 5, **how).inputs
    assert (told.before, told.after) == ("≥ 1 (3 in training)", "≥ 1 (5 in training)")


def test_sizes_that_are_written_otherwise_and_equal_are_no_change_of_shape() -> None:
    """H/2 of an H in steps of 32 is ceil(H/2) of any H."""
    found = diff_graphs(*(netspec.check_spec(name).graph for name in ("resnet50_c", "resnet50_d")))
    assert found.inputs and not found.shapes


def test_lists_are_shortened_unless_all_is_wanted() -> None:
    paths = [f"a{n}b" for n in range(20)]
    assert places(paths) == "a0b, a1b, a2b, a3b, a4b, a5b and 14 more"
    assert places(paths, everything=True) == ", ".join(paths)
    assert places(["l.0", "l.1", "l.2", "m.0", "m.2"]) == "l.0–2, m.0, m.2"
    assert places(["l1", "l2", "m3", "m", "9"]) == "l1–2, m3, m, 9"
    assert listed(paths, False) == "a0b, a1b, a2b and 17 more"


NAUGHTY = ["<script>", "a\x1b[31mb", "`x`", "[a](b)", "![a](b)", "_em_", "| cell |", "\u202eabc"]


@pytest.mark.parametrize("name", NAUGHTY)
def test_a_name_is_inert(name: str) -> None:
    graphs = [netspec.check_spec(each).graph for each in ("resnet50_c", "resnet50_d")]
    found = diff_graphs(*graphs, (name, "other"))
    lines = "\n".join(line.text for line in text(found))
    assert lines.replace("\n", "").isprintable()
    shown = markdown(found)
    assert shown.replace("\n", "").isprintable()
    plain = name if name.isprintable() else ""
    assert plain == "" or plain not in shown
    assert json.loads(json.dumps(data(found)))["from"] == name


def test_names_of_nodes_stay_as_they_are_in_markdown() -> None:
    assert inline("layer3.0.conv_bn") == "layer3.0.conv_bn"
    assert inline("https://host") == "https\\://host"


def test_json_has_everything() -> None:
    found = diff_graphs(
        *(netspec.check_spec(f"torchvision/{name}").graph for name in ("vgg16", "vgg16_bn"))
    )
    record = data(found)
    assert record["different"] is True
    assert len(record["changes"]) == 13 and record["changes"][0]["kind"] == "added"
    assert len(record["weights"]["renamed"]) == 24
    assert json.loads(json.dumps(record)) == json.loads(json.dumps(record))
