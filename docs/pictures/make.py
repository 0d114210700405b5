"""Makes the pictures of `netspec view` anew: `python docs/pictures/make.py`, with a chromium."""

import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from netspec import Text, check_spec
from netspec.backends.picture.draw import draw, draw_difference

HERE = Path(__file__).parent
VARIANT = HERE.parent / "how-to" / "design_a_variant.md"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")

WIDE = (1280, 800)
PHONE = (390, 844)
SCREENS = {
    "view_resnet34": ("resnet34", "conv3.0.skip_path", WIDE, "light"),
    "view_resnet50": ("torchvision/resnet50", "layer2.0.conv2", WIDE, "light"),
    "view_inception_v4_dark": ("inception_v4", "features.1.branch3", WIDE, "dark"),
    "view_phone": ("torchvision/resnet50", "", PHONE, "light"),
    "view_diff": ("the variant", "layer3.0.se", WIDE, "light"),
}


def main() -> None:
    (HERE / "resnet34.svg").write_bytes(
        draw(check_spec("resnet34").graph, ".svg", paths=["conv3.0"])
    )
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name in SCREENS:
            screen(browser, name)
        browser.close()


def screen(browser: Browser, name: str) -> None:
    spec, path, (width, height), theme = SCREENS[name]
    with tempfile.TemporaryDirectory() as folder:
        page_file = Path(folder) / "net.html"
        page_file.write_bytes(difference() if spec == "the variant" else network(spec))
        size = {"width": width, "height": height}
        page = browser.new_context(
            viewport=size, color_scheme=theme, reduced_motion="reduce"
        ).new_page()
        page.goto(f"{page_file.as_uri()}#{path}")
        page.wait_for_selector("#ready", state="attached")
        page.screenshot(path=HERE / f"{name}.png")


def network(spec: str) -> bytes:
    return draw(check_spec(spec).graph, ".html")


def difference() -> bytes:
    """Of the spec that is the last `se.yaml` of the page."""
    text = re.findall(r"```yaml\n(# se\.yaml\n.*?)```", VARIANT.read_text("utf-8"), re.DOTALL)[-1]
    before, after = check_spec("torchvision/resnet50"), check_spec(Text(text, "se.yaml"))
    return draw_difference(before.graph, after.graph, ".html")


if __name__ == "__main__":
    main()
