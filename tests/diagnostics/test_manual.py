"""Every code that the source emits has a page, every page a code, and its examples are true."""

import ast
from ast import literal_eval
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError, manual
from netspec.diagnostics.manual import Example, codes, parse
from netspec.limits import Limits
from netspec.pipeline import check_spec
from netspec.syntax.value import read_value

PACKAGE = Path(netspec.__file__).parent
CLI = PACKAGE / "cli"
NOT_OURS = {"PydanticCustomError": 0}
"""What takes a code as an argument, and at which position, beside the functions of the package."""


def emitters(trees: list[ast.Module]) -> dict[str, int]:
    """Functions and classes with a parameter `code`, and its position in a call."""
    found = dict(NOT_OURS)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [a.arg for a in node.args.posonlyargs + node.args.args if a.arg != "self"]
            if "code" in names:
                found[node.name] = names.index("code")
        elif isinstance(node, ast.ClassDef):
            fields = [
                n.target.id
                for n in node.body
                if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
            ]
            init = next((n for n in node.body if getattr(n, "name", "") == "__init__"), None)
            if isinstance(init, ast.FunctionDef):
                fields = [a.arg for a in init.args.args[1:]]
            if "code" in fields:
                found[node.name] = fields.index("code")
    return found


def emitted(trees: list[ast.Module]) -> Iterator[str]:
    """The literal codes of all calls of the emitters."""
    known = emitters(trees)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = [k.value for k in node.keywords if k.arg == "code"]
        if name in known:
            given += node.args[known[name] : known[name] + 1]
        for value in given:
            yield from (
                n.value
                for n in ast.walk(value)
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            )


def source_trees() -> list[ast.Module]:
    """All of the package but what only reads codes: the manual and the command line."""
    files = sorted(set(PACKAGE.rglob("*.py")) - {Path(manual.__file__)} - set(CLI.glob("*.py")))
    return [ast.parse(file.read_text(encoding="utf-8")) for file in files]


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(set(emitted(source_trees()))) == list(codes())


def test_the_scan_sees_each_way_to_emit() -> None:
    tree = ast.parse(
        "def fail(self, message, code): ...\n"
        "class Wrong(Exception):\n    def __init__(self, code, message): ...\n"
        "fail('m', 'a')\nself.fail('m', code='b')\nWrong('c' if x else 'd', 'm')\n"
        "PydanticCustomError('e', 'm')\nother('f')\n"
    )
    assert sorted(emitted([tree])) == ["a", "b", "c", "d", "e"]


def check(example: Example, folder: Path) -> tuple[Diagnostic, ...]:
    """What the check of an example reports, warnings included."""
    encoding = dict(example.marks).get("encoding", "utf-8")
    files = {**example.files, "spec.yaml": example.text}
    for name, text in files.items():
        (folder / name).write_bytes(text.encode(encoding))
    marks = [(key, *value.partition("=")[::2]) for key, value in example.marks]
    params = {
        name: read_value(value, f"--set {name}") for key, name, value in marks if key == "set"
    }
    dims = {name: int(value) for key, name, value in marks if key == "dim"}
    limits = replace(Limits(), **{name: int(value) for key, name, value in marks if key == "limit"})
    spec = literal_eval(example.text) if example.language == "python" else folder / "spec.yaml"
    try:
        return check_spec(spec, params=params, dims=dims, root=folder, limits=limits).warnings
    except NetspecError as error:
        return error.diagnostics


@pytest.mark.parametrize("code", codes())
def test_the_bad_example_has_this_code_alone(code: str, tmp_path: Path) -> None:
    page = manual.manual(code)
    assert page is not None
    found = check(page.bad, tmp_path)
    assert {diagnostic.code for diagnostic in found} == {code}, found


@pytest.mark.parametrize("code", codes())
def test_the_good_example_is_good(code: str, tmp_path: Path) -> None:
    page = manual.manual(code)
    assert page is not None
    assert not check(page.good, tmp_path)


@pytest.mark.parametrize("code", codes())
def test_a_page_is_short_and_carries_its_code(code: str) -> None:
    page = manual.manual(code)
    assert page is not None
    assert page.code == code
    assert len(page.summary) < 80
    assert not page.summary.endswith(".")
    assert all(len(line) <= 100 for line in page.text.split("\n"))


def test_no_page_for_other_words() -> None:
    assert manual.manual("../codes/cycle") is None
    assert manual.manual("no-such-code") is None


PAGE = "# a-code: what it is\n\n## What\n\nw\n\n## Why\n\ny\n\n## Bad\n\n{}\n\n## Good\n\n{}\n"
BLOCK = "```yaml\nnetspec: 1\n```"


def test_an_example_has_files_and_marks() -> None:
    bad = "```yaml file=parent.yaml\na: 1\n```\n\n```yaml set=k=3 limit=nodes=4\nb: 2\n```"
    example = parse(PAGE.format(bad, BLOCK)).bad
    assert example == Example(
        "yaml", "b: 2\n", (("set", "k=3"), ("limit", "nodes=4")), {"parent.yaml": "a: 1\n"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# No code: x\n",
        PAGE.format("no block", BLOCK),
        PAGE.format(BLOCK, BLOCK).replace("Why", "How"),
    ],
)
def test_a_malformed_page_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"page|section|block"):
        parse(text)
