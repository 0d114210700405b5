"""Texts and names of a spec in generated code: whatever they are, the code is the same."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import netspec
from netspec import Checked, NetspecError
from netspec.backends.source import classes, layout
from tests.backends.source.exported import check_same

Spec = dict[str, object]

TEXTS = [
    '"""',
    'ends with "',
    '"starts',
    '"',
    '""',
    "back\\slash \\n \\x41 \\N{BULLET} \\",
    '\\"""; import os #',
    '""" + __import__("os").system("id") + """',
    "'''",
    "#",
    "{braces} %s ${HOME} {{0}} {0.__class__}",
    "new\nline\r\nand\ttab\0nul\x1b[31m\x85\x0c",
    "\u202eright to left \u2028 \u2029 \ufeff \U000e0001",
    "é ø 漢字 🙂 ｘ ﬀ",
    "x" * 300,
    " padded ",
    "# type: ignore  # noqa  # fmt: off",
    "coding: utf-7 +AAo-import os",
]
NAMES = [
    *("torch", "nn", "F", "Tensor", "OrderedDict", "l", "O", "I", "Module", "netspec", "typing"),
    *("print", "super", "isinstance", "range", "type", "float", "list", "tuple", "dict", "bool"),
    *("match", "case", "none", "true", "lambda_", "Lambda", "Class", "exec", "eval", "open"),
    *("module", "name", "tensor", "i", "layer", "layers", "x", "out", "has_act", "conv", "Main"),
    *("stochastic_depth", "StochasticDepth", "add_all", "in_channels", "x_channels", "width"),
    *("i2", "layer2", "Block", "block", "BLOCK", "A" * 90, "a__b", "mro", "N_"),
]


KINDS = ("network", "image", "param", "dim", "unit", "given", "inner", "node", "drop", "tail")
KINDS += ("call", "output")
REFUSED = {"invalid-name", "duplicate-name", "block-recursion", "hides-op", "wrong-arity"}
"""What is said of a name that may not stand where it was put."""


def spec(text: str = "plain", **names: str) -> Spec:
    """A text in each field that holds text, and a name in each that holds names."""
    n = {kind: names.get(kind, kind) for kind in KINDS}
    conv = {"op": "conv", "out_channels": n["given"], "kernel_size": 1, "doc": text}
    act = {"op": "relu", "when": f"{n['given']} > 6"}
    depth = {"op": "stochastic_depth", "p": 0.5, "mode": "row"}
    block = {
        "doc": text,
        "params": {n["given"]: {"doc": text}},
        "inputs": [n["inner"]],
        "nodes": {n["node"]: conv, n["drop"]: act, "last": depth},
    }
    tail = {"params": {n["given"]: None}, "chain": [conv, "tanh"]}
    wide = {"op": n["tail"], n["given"]: "8 + 4 * index", "splice": True, "repeat": 3}
    last = {"op": "scale", "factor": 0.5, "when": "choice != 'other'"}
    choice = {"default": text, "choices": [text, "other"], "doc": text}
    return {
        "netspec": 1,
        "name": n["network"],
        "doc": text,
        "source": text,
        "params": {n["param"]: {"default": 8, "doc": text}, "choice": choice},
        "dims": {n["dim"]: {"nominal": 8, "doc": text}},
        "inputs": {n["image"]: ["N", 4, n["dim"], 6]},
        "blocks": {n["unit"]: block, n["tail"]: tail},
        "nodes": {
            n["call"]: {"op": n["unit"], n["given"]: 4, "doc": text},
            f"{n['call']}_2": {"op": n["unit"], n["given"]: n["param"]},
            f"{n['call']}_3": {"chain": [wide, last], "doc": text},
        },
        "outputs": {n["output"]: f"{n['call']}_3", f"{n['output']}_2": f"{n['call']}_2"},
        "init": [{"op": "conv", "match": "*.weight", "fill": {"normal": {"std": 0.5}}}],
    }


def code(data: Spec) -> str:
    return netspec.to_source(netspec.check_spec(data))


def skeleton(source: str) -> list[str]:
    """The kinds of what a file is made of. A variable is typed where its name is new, so that its
    annotation depends on other names; texts and names do not count."""
    tree = ast.parse(source)
    return [type(node).__name__ for node in _nodes(tree)]


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
        node = ast.Assign([node.target], node.value)
    if isinstance(node, ast.Assign):
        yield node
        yield from _nodes(node.value)
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _nodes(child)


PLAIN = skeleton(code(spec()))


def check_text(text: str) -> None:
    source = code(spec(text))
    assert skeleton(source) == PLAIN
    assert all(line.isprintable() for line in source.split("\n"))
    tree = ast.parse(source)
    documented = [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef)]
    assert text.split() in [(ast.get_docstring(each) or "").split() for each in documented]
    assert (ast.get_docstring(tree) or "").split() == 2 * text.split()


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_changes_nothing(text: str) -> None:
    check_text(text)


def test_a_text_that_lives_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_inert", lambda text: text)
    for text in ('"""', "back\\slash \\x41", "nul\0"):
        with pytest.raises((AssertionError, SyntaxError, ValueError)):
            check_text(text)


def check_name(kind: str, name: str) -> bool:
    """The same code under this name; False where the name may not stand there."""
    try:
        checked = netspec.check_spec(spec(**{kind: name}))
    except NetspecError as error:
        said = {each.code for each in error.diagnostics}
        return not said & REFUSED
    assert skeleton(netspec.to_source(checked)) == PLAIN, name
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_changes_nothing(kind: str) -> None:
    names = NAMES[KINDS.index(kind) :: len(KINDS)]
    written = [check_name(kind, name) for name in names]
    assert any(written)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_name_changes_nothing(kind: str) -> None:
    written = [check_name(kind, name) for name in NAMES]
    assert written.count(True) > len(NAMES) - 5


def at_once(start: int) -> dict[str, str]:
    """Names of all kinds, but for those that torch would refuse and those that are in use."""
    kinds = [kind for kind in KINDS if kind not in ("node", "drop", "call")]
    names = [name for name in NAMES if name not in ("conv", "stochastic_depth", "true", "x")]
    return {kind: names[(start + place) % len(names)] for place, kind in enumerate(kinds)}


@pytest.mark.parametrize("start", range(0, len(NAMES), 5))
def test_names_of_all_kinds_at_once_mean_the_same(start: int) -> None:
    check_same(*exported(at_once(start)))


def test_ruff_finds_nothing(tmp_path: Path) -> None:
    sources = [code(spec(text)) for text in TEXTS]
    sources += [code(spec(**at_once(start))) for start in range(0, len(NAMES), 3)]
    for number, source in enumerate(sources):
        (tmp_path / f"model{number}.py").write_text(source, encoding="utf-8")
    for arguments in (["format", "--isolated", "--check"], ["check", "--isolated"]):
        command = [sys.executable, "-m", "ruff", *arguments, tmp_path]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def exported(names: dict[str, str]) -> tuple[Checked, str]:
    checked = netspec.check_spec(spec(**names))
    return checked, netspec.to_source(checked)


@pytest.mark.parametrize(("kind", "name"), [("tail", "module"), ("unit", "StochasticDepth")])
def test_a_name_that_hides_another_is_seen(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_same(*exported({kind: name}))
    monkeypatch.setattr(classes, "LOOP_VARIABLES", ())
    monkeypatch.setattr(classes, "helper_names", lambda: ())
    with pytest.raises((AssertionError, UnboundLocalError, TypeError)):
        check_same(*exported({kind: name}))
