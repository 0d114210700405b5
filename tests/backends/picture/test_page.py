"""The page: inert, complete, and allowed nothing but what comes along."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from netspec.backends.picture.page import page
from netspec.backends.picture.scene import plain
from tests.backends.picture.samples import NAUGHTY, naughty_scene, scene


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of each script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.texts: list[str] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(attrs)))
        self.inside = tag in ("script", "style", "title")
        if self.inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[-1] += data


def test_naughty_text_adds_no_element() -> None:
    plain_page, naughty = Elements(page(scene())), Elements(page(naughty_scene()))
    assert naughty.found == plain_page.found
    assert [tag for tag, _ in naughty.found].count("script") == 3


def test_an_element_that_is_added_would_be_seen() -> None:
    text = page(scene()).replace("A stem", "</script><script>alert(1)</script>")
    assert Elements(text).found != Elements(page(scene())).found


def test_the_scene_arrives_as_it_was() -> None:
    found = naughty_scene()
    title, _, data, *_ = Elements(page(found, {"stem"})).texts
    assert NAUGHTY in title
    assert json.loads(data) == {
        "scene": json.loads(json.dumps(plain(found))),
        "open": ["stem"],
    }


def test_only_what_comes_along_may_run() -> None:
    elements = Elements(page(scene()))
    policy = dict(elements.found[3][1])["content"]
    assert policy is not None and policy.startswith("default-src 'none'; ")
    _, style, _, *scripts = elements.texts
    for text in (style, *scripts):
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy and "http" not in policy


def test_nothing_is_loaded_from_anywhere() -> None:
    for tag, attrs in Elements(page(scene())).found:
        assert not {"src", "href", "srcset", "data"} & {name for name, _ in attrs}, tag
    css = re.search(r"<style>(.*?)</style>", page(scene()), re.S)
    assert css and "url(" not in css[1] and "@import" not in css[1]
