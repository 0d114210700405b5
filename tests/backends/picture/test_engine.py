"""SVG and PNG: what is drawn, that no line crosses a word, and that no name is more than text."""

import struct
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from netspec import check_spec, zoo
from netspec.backends.picture import engine
from netspec.backends.picture.engine import MissingExtra, draw_png, draw_svg
from netspec.backends.picture.opened import opened
from netspec.backends.picture.stage import stage
from tests.backends.picture.drawn import SVG, Drawn, read
from tests.backends.picture.samples import BRANCHES, naughty_scene, scene


def drawn(name: str, depth: int | None) -> Drawn:
    found = stage(check_spec(name).graph)
    return read(draw_svg(found, opened(found, depth, ())))


def test_the_drawing_of_a_small_network(golden: Callable[[str, str], None]) -> None:
    found = scene()
    svg = draw_svg(found, opened(found, 1, ["stage.0.skip.0"]), theme="light")
    golden("picture_small.svg", svg.replace("><", ">\n<") + "\n")


@pytest.mark.parametrize("name", ["torchvision/googlenet", "torchvision/resnet50", "lenet5"])
@pytest.mark.parametrize("depth", [None, 3])
def test_no_line_crosses_a_word_or_runs_over_another(name: str, depth: int | None) -> None:
    found = drawn(name, depth)
    assert found.crossed_words() == []
    assert found.doubled_lines() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_no_line_crosses_a_word_or_runs_over_another_in_the_zoo(name: str) -> None:
    found = drawn(name, 10)
    assert found.crossed_words() == []
    assert found.doubled_lines() == []


def test_a_line_across_a_word_would_be_seen() -> None:
    found = read(draw_svg(scene()))
    word = found.words[0]
    found.lines.append([(word.left - 5, word.bottom - 2), (word.right + 5, word.bottom - 2)])
    assert found.crossed_words() == [word.name]


def test_a_line_over_another_would_be_seen() -> None:
    found = read(draw_svg(scene(BRANCHES)))
    assert found.doubled_lines() == []
    start, *_, end = max(found.lines, key=len)
    ((x, top), (_, foot)) = next(line for line in found.lines if len(line) == 2)
    found.lines.append([start, (x, top + 2), (x, foot), end])
    assert f"x = {round(x)}" in found.doubled_lines()


@pytest.mark.parametrize("text", [None, BRANCHES])
def test_words_stand_inside_of_the_picture(text: str | None) -> None:
    svg = draw_svg(scene(text) if text else scene())
    width = float(ElementTree.fromstring(svg).get("width", 0))
    assert all(word.left > 0 and word.right < width for word in read(svg).words)


def test_the_trunk_is_straight() -> None:
    found = read(draw_svg(scene(), opened(scene(), 3, ())))
    starts = {round(line[0][0]) for line in found.lines if len(line) == 2}
    assert len(starts) == 1


def test_themes() -> None:
    both, dark = draw_svg(scene()), draw_svg(scene(), theme="dark")
    assert "prefers-color-scheme" in both
    assert "prefers-color-scheme" not in dark
    assert ".page{fill:#14161a}" in dark


def skeleton(svg: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(element.tag, tuple(element.attrib)) for element in ElementTree.fromstring(svg).iter()]


def test_names_are_text() -> None:
    found = naughty_scene()
    svg = draw_svg(found, opened(found, 3, ()))
    tags = {tag.removeprefix(SVG) for tag, _ in skeleton(svg)}
    assert tags == {"svg", "title", "style", "defs", "marker", "path", "rect", "g", "text"}
    assert not any(
        name.startswith("on") or "href" in name for _, names in skeleton(svg) for name in names
    )
    assert "alert(1)" in svg


def test_a_name_that_breaks_out_would_be_seen() -> None:
    svg = draw_svg(scene()).replace("small", "<script>alert(1)</script>", 1)
    assert any(tag == SVG + "script" for tag, _ in skeleton(svg))


def test_a_png_is_as_large_as_the_svg_twice() -> None:
    width = float(ElementTree.fromstring(draw_svg(scene())).get("width", 0))
    png = draw_png(scene())
    assert struct.unpack(">I", png[16:20]) == (2 * width,)


@pytest.mark.parametrize(
    ("module", "extra"), [("py_mini_racer", "mini-racer"), ("resvg_py", "resvg-py")]
)
def test_without_the_extra(module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    engine._engine.cache_clear()
    with pytest.raises(MissingExtra, match=rf"{extra}: `pip install 'torch-netspec\[picture\]'`"):
        draw_png(scene())


def test_the_bundle_is_made_of_the_sources() -> None:
    web = Path(__file__).parents[3] / "web"
    files = sorted((web / "src").iterdir(), key=lambda path: path.name)
    told = sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    assert engine.bundled("picture.js").startswith(f"/* web/src {told} */"), "npm run build in web/"
