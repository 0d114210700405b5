"""The gate to the disk: which paths are read, and what is never opened."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

import netspec
from netspec import zoo
from netspec.diagnostics import Collector, Diagnostic, NetspecError, Source, Span
from netspec.diagnostics.render import render_concise, render_github, render_json
from netspec.limits import Limits
from netspec.syntax.files import Files, Place, moved, read_file, reason
from tests.bad_inputs import GOOD

PLACE = Span(Source("x", "y"), 1, 1, 1, 2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a folder and a link in it, and a secret outside."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    for path in (root / "good.yaml", root / "sub" / "deep.yaml", tmp_path / "secret.yaml"):
        path.write_text(GOOD)
    (root / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "away").symlink_to(tmp_path)
    (root / "near.yaml").symlink_to(root / "good.yaml")
    (root / "loop.yaml").symlink_to(root / "loop.yaml")
    (root / "nothing.yaml").symlink_to(root / "gone.yaml")
    os.mkfifo(root / "pipe.yaml")
    return root


def errors_of(root: Path, path: str, key: str = "extends", folder: str = "") -> list[Diagnostic]:
    """The errors of a spec in the root that names a path."""
    quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\0") + '"'
    line = f"extends: {quoted}" if key == "extends" else f"include: {{other: {quoted}}}"
    child = root / folder / "child.yaml"
    child.write_text(
        GOOD.replace("name: net", line) if key == "include" else f"netspec: 1\n{line}\n"
    )
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(child, root=root)
    return list(caught.value.diagnostics)


def test_what_is_asked_for_below_the_root_is_kept(root: Path) -> None:
    files = Files(lambda name: root / "good.yaml" if name == "good" else None, Limits())
    home, collector = Place(root / "child.yaml", root, "child.yaml"), Collector()
    for text in ("sub/deep.yaml", "sub/gone.yaml", "../secret.yaml", "out.yaml", "good", "bad"):
        files.find(text, home, PLACE, collector)
    assert files.tried == [root / "sub/deep.yaml", root / "sub/gone.yaml", root / "good.yaml"]


HOSTILE = [
    "/etc/passwd",
    "//etc/passwd",
    "/",
    "~/secret.yaml",
    "~root/secret.yaml",
    "../secret.yaml",
    "../../etc/passwd",
    "./../secret.yaml",
    "sub/../../secret.yaml",
    "sub/../sub/../../secret.yaml",
    "sub/./../../secret.yaml",
    ".//..//secret.yaml",
    "..",
    "../",
    "./..",
    "../root/../secret.yaml",
    "../" * 40 + "etc/passwd",
    "out.yaml",
    "./out.yaml",
    "sub/../out.yaml",
    "away/secret.yaml",
    "away/root/../secret.yaml",
    "http://example.com/x.yaml",
    "https://example.com/x.yaml",
    "HTTP://example.com/x.yaml",
    "file:///etc/passwd",
    "file:secret.yaml",
    "ftp://example.com/x",
    "data:text/plain,netspec",
    "git+ssh://host/x.yaml",
    "C:/secret.yaml",
    "c:secret.yaml",
    "C:\\secret.yaml",
    "..\\secret.yaml",
    "sub\\..\\..\\secret.yaml",
    "\\\\host\\share\\x.yaml",
    "good.yaml\0.txt",
    "\0",
    "good.yaml\0/../../secret.yaml",
    "zip:x.zip!y.yaml",
]
MISSING = [
    "gone.yaml",
    "sub/gone.yaml",
    "gone/../gone.yaml",
    "good.yaml/x.yaml",
    "nothing.yaml",
    "loop.yaml",
    "%2e%2e/secret.yaml",
    "．．/secret.yaml",
    "..%2fsecret.yaml",
    "$HOME/x.yaml",
    "*.yaml",
    "good.yaml ",
    " ",
    ".",
    "./",
    "sub/",
    "./sub",
    "pipe.yaml",
    "a" * 300 + ".yaml",
    "a" * 300,
    "a/" * 3000 + "x",
    "a/" * 3000 + "x.yaml",
    "",
]


@pytest.mark.parametrize("key", ["extends", "include"])
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: repr(path)[:40])
def test_paths_that_leave_the_root(root: Path, path: str, key: str) -> None:
    (error,) = errors_of(root, path, key)
    assert error.code == "path-outside-root"
    assert error.help
    assert error.span.source.name.endswith("child.yaml")
    assert error.span.line > 0
    assert len(error.message) < 250


@pytest.mark.parametrize("path", MISSING, ids=lambda path: repr(path)[:40])
def test_paths_that_name_no_file(root: Path, path: str) -> None:
    (error,) = errors_of(root, path)
    assert error.code == "file-not-found"
    assert error.help
    assert len(error.message) < 400


def test_hostile_paths_are_many() -> None:
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize(
    "path", ["good.yaml", "./good.yaml", "sub/deep.yaml", "sub/../good.yaml", "near.yaml"]
)
def test_paths_inside_of_the_root(root: Path, path: str) -> None:
    child = root / "child.yaml"
    child.write_text(f"netspec: 1\nextends: {path}\n")
    assert netspec.check_spec(child).graph.name == "child"


def test_a_path_is_relative_to_its_file_and_the_root_is_that_of_the_first(root: Path) -> None:
    child = root / "sub" / "child.yaml"
    child.write_text("netspec: 1\nextends: ../good.yaml\n")
    assert netspec.check_spec(child, root=root).graph.name == "child"
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(child)
    assert caught.value.diagnostics[0].code == "path-outside-root"
    top = root / "top.yaml"
    top.write_text("netspec: 1\nextends: sub/child.yaml\n")
    assert netspec.check_spec(top).graph.name == "top"


def test_a_parent_may_not_leave_the_root_either(root: Path) -> None:
    (root / "sub" / "middle.yaml").write_text("netspec: 1\nextends: ../../secret.yaml\n")
    (error,) = errors_of(root, "sub/middle.yaml")
    assert error.code == "path-outside-root"
    assert error.span.source.name.endswith("middle.yaml")


def test_a_root_that_is_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    (root / "child.yaml").write_text("netspec: 1\nextends: good.yaml\n")
    assert netspec.check_spec(tmp_path / "link" / "child.yaml").graph
    assert netspec.check_spec(tmp_path / "link" / "child.yaml", root=root).graph


def test_a_text_has_no_folder_unless_a_root_is_given(root: Path) -> None:
    text = netspec.Text("netspec: 1\nextends: good.yaml\n")
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(text)
    (error,) = caught.value.diagnostics
    assert error.code == "path-outside-root"
    assert "`good.yaml` is a file" in error.message
    assert "--root" in (error.help or "")
    assert netspec.check_spec(text, root=root).graph
    assert netspec.check_spec({"netspec": 1, "extends": "good.yaml"}, root=root).graph


def test_the_zoo_is_found_by_a_bare_name_and_from_anywhere(root: Path) -> None:
    (root / "resnet34.yaml").write_text("not the zoo's")
    for spec in (
        netspec.Text("netspec: 1\nextends: resnet34\n"),
        {"netspec": 1, "extends": "resnet34"},
    ):
        assert netspec.check_spec(spec, root=root).graph
    (error,) = errors_of(root, "resnet43")
    assert error.code == "file-not-found"


@pytest.mark.parametrize("count", [3, 4])
def test_files_at_the_limit(root: Path, count: int) -> None:
    names = ", ".join(f"i{i}: ./good.yaml" for i in range(count - 1))
    child = root / "child.yaml"
    child.write_text(GOOD + f"include: {{{names}}}\n")
    if count == 3:
        assert netspec.check_spec(child, limits=Limits(files=3)).graph
        return
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(child, limits=Limits(files=3))
    (error,) = caught.value.diagnostics
    assert (error.code, error.message) == ("too-many-files", "more than 3 files")


@pytest.mark.parametrize("levels", [2, 3, 4])
@pytest.mark.parametrize("entry", ["path", "text", "dict"])
def test_levels_at_the_limit(root: Path, levels: int, entry: str) -> None:
    (root / "l0.yaml").write_text(GOOD)
    for level in range(1, levels + 1):
        (root / f"l{level}.yaml").write_text(f"netspec: 1\nextends: l{level - 1}.yaml\n")
    text = (root / f"l{levels}.yaml").read_text()
    spec = {
        "path": root / f"l{levels}.yaml",
        "text": netspec.Text(text),
        "dict": {"netspec": 1, "extends": f"l{levels - 1}.yaml"},
    }[entry]
    if levels <= 3:
        assert netspec.check_spec(spec, root=root, limits=Limits(levels=3)).graph
        return
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(spec, root=root, limits=Limits(levels=3))
    (error,) = caught.value.diagnostics
    assert error.code == "too-many-files"
    assert "more than 3 levels" in error.message


def test_a_folder_and_a_pipe_are_not_waited_for(root: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_file(root / "sub", 10)
    with pytest.raises(OSError, match="not a regular file"):
        read_file(root / "pipe.yaml", 10)


def test_no_more_is_read_than_was_asked_for(root: Path) -> None:
    assert read_file(root / "good.yaml", 7) == b"netspec"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no /proc here")
def test_a_file_that_fails_while_it_is_read_is_named() -> None:
    with pytest.raises(OSError, match="Input/output error") as caught:
        read_file(Path("/proc/self/mem"), 10)
    assert caught.value.filename == "/proc/self/mem"


def test_a_file_without_permission(root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (root / "shut.yaml").write_text(GOOD)
    (root / "shut.yaml").chmod(0)
    (error,) = errors_of(root, "shut.yaml")
    assert error.code == "file-not-found"


def child_of_resnet(folder: Path) -> Diagnostic:
    """A mistake that is told at a line of the zoo."""
    child = folder / "child.yaml"
    child.write_text("netspec: 1\nextends: torchvision/resnet18\nnodes: {conv1: {stride: 1}}\n")
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(child)
    return caught.value.diagnostics[0]


def test_a_file_of_the_zoo_is_shown_by_its_name(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    error = child_of_resnet(root)
    assert str(error.span).startswith("<zoo>/torchvision/resnet18.yaml:")
    file = str(zoo.find("torchvision/resnet18"))
    assert json.loads(render_json([error]))["diagnostics"][0]["file"] == file
    assert f"file={file}," in render_github([error])
    assert render_concise([error]).startswith(f"{file}:{error.span.line}:")


def test_a_file_of_the_zoo_below_the_current_folder_is_shown_by_its_path(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(zoo.zoo_root().parent)
    assert str(child_of_resnet(root).span).startswith("specs/torchvision/resnet18.yaml:")


def test_files_without_a_zoo(root: Path) -> None:
    files, collector = Files(lambda name: None, Limits()), Collector()
    assert (files.count, files.tried) == (0, [])
    home = Place(root / "child.yaml", root, "child.yaml")
    assert files.find("good.yaml", home, PLACE, collector) is not None
    assert files.find("good", home, PLACE, collector) is None
    assert [error.code for error in collector] == ["file-not-found"]


def test_what_is_refused_leaves_no_descriptor_open(root: Path) -> None:
    def count() -> int:
        return len(os.listdir("/dev/fd"))

    before = count()
    for name in ("sub", "pipe.yaml", "good.yaml"):
        with suppress(OSError):
            read_file(root / name, 10)
    assert count() == before


def test_what_is_wrong_with_a_file_is_said_with_its_path(root: Path) -> None:
    for name in ("sub", "pipe.yaml", "gone.yaml"):
        with pytest.raises(OSError, match=f"{name}'") as caught:
            read_file(root / name, 10)
        assert reason(caught.value) == caught.value.strerror
    assert reason(OSError("no more")) == "no more"


def found(text: str, home: Place | None, known: Path | None = None) -> tuple[Place | None, str]:
    """The place, or what is said against it."""
    collector = Collector()
    place = Files(lambda name: known, Limits()).find(text, home, PLACE, collector)
    return place, "".join(error.message for error in collector)


def test_names_of_the_zoo_are_of_two_hundred_letters_at_most(root: Path) -> None:
    known = root / "good.yaml"
    assert found("a" * 200, None, known)[0] == Place(known, root, f"<zoo>/{'a' * 200}.yaml")
    assert found("a" * 201, None, known) == (None, f"the zoo has no spec `{'a' * 80}`")
    assert found("sub/deep", None, root / "sub" / "deep.yaml")[0] == Place(
        root / "sub" / "deep.yaml", root, "<zoo>/sub/deep.yaml"
    )


@pytest.mark.parametrize("text", ["../{}", "/{}", "{}.yaml"])
def test_long_paths_are_cut_in_messages(root: Path, text: str) -> None:
    home = Place(root / "child.yaml", root, "child.yaml")
    path = text.format("b" * 100)
    _, message = found(path, home)
    assert f"`{path[:80]}`" in message
    _, message = found(path, None)
    assert f"`{path[:80]}`" in message


def test_the_help_for_a_name_shows_its_last_part() -> None:
    collector = Collector()
    Files(lambda name: None, Limits()).find("a/b/resnet", None, PLACE, collector)
    (error,) = collector
    assert (error.help or "").startswith('`netspec list "*resnet*"`')


def test_how_a_place_is_shown(root: Path) -> None:
    home = Place(root / "child.yaml", root, "specs/child.yaml")
    place, _ = found("sub/deep.yaml", home)
    assert place == Place(root / "sub" / "deep.yaml", root, "specs/sub/deep.yaml")


def test_a_path_that_moves_with_its_spec(root: Path) -> None:
    """As it is named from another folder; a bare name and the zoo's hold everywhere."""
    here = Place(root / "a.yaml", root, "a.yaml")
    below = Place(root / "sub" / "b.yaml", root, "b.yaml")

    def bare(path: Path) -> str | None:
        return "good" if path == root / "good.yaml" else None

    assert moved("deep.yaml", below, here, bare) == "sub/deep.yaml"
    assert moved("../x.yaml", below, here, bare) == "x.yaml"
    assert moved("x.yaml", here, below, bare) == "../x.yaml"
    assert moved("deep.yaml", None, here, bare) == "deep.yaml"
    assert moved("resnet34", below, here, bare) == "resnet34"
    assert moved("../good.yaml", below, here, bare) == "good"
    assert moved("deep.yaml", below, None, bare) == "deep.yaml"
    assert moved("./deep.yaml", below, below, bare) == "./deep.yaml"
    assert moved("./deep", below, here, bare) == "./sub/deep"


def test_places_cannot_be_changed(root: Path) -> None:
    with pytest.raises(AttributeError):
        Place(root, root, "").path = root / "sub"  # type: ignore[misc]


@pytest.mark.parametrize("more", [0, 1])
def test_a_parent_of_as_many_bytes_as_may_be(root: Path, more: int) -> None:
    """Its last byte is read: without it, its last line would not parse."""
    most = 400
    text = GOOD.strip()
    assert text.endswith("}")
    (root / "good.yaml").write_text(f"# {'x' * (most + more - len(text) - 3)}\n{text}")
    assert (root / "good.yaml").stat().st_size == most + more
    child = netspec.Text("netspec: 1\nextends: good.yaml\n")
    if not more:
        assert netspec.check_spec(child, root=root, limits=Limits(file_bytes=most)).graph
        return
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(child, root=root, limits=Limits(file_bytes=most))
    assert [error.code for error in caught.value.diagnostics] == ["file-too-large"]
