"""Bare names find the specs that come with netspec, and nothing else."""

from pathlib import Path

import pytest

from netspec import zoo


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "specs"
    (root / "torchvision").mkdir(parents=True)
    (root / "b.yaml").write_text("netspec: 1")
    (root / "a-1.yaml").write_text("netspec: 1")
    (root / "torchvision" / "resnet50.yaml").write_text("netspec: 1")
    (tmp_path / "secret.yaml").write_text("netspec: 1")
    monkeypatch.setattr(zoo, "__file__", str(tmp_path / "netspec" / "zoo.py"))
    return root


def test_root_of_a_checkout_is_beside_the_package(folder: Path) -> None:
    assert zoo.zoo_root() == folder


def test_root_of_a_wheel_is_inside_the_package(folder: Path, tmp_path: Path) -> None:
    inside = tmp_path / "netspec" / "specs"
    inside.mkdir(parents=True)
    assert zoo.zoo_root() == inside


def test_names_are_sorted_and_lead_to_files(folder: Path) -> None:
    assert zoo.names() == ["a-1", "b", "torchvision/resnet50"]
    assert zoo.find("torchvision/resnet50") == folder / "torchvision" / "resnet50.yaml"
    assert all(zoo.find(name) for name in zoo.names())


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../secret",
        "torchvision/../b",
        "/b",
        "b/",
        "b.yaml",
        "torchvision//b",
        "torchvision\\resnet50",
        "b\n",
        "b\0",
        "~/b",
        "b c",
        "ｂ",
        "nothing",
        "torchvision",
    ],
)
def test_other_text_finds_nothing(folder: Path, name: str) -> None:
    assert zoo.find(name) is None


def test_a_file_of_the_zoo_has_a_name_wherever_it_is_named(folder: Path, tmp_path: Path) -> None:
    assert [zoo.name_of(folder / f"{name}.yaml") for name in zoo.names()] == zoo.names()
    assert zoo.name_of(folder / "torchvision" / ".." / "b.yaml") == "b"
    for other in (
        tmp_path / "secret.yaml",
        folder / "missing.yaml",
        folder / "b",
        folder,
        tmp_path,
    ):
        assert zoo.name_of(other) is None


def test_the_file_of_a_name_is_meant_before_those_of_the_zoo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert zoo.nearest_name("resnet43") == "resnet34"
    (tmp_path / "resnet43.yaml").touch()
    assert zoo.nearest_name("resnet43") == "resnet43.yaml"
