"""What a notebook shows of a checked spec and of a compiled network."""

import copy
import pickle
from base64 import b64decode
from html.parser import HTMLParser
from xml.etree import ElementTree

import nbformat
import pytest
from nbclient import NotebookClient

import netspec
from netspec import Text
from netspec.backends import notebook
from netspec.backends.picture.draw import MissingExtra
from netspec.ops.convolution import Conv

SPEC = Text(
    "netspec: 1\ninputs: {x: [N, 3, 8, 8]}\n"
    "nodes: {stem: {op: conv, out_channels: 4, kernel_size: 3}}\noutputs: {y: stem}\n"
)


class Page(HTMLParser):
    """The texts of cells, the tags, and the addresses of images."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.images: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.images += [value or "" for name, value in attributes if name == "src"]
        assert not any(name.startswith("on") for name, _ in attributes)

    def handle_data(self, text: str) -> None:
        self.texts.append(text)


def page(shown: object) -> Page:
    html = shown._repr_html_()  # type: ignore[attr-defined]
    assert isinstance(html, str)
    return Page(html)


def test_both_show_the_table_and_the_picture() -> None:
    checked, model = netspec.check_spec(SPEC), netspec.compile_spec(SPEC)
    assert checked._repr_html_() == model._repr_html_()
    found = page(checked)
    assert {"stem", "conv 3×3", "N×4×6×6", "112"} <= set(found.texts)
    assert "script" not in found.tags
    assert 'alt="network"' in str(checked._repr_html_())
    (source,) = found.images
    head, _, content = source.partition(",")
    assert head == "data:image/svg+xml;base64"
    assert ElementTree.fromstring(b64decode(content)).tag.endswith("svg")


def test_without_the_extra_there_is_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> bytes:
        raise MissingExtra("an engine")

    monkeypatch.setattr(notebook, "draw", fail)
    found = page(netspec.check_spec(SPEC))
    assert found.images == []
    assert "stem" in found.texts


def test_a_fault_leaves_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError

    checked = netspec.check_spec(SPEC)
    monkeypatch.setattr(Conv, "reads", fail)
    assert checked._repr_html_() is None


def test_a_model_shows_the_outputs_that_were_asked_for() -> None:
    found = page(netspec.compile_spec("resnet34", outputs="conv3", device="meta"))
    assert "conv3" in found.texts
    assert "conv5" not in found.texts


def test_copies_show_text() -> None:
    model = netspec.compile_spec(SPEC)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other._repr_html_() is None
        assert repr(other) == repr(model)


CELLS = (
    "import netspec",
    "netspec.check_spec('resnet34')",
    "netspec.compile_spec('resnet34', device='meta')",
    "3 + 4",
)


@pytest.mark.slow
def test_a_notebook_that_is_run_holds_tables_and_pictures() -> None:
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    book = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(book, timeout=300, kernel_name="python3").execute()
    shown = [[output["data"] for output in cell["outputs"]] for cell in book.cells]
    assert shown[0] == []
    assert "text/html" not in shown[3][0]  # which a number does not have
    for (data,) in shown[1:3]:
        found = Page(data["text/html"])
        assert "conv3" in found.texts and "21,801,472" in data["text/html"]
        (source,) = found.images
        assert b"conv3" in b64decode(source.partition(",")[2])
        assert "resnet34" in data["text/plain"]
