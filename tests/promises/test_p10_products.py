"""P10: products are inert.

772 naughty texts stand in every free text of a spec, in the name of its file and in what a
comparison is called; every product is made of it: HTML, SVG, Mermaid, the pages of notebooks,
tables and differences for terminals, Markdown, CSV, JSON, resolved YAML, messages, annotations, and
the words that shells complete. Each has the structure that it has with a plain text. (The generated
Python is tested so by `tests/backends/source/test_hostile.py`.) By default one text in eighty is
tried; all are by `pytest -m slow tests/promises/test_p10_products.py`, in some minutes.
"""

import csv
import io
import json
import re
import shlex
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.shell_completion import ShellComplete

import netspec
from netspec import Checked, NetspecError, pipeline
from netspec.analysis import exports
from netspec.analysis.diff import diff_graphs
from netspec.analysis.diff.data import data as diff_data
from netspec.analysis.diff.markdown import markdown
from netspec.analysis.diff.report import text as diff_text
from netspec.analysis.measure import measure
from netspec.backends.notebook import notebook_html
from netspec.backends.picture.draw import draw, draw_difference
from netspec.backends.torch.onnx import as_onnx
from netspec.cli.main import cli, run
from netspec.diagnostics.render import render_concise, render_github, render_json, render_text
from netspec.pipeline import resolve
from tests.backends.picture.test_mermaid import strange_lines
from tests.backends.picture.test_page import Elements
from tests.promises.fields import FIELDS, refusal
from tests.promises.naughty import TEXTS, encodable

EVERY = 80


def spec(text: str, stride: int = 1) -> dict[str, object]:
    """A network with the text wherever text is free."""
    conv = {"op": "conv", "out_channels": 4, "kernel_size": 1, "stride": stride, "doc": text}
    choice = {"default": text, "choices": [text, "other"], "doc": text}
    return {
        "netspec": 1,
        "name": "net",
        "doc": text,
        "source": text,
        "params": {"kind": choice, "width": {"default": 4, "doc": text}},
        "dims": {"H": {"nominal": 8, "doc": text}},
        "inputs": {"x": ["N", 4, "H", 6]},
        "blocks": {"unit": {"doc": text, "chain": [conv, "relu"]}},
        "nodes": {
            "first": {"op": "unit", "repeat": 2, "doc": text},
            "second": {"chain": [conv, "relu"], "doc": text, "when": "kind != 'other'"},
            "last": {"op": "conv", "out_channels": "width", "kernel_size": 1},
        },
        "outputs": {"y": "last"},
        "init": [{"match": "last.*", "fill": 0}],
    }


def checked(text: str, stride: int = 1) -> Checked:
    return netspec.check_spec(spec(text, stride))


Product = Callable[[Checked, Checked, str], str]
"""Of a network, of one that differs from it, and of a text that both are called."""

PRODUCTS: dict[str, Product] = {
    "table": lambda one, other, text: str(one),
    "markdown": lambda one, other, text: exports.markdown(measure(one.graph, 9)),
    "csv": lambda one, other, text: exports.as_csv(measure(one.graph, 9)),
    "json": lambda one, other, text: json.dumps(exports.data(measure(one.graph, 9))),
    "notebook": lambda one, other, text: notebook_html(one.graph) or "",
    "page": lambda one, other, text: draw(one.graph, ".html", depth=9).decode(),
    "svg": lambda one, other, text: draw(one.graph, ".svg", depth=9).decode(),
    "mermaid": lambda one, other, text: draw(one.graph, ".mmd", depth=9).decode(),
    "page of a difference": lambda one, other, text: draw_difference(
        one.graph, other.graph, ".html", names=(text, text)
    ).decode(),
    "svg of a difference": lambda one, other, text: draw_difference(
        one.graph, other.graph, ".svg", names=(text, text)
    ).decode(),
    "mermaid of a difference": lambda one, other, text: draw_difference(
        one.graph, other.graph, ".mmd", names=(text, text)
    ).decode(),
    "difference": lambda one, other, text: "\n".join(
        line.text
        for line in diff_text(diff_graphs(one.graph, other.graph, (text, text)), 100, True)
    ),
    "markdown of a difference": lambda one, other, text: markdown(
        diff_graphs(one.graph, other.graph, (text, text)), True
    ),
    "json of a difference": lambda one, other, text: json.dumps(
        diff_data(diff_graphs(one.graph, other.graph, (text, text)))
    ),
}


def of_html(text: str) -> object:
    """Elements with the names of their attributes."""
    return [(tag, sorted(name for name, _ in found)) for tag, found in Elements(text).found]


def of_svg(text: str) -> object:
    """The kinds of elements and of their attributes; how many there are depends on the text."""
    return sorted({(at.tag, *sorted(at.attrib)) for at in ElementTree.fromstring(text).iter()})


def of_mermaid(text: str) -> object:
    return strange_lines(text.rstrip("\n"))


def of_lines(text: str) -> object:
    """How many lines there are; none has a letter that is not printed."""
    lines = text.split("\n")
    assert all(line.isprintable() for line in lines)
    return len(lines)


def of_markdown(text: str) -> object:
    """Lines and columns, without any mark that is not the table's or list's own."""
    assert of_lines(text)
    kinds = [re.match(r"[#>|*+-]* ?", line) for line in text.split("\n")]
    bars = [len(re.findall(r"(?<!\\)\|", line)) for line in text.split("\n")]
    bare = re.findall(r"(?<!\\)[<`~]", re.sub(r"\\\\", "", text))
    return [kind[0] if kind else "" for kind in kinds], bars, bare


def of_csv(text: str) -> object:
    rows = list(csv.reader(io.StringIO(text)))
    assert not [cell for row in rows for cell in row if cell[:1] in {*"=+-@\t\r"}]
    return [len(row) for row in rows]


def of_json(text: str) -> object:
    assert text.isascii()
    return shape_of(json.loads(text))


def shape_of(value: object) -> object:
    """Its keys, and how much there is."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    return [shape_of(item) for item in value] if isinstance(value, list) else None


STRUCTURES: dict[str, Callable[[str], object]] = {
    "table": of_lines,
    "markdown": of_markdown,
    "csv": of_csv,
    "json": of_json,
    "notebook": of_html,
    "page": of_html,
    "svg": of_svg,
    "mermaid": of_mermaid,
    "difference": lambda text: bool(of_lines(text)),  # a long name takes more lines
}


def structure(name: str, made: str) -> object:
    return STRUCTURES[name.removesuffix(" of a difference")](made)


def strange(texts: list[str], products: dict[str, Product]) -> list[tuple[str, str]]:
    """Texts and products whose structure is not that with a plain text."""
    one, other = checked("plain"), checked("plain", stride=2)
    wanted = {name: structure(name, make(one, other, "plain")) for name, make in products.items()}
    found = []
    for text in texts:
        one, other = checked(text), checked(text, stride=2)
        for name, make in products.items():
            try:
                same = structure(name, make(one, other, text)) == wanted[name]
            except (AssertionError, ValueError, SyntaxError):  # as what it is to be, it is broken
                same = False
            if not same:
                found.append((text, name))
    return found


@cache
def fine() -> list[str]:
    """The texts that a spec may hold as a choice and as a document."""
    return [text for text in TEXTS if encodable(text) and refusal(checked, text) is None]


@pytest.mark.parametrize("every", [EVERY, pytest.param(1, marks=pytest.mark.slow)])
def test_every_product_has_the_structure_of_a_plain_one(every: int) -> None:
    texts = fine()
    assert len(texts) > 500
    assert strange(texts[::every], PRODUCTS) == []


def broken(name: str) -> Product:
    """A product into which the text goes as it is."""
    make = PRODUCTS[name]
    old = {"csv": "last", "mermaid": '["', "page": "<body>", "notebook": "<caption", "json": "net"}
    mark = old.get(name.removesuffix(" of a difference"), "last")
    return lambda one, other, text: make(one, other, text).replace(mark, text + mark, 1)


@pytest.mark.parametrize("name", ["page", "notebook", "mermaid", "table", "markdown", "json"])
def test_a_text_that_breaks_out_would_be_seen(name: str) -> None:
    text = '\n"]</b><script>\x1b[2J|`=1\n'
    assert strange([text], {name: broken(name)})


def test_what_is_resolved_says_the_same() -> None:
    for text in fine()[::EVERY]:
        again = netspec.check_spec(netspec.Text(resolve(spec(text))))
        assert again.doc.doc == text
        assert again.state_dict_shapes == checked(text).state_dict_shapes


def inert(refused: NetspecError) -> None:
    """What is said of a refusal, in each format."""
    said = refused.diagnostics
    for text in (render_text(said), render_concise(said), render_github(said)):
        assert all(line.isprintable() for line in text.split("\n")), text
        assert len(text) < 60_000
    for line in render_github(said).split("\n"):
        assert re.fullmatch(r"::(error|warning|notice) title=[^:]*::.*", line), line
    assert len(render_github(said).split("\n")) == len(said)
    assert render_json(said).isascii()
    json.loads(render_json(said))
    assert all(found.help for found in said if found.severity == "error")


@pytest.mark.parametrize("every", [EVERY, pytest.param(1, marks=pytest.mark.slow)])
def test_messages(every: int) -> None:
    refusals = 0
    for turn, check in enumerate(FIELDS.values()):
        for text in TEXTS[turn % every :: every]:
            refused = refusal(check, text)
            if refused:
                refusals += 1
                inert(refused)
    assert refusals > 20_000 / every


def as_yaml(value: object) -> str:
    """JSON, but for the letters beyond four digits, which YAML writes otherwise."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(each if " " <= each <= "~" else f"\\U{ord(each):08x}" for each in text)


def completions(text: str, folder: Path) -> list[str]:
    """What Tab offers for values of a spec with the text as a choice, and the text as its name."""
    for file in folder.iterdir():
        file.unlink()
    name = re.sub(r"[/\0]", "", text)[:60] + ".yaml"
    for path in ("net.yaml", f"./{name}"):
        Path(path).write_text(as_yaml(spec(text)), encoding="utf-8")
    shell = ShellComplete(cli, {}, "netspec", "_NETSPEC_COMPLETE")
    items = [
        *shell.get_completions(["check", "net.yaml", "--set"], "kind="),
        *shell.get_completions(["check"], ""),
    ]
    return [item.value for item in items]


@pytest.mark.parametrize("every", [EVERY, pytest.param(1, marks=pytest.mark.slow)])
def test_completions(every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shells write them on the line unquoted: each is one word to a shell, and no command."""
    monkeypatch.chdir(tmp_path)
    for text in fine()[::every]:
        found = completions(text, tmp_path)
        assert {"net.yaml", "resnet34", "kind=other"} <= {*found}
        assert all(shlex.split(value) == [value] for value in found), text
        assert not any(re.search(r"[^\w./=+:@%,-]", value, re.ASCII) for value in found), text


@pytest.mark.slow
def test_onnx_holds_no_text_of_the_spec() -> None:
    """It is the same model for each text, to the last byte."""
    plain, *others = ["plain", *fine()[::EVERY]]

    def model(text: str) -> bytes:
        found = checked(text)
        return as_onnx(pipeline.build(found, seed=0), found.graph)

    wanted = model(plain)
    assert [text for text in others if model(text) != wanted] == []


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of files and values of flags as well."""
    monkeypatch.chdir(tmp_path)
    for text in (*fine()[::EVERY], "a\nb", "\x1b[2J"):
        name = re.sub(r"[/\0]", "", text)[:60] + ".yaml"
        Path(name).write_text(json.dumps(spec(text)))
        Path("other.yaml").write_text(json.dumps(spec(text, stride=2)))
        for arguments in (
            ["check", f"./{name}"],
            ["params", f"./{name}"],
            ["summary", f"./{name}"],
            ["summary", f"./{name}", "--set", f"kind={text}"],
            ["diff", f"./{name}", "other.yaml"],
            ["diff", f"./{name}", "--vs", f"kind={json.dumps(text)}", "--vs", "width=5"],
            ["diff", f"./{name}", "none.yaml", "--format", "markdown"],
            ["view", f"./{name}", "--open", text, "-o", "out.mmd"],
            ["build", "none.yaml", "--set", text],
            ["explain", text],
            ["ops", text],
            ["export", f"./{name}", "-o", text],
        ):
            assert run(arguments) in (0, 1, 2), arguments
            told = capsys.readouterr()
            lines = (told.out + told.err).split("\n")
            assert all(line.isprintable() for line in lines), (arguments, told)
            assert "Traceback" not in told.err
        for path in tmp_path.iterdir():
            path.unlink()
