"""`netspec list`: the zoo."""

import json
from pathlib import Path

from netspec import check_spec, zoo

NETWORK = """\
netspec: 1
doc: A head.
inputs: {x: [N, 8]}
nodes: {fc: {op: linear, out_features: 2}}
outputs: {y: fc}
"""


def names(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()[1:]]


def test_every_spec_is_listed_those_of_the_documents_first(netspec) -> None:
    listed = names(netspec("list").out)
    assert sorted(listed) == zoo.names()
    folders = [name.rpartition("/")[0] for name in listed]
    assert folders == sorted(folders)


def test_no_line_is_cut_where_output_is_piped(netspec) -> None:
    found = netspec("list", "inception_v4", "torchvision/inception_v3").out
    assert "…" not in found
    assert "= torchvision.models.inception_v3" in found


def test_a_glob_fits_the_name_or_its_last_part(netspec) -> None:
    assert names(netspec("list", "resnet3?").out) == ["resnet34", "torchvision/resnet34"]
    assert names(netspec("list", "torchvision/resnet3*").out) == ["torchvision/resnet34"]
    assert names(netspec("list", "lenet5", "timm/darknet*").out) == ["lenet5", "timm/darknet53"]


def test_a_glob_that_fits_nothing_is_a_mistake(netspec) -> None:
    result = netspec("list", "lenet5", "resnt34")
    assert result.status == 2
    assert result.out == ""
    assert "no spec of the zoo fits `resnt34`; did you mean `resnet34`?" in result.err


def test_json_has_what_the_check_says(netspec) -> None:
    checked = check_spec("torchvision/resnet18")
    (record,) = json.loads(netspec("list", "torchvision/resnet18", "--format", "json").out)
    assert record["name"] == "torchvision/resnet18"
    assert (record["parameters"], record["macs"]) == (checked.parameters, checked.macs)
    assert record["inputs"] == {"image": ["N", 3, 224, 224]}
    assert record["dims"]["H"] == {
        "nominal": 224,
        "min": 1,
        "min_in_training": 1,
        "multiple_of": 1,
    }
    assert "resnet18" in record["equal_to"]
    assert "equal to" not in record["summary"]


def test_a_page_is_written_to_a_file(netspec, folder: Path) -> None:
    page = folder / "zoo.md"
    assert netspec("list", "lenet5", "--format", "markdown", "-o", str(page)).status == 0
    assert "| `lenet5` | 61,706 | 0.000417 | 1×32×32 | fixed |" in page.read_text("utf-8")
    assert netspec("list", "lenet5", "-o", str(page)).status == 2  # it exists


def test_a_file_of_the_same_name_is_not_the_spec_of_the_zoo(netspec, folder: Path) -> None:
    (folder / "lenet5").write_text(NETWORK)
    assert "61.7 k" in netspec("list", "lenet5").out
