"""The page in a browser: what a click does, that nothing is asked of any host, and how it looks."""

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from netspec import check_spec
from netspec.backends.picture.draw import draw, draw_difference
from netspec.backends.picture.page import page as page_of
from tests.backends.picture.drawn import read
from tests.backends.picture.samples import BRANCHES, RESIDUAL, graph, naughty_scene

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
GOLDEN = Path(__file__).parents[2] / "golden" / "pictures"
THUMBNAIL = (160, 120)
TOLERANCE = 4.0
"""Mean difference of a pixel of the thumbnails, of 255: fonts are others on other machines."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to show the page in"),
]

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def noise() -> list[str]:
    """What a page says on the console, raises, or asks a host for."""
    return []


@pytest.fixture
def show(browser: Browser, tmp_path: Path, noise: list[str]) -> Iterator[Show]:
    """`show(content)` opens a page, which has to be quiet until the end."""

    def call(content: bytes, hash: str = "", **settings: object) -> Page:
        usual = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        path = tmp_path / "net.html"
        path.write_bytes(content)
        page = browser.new_context(**usual | settings).new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda asked: noise.append(asked.url) if is_foreign(asked.url) else None)
        page.goto(f"{path.as_uri()}{hash}")
        page.wait_for_selector("#ready", state="attached")
        return page

    yield call
    assert noise == []


def is_foreign(url: str) -> bool:
    return not url.startswith(("file:", "blob:"))


def html(text: str | None = None) -> bytes:
    return draw(graph(text) if text else graph(), ".html")


def node(path: str) -> str:
    return f'[data-path="{path}"]'


def buttons(page: Page) -> list[Locator]:
    return page.locator("button, select, input").all()


def shown(page: Page, which: str = "") -> set[str]:
    """Paths of the nodes that are shown, or of those that are also `which`."""
    every = "all => all.map(one => one.dataset.path)"
    found = page.eval_on_selector_all(f"{which}[data-path]", every)
    return set(found)


def test_a_click_opens_a_block_in_place_and_another_closes_it(show: Show) -> None:
    page = show(html(), reduced_motion="no-preference")
    before = page.locator(f"{node('stage')} > .bold >> nth=0").bounding_box()
    page.click(node("stage"))
    page.wait_for_timeout(400)
    assert {"stage.0", "stage.1", "stage.2"} <= shown(page)
    after = page.locator(f"{node('stage')} > .bold >> nth=0").bounding_box()
    assert before and after
    assert after["y"] == pytest.approx(before["y"], abs=0.6)
    assert page.get_attribute(node("stage"), "aria-expanded") == "true"
    page.click(f"{node('stage')} > .bold >> nth=0")
    assert "stage.0" not in shown(page)
    assert page.get_attribute(node("stage"), "aria-expanded") == "false"


def test_fold_all_and_unfold_all(show: Show) -> None:
    page = show(html())
    page.click("text=Unfold all")
    assert {"stem.2", "stage.0.skip.1", "stage.2.relu2"} <= shown(page)
    page.click('button:text-is("Fold all")')
    assert shown(page) == {"stem", "stage", "pool", "flatten", "fc"}


def test_the_panel_tells_all_about_a_node(show: Show) -> None:
    page = show(html())
    page.click(node("fc"))
    panel = page.inner_text(".panel")
    for said in ("linear → 10", "N×10", "330 (", "out_features", "small.yaml:", "fc: {op: linear"):
        assert said in panel
    assert page.evaluate("location.hash") == "#fc"
    page.keyboard.press("Escape")
    assert "A stem, a stack" in page.inner_text(".panel")
    assert page.evaluate("location.hash") == ""


def test_a_link_to_a_node_opens_what_it_is_in(show: Show) -> None:
    page = show(html(), hash="#stage.0.skip.1")
    assert "stage.0.skip.1" in shown(page)
    assert page.inner_text(".panel h2") == "stage.0.skip.1"
    assert page.locator(f"{node('stage.0.skip.1')}.chosen").count() == 1


def test_search(show: Show) -> None:
    page = show(html())
    page.keyboard.press("/")
    page.keyboard.type("batch skip.1")
    assert page.inner_text(".found li").startswith("stage.0.skip.1")
    page.keyboard.press("Enter")
    assert page.inner_text(".panel h2") == "stage.0.skip.1"
    page.keyboard.press("/")
    page.keyboard.type("nowhere")
    assert page.inner_text(".found") == "nothing found"


def test_arrows_walk_along_the_graph(show: Show) -> None:
    page = show(html())
    walked = []
    for key in (
        "Down",
        "Down",
        "Down",
        "Down",
        "Down",
        "Enter",
        "Down",
        "Enter",
        "Down",
        "Up",
        "Up",
    ):
        page.keyboard.press(key if key == "Enter" else f"Arrow{key}")
        walked.append(page.inner_text(".panel h2"))
    assert walked[:6] == ["stem", "stem.0", "stem.1", "stem.2", "stage", "stage"]
    assert walked[6:8] == ["stage.0", "stage.0"]
    assert walked[8] in ("stage.0.conv1", "stage.0.skip")
    assert walked[9:] == ["stage.0", "stage"]


def test_hovering_lights_what_leads_to_a_node(show: Show) -> None:
    page = show(html(BRANCHES))
    page.hover(node("aux"))
    lit = page.eval_on_selector_all(
        ".node.lit[data-path]", "all => all.map(one => one.dataset.path)"
    )
    assert set(lit) == {"features", "b"}
    assert page.inner_text(".status").startswith("aux")


def test_colors_by_parameters(show: Show) -> None:
    page = show(html())
    page.select_option("select", "parameters")
    assert "heat-7" in (page.get_attribute(node("stage"), "class") or "")
    assert "heat-0" in (page.get_attribute(node("flatten"), "class") or "")


def test_the_svg_of_the_page_is_whole(show: Show) -> None:
    page = show(html())
    page.click(node("stage"))
    with page.expect_download() as download:
        page.click("text=SVG")
    assert download.value.suggested_filename == "small.svg"
    found = read(Path(download.value.path()).read_text("utf-8"))
    assert {"stage", "image", "logits", "pool"} <= {word.name for word in found.words}
    assert found.crossed_words() == []


def test_the_png_of_the_page(show: Show) -> None:
    page = show(html())
    with page.expect_download() as download:
        page.click("text=PNG")
    with Image.open(download.value.path()) as image:
        assert image.height > image.width > 300


def test_naughty_text_does_nothing(show: Show) -> None:
    page = show(page_of(naughty_scene(), {"stem"}).encode())
    page.click("text=Unfold all")
    page.click(".node.pill >> nth=0")
    assert page.eval_on_selector_all("script", "all => all.length") == 3
    assert "alert(1)" in page.inner_text(".panel")


def test_a_script_that_is_added_is_not_run(show: Show, noise: list[str]) -> None:
    alive = b"<script>document.title = 'taken over'</script></body>"
    page = show(html().replace(b"</body>", alive))
    assert page.title() == "small"
    assert "Content Security Policy" in noise.pop()


def test_a_request_would_be_seen(show: Show, noise: list[str]) -> None:
    page = show(html())
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    assert "Content Security Policy" in noise[0]
    noise.clear()


def test_a_page_is_printed_on_one_sheet(show: Show) -> None:
    page = show(html())
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_paper_has_no_buttons(show: Show) -> None:
    page = show(html(), viewport={"width": 700, "height": 1000})
    assert page.is_visible(".details")
    page.emulate_media(media="print")
    assert not any(one.is_visible() for one in buttons(page))


def test_on_a_phone_the_panel_does_not_cover_what_was_tapped(show: Show) -> None:
    page = show(html(), viewport={"width": 390, "height": 844}, has_touch=True)
    assert all((one.bounding_box() or {"height": 0})["height"] >= 40 for one in buttons(page))
    page.tap(node("fc"))
    page.wait_for_selector(".panel")
    panel, card = page.locator(".panel").bounding_box(), page.locator(node("fc")).bounding_box()
    assert panel and card and card["y"] + card["height"] < panel["y"]


def test_a_long_name_leaves_room_for_what_it_is(show: Show) -> None:
    name = "a_very_long_name_of_an_input_" * 3
    page = show(html(RESIDUAL.replace("{image:", f"{{{name}:")))
    shape = page.locator(".panel dd >> nth=0").bounding_box()
    assert shape and shape["width"] > 100 and shape["height"] < 30


def test_a_thousand_nodes_are_shown(show: Show) -> None:
    blocks = "".join(f"  block{i}: {{op: residual, width: 16}}\n" for i in range(170))
    start, _, _ = RESIDUAL.replace("params: {num_classes: 10}\n", "").partition("nodes:\n  stem:")
    text = f"{start}nodes:\n  stem: {{op: conv, out_channels: 16, kernel_size: 1}}\n{blocks}"
    page = show(draw(graph(f"{text}outputs: {{y: block169}}\n"), ".html"))
    took = page.evaluate(
        "() => { const start = performance.now(); netspecPage.set(netspecPage.everything());"
        " document.body.getBoundingClientRect(); return performance.now() - start }"
    )
    nodes = page.locator(".node").count()
    elements = page.locator(".camera *").count()
    print(f"{nodes} nodes of {elements} elements laid out and shown in {took:.0f} ms")
    assert nodes > 1000
    assert elements < 8 * nodes


LOOKS = {
    "lenet5": ("lenet5", "", (1280, 800), "light"),
    "googlenet_dark": ("torchvision/googlenet", "#inception4a.branch2", (1920, 1080), "dark"),
    "densenet121": ("torchvision/densenet121", "", (1280, 800), "light"),
    "resnet50": ("torchvision/resnet50", "", (1280, 800), "light"),
    "resnet50_phone_dark": ("torchvision/resnet50", "#layer2.0.conv2", (390, 844), "dark"),
    "difference": ("resnet50_c → resnet50_d", "", (768, 1024), "light"),
}


def content_of(name: str) -> bytes:
    """The page of a network, or of two."""
    before, *after = (check_spec(each).graph for each in name.split(" → "))
    return draw_difference(before, *after, ".html") if after else draw(before, ".html")


@pytest.mark.parametrize("look", LOOKS)
def test_looks(show: Show, look: str, request: pytest.FixtureRequest) -> None:
    name, hash, (width, height), theme = LOOKS[look]
    page = show(
        content_of(name), hash, viewport={"width": width, "height": height}, color_scheme=theme
    )
    found = thumbnail(page.screenshot())
    path = GOLDEN / f"{look}.png"
    if request.config.getoption("--overwrite-golden"):
        path.parent.mkdir(exist_ok=True)
        found.save(path, optimize=True)
    with Image.open(path) as golden:
        assert difference(found, golden) < TOLERANCE
        assert difference(ImageChops.offset(found, 0, 12), golden) > TOLERANCE


def thumbnail(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png)) as image:
        return image.convert("RGB").resize(THUMBNAIL, Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other.convert("RGB"))).mean)
