"""Hostile text in every field of a spec: refused or inert, and never alive in what is printed."""

import random
from collections.abc import Callable

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.diagnostics.render import render_concise, render_github, render_json, render_text

Spec = dict[str, object]
Put = Callable[[str], Spec]


def spec(**changes: object) -> Spec:
    good: Spec = {
        "netspec": 1,
        "inputs": {"x": ["N", 4, 8, 8]},
        "nodes": {"a": "relu", "y": "relu"},
        "outputs": {"y": "y"},
    }
    return {**good, **changes}


def with_node(**keys: object) -> Spec:
    return spec(nodes={"a": "relu", "y": {"op": "relu", **keys}})


FIELDS: dict[str, Put] = {
    "name": lambda text: spec(name=text),
    "doc": lambda text: spec(doc=text),
    "source": lambda text: spec(source=text),
    "extends": lambda text: {"netspec": 1, "extends": text},
    "include": lambda text: spec(include={"r": text}),
    "name of an include": lambda text: spec(include={text: "resnet34"}),
    "key": lambda text: spec(**{text: 1}),
    "version": lambda text: spec(netspec=text),
    "name of a parameter": lambda text: spec(params={text: 1}),
    "default": lambda text: spec(params={"k": text}),
    "type": lambda text: spec(params={"k": {"type": text}}),
    "choice": lambda text: spec(params={"k": {"default": text, "choices": [text]}}),
    "name of a dim": lambda text: spec(dims={text: 8}),
    "dim": lambda text: spec(dims={"H": text}),
    "name of an input": lambda text: spec(inputs={text: ["N", 4]}),
    "size": lambda text: spec(inputs={"x": ["N", text, 8, 8]}),
    "dtype": lambda text: spec(inputs={"x": {"shape": ["N", 4], "dtype": text}}),
    "defaults": lambda text: spec(defaults={text: {}}),
    "default argument": lambda text: spec(defaults={"conv": {text: text}}),
    "name of a block": lambda text: spec(blocks={text: {"chain": ["relu"]}}),
    "name of a node": lambda text: spec(nodes={"a": "relu", text: "relu"}, outputs={"y": text}),
    "node": lambda text: spec(nodes={"y": text}),
    "op": lambda text: with_node(op=text),
    "from": lambda text: with_node(**{"from": text}),
    "when": lambda text: with_node(when=text),
    "repeat": lambda text: with_node(repeat=text),
    "label": lambda text: with_node(repeat=2, label=text),
    "at": lambda text: with_node(at=text),
    "share": lambda text: spec(nodes={"a": "relu", "y": {"share": text}}),
    "shape": lambda text: with_node(shape=["N", text, 8, 8]),
    "doc of a node": lambda text: with_node(doc=text),
    "argument": lambda text: with_node(inplace=text),
    "name of an argument": lambda text: with_node(**{text: 1}),
    "name of an output": lambda text: spec(outputs={text: "y"}),
    "output": lambda text: spec(outputs={"y": text}),
    "match": lambda text: spec(init=[{"match": text, "fill": 0}]),
    "fill": lambda text: spec(init=[{"match": "*", "fill": text}]),
    "initializer": lambda text: spec(init=[{"match": "*", "fill": {text: {text: text}}}]),
}

HOSTILE = [
    *('__import__("os").system("id")', "eval('1')", "().__class__.__base__.__subclasses__()"),
    *("os.system", "torch.nn.Linear", "torch.load", "builtins.eval", "__builtins__", "__class__"),
    *("self", "forward", "training", "x.__class__", "x.shape.__class__", "x[0]", "lambda: 0"),
    *("{{7*7}}", "${HOME}", "$(id)", "`id`", "%s%n", "{0.__class__}", "f'{1}'", "a; import os"),
    *('x"]; import os#', '"""', "'''", "\\", "\\N{BULLET}", "*/", "-->", "]]>", "</script>"),
    *("<svg onload=alert(1)>", "<img src=x onerror=alert(1)>", '"]; click a "javascript:0"'),
    *("\x1b[2J", "\x1b]52;c;aGk=\x07", "\r\n::error::x", "::set-output name=a::b", "\x9b2J"),
    *("\u202e\u2066x", "\u200b", "ｘ", "ﬀ", "ı", "\U000e0041", "a\u0301" * 50, "\ufeff", "\0"),
    *("../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "~root", "NUL"),
    *("", " ", "\t", "\n", "~", "null", "true", "0", "-0", "1e999", ".nan", "0x" + "f" * 500),
    *("9**9**9", "2**31", "1<<9", "[0]*10**9", "(" * 300, "-" * 300 + "1", "a" * 100_000),
    *("max()", "min([])", "len(1)", "x.channels", "index", "count", "N", "N/0", "1 if 1 else"),
    *("'\ud800'", "\udfff", "🙂" * 300, "Ａ", "é", "nan", "inf", "True and __import__"),
]


def outcome(data: Spec) -> tuple[Diagnostic, ...]:
    """What is said about a spec; only NetspecError may escape, and what is printed is inert."""
    try:
        said = netspec.check_spec(data).warnings
    except NetspecError as error:
        said = error.diagnostics
    for text in (render_text(said), render_concise(said), render_github(said)):
        assert all(line.isprintable() for line in text.split("\n")), text
        assert len(text) < 60_000
        assert not any(line.startswith("::error::") for line in text.split("\n"))
    assert render_json(said).isascii()
    return said


@pytest.mark.parametrize("field", FIELDS)
def test_every_field(field: str) -> None:
    refused = 0
    for text in HOSTILE:
        said = outcome(FIELDS[field](text))
        refused += any(found.severity == "error" for found in said)
        assert all(found.help for found in said if found.severity == "error")
    free_text = field in ("doc", "source", "doc of a node", "match")
    assert refused <= 5 if free_text else refused > len(HOSTILE) // 2


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
def test_many_more(field: str) -> None:
    chance = random.Random(field)
    for _ in range(1000):
        pieces = chance.choices(HOSTILE, k=chance.randrange(1, 4))
        text = "".join(piece[: chance.randrange(1, 40)] for piece in pieces)
        outcome(FIELDS[field](text))
