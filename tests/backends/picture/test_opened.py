"""What is open at first."""

from netspec import check_spec
from netspec.backends.picture.opened import opened, paths_of
from netspec.backends.picture.stage import stage
from tests.backends.picture.samples import BRANCHES, scene


def test_blocks_are_closed_and_what_is_written_in_place_is_open() -> None:
    assert opened(scene(), None, ()) == {"stem"}


def test_a_network_of_many_nodes_is_closed() -> None:
    assert opened(stage(check_spec("torchvision/resnet50").graph), None, ()) == set()


def test_depth() -> None:
    assert opened(scene(), 1, ()) == set()
    assert opened(scene(), 2, ()) == {"stem", "stage"}
    assert opened(scene(), 3, ()) == {"stem", "stage", "stage.0", "stage.1", "stage.2"}


def test_what_leads_to_a_node_is_open() -> None:
    assert opened(scene(), 1, ["stage.0.skip.1"]) == {"stage", "stage.0", "stage.0.skip"}
    assert opened(scene(), 1, ["stage.0"]) == {"stage", "stage.0"}
    assert opened(scene(BRANCHES), 1, ["features.2"]) == {"features", "features.0–3"}


def test_paths_are_those_of_the_modules() -> None:
    assert {"stem.0", "stage.2.conv1", "stage.0.skip.0", "fc"} <= paths_of(scene())
    assert "features.2" in paths_of(scene(BRANCHES))
