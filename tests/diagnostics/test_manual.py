"""Every code that the source emits has a page, every page a code, and its examples are true."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError, manual
from netspec.diagnostics.manual import Example, codes, in_words, parse
from netspec.limits import Limits
from netspec.pipeline import check_spec
from netspec.syntax.value import read_value
from tests.own_ops import isolate

PACKAGE = Path(netspec.__file__).parent
CLI = PACKAGE / "cli"
NOT_OURS = {"PydanticCustomError": 0}
"""What takes a code as an argument, and at which position, beside the functions of the package."""


def emitters(trees: list[ast.Module]) -> dict[str, int]:
    """Functions and classes with a parameter `code`, and its position in a call."""
    found = dict(NOT_OURS)
    for node in (node for tree in trees for node in ast.walk(tree)):
        names = _parameters(node)
        if "code" in names:
            found[node.name] = names.index("code")
    return found


def _parameters(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        arguments = [*node.args.posonlyargs, *node.args.args]
        return [argument.arg for argument in arguments if argument.arg != "self"]
    if not isinstance(node, ast.ClassDef):
        return []
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            return _parameters(inner)
    fields = (inner.target for inner in node.body if isinstance(inner, ast.AnnAssign))
    return [field.id for field in fields if isinstance(field, ast.Name)]


def emitted(trees: list[ast.Module]) -> Iterator[str]:
    """The literal codes in all calls of the emitters; a private one is known in its file only."""
    public = {name: at for name, at in emitters(trees).items() if not name.startswith("_")}
    for tree in trees:
        known = {**public, **emitters([tree])}
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            if name in known:
                given += call.args[known[name] : known[name] + 1]
            yield from (text for value in given for text in _texts(value))


def _texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


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
    spec = folder / "spec.yaml"
    try:
        if example.language == "python":
            exec(example.text, {})
            return ()
        return check_spec(spec, params=params, dims=dims, root=folder, limits=limits).warnings
    except NetspecError as error:
        return error.diagnostics


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.mark.parametrize("code", codes())
def test_the_bad_example_has_this_code_alone(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = manual.manual(code)
    assert page is not None
    found = check(page.bad, tmp_path)
    assert {diagnostic.code for diagnostic in found} == {code}, found


@pytest.mark.parametrize("code", codes())
def test_the_good_example_is_good(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
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


def test_the_marks_of_an_example_are_told_in_words() -> None:
    bad = "```yaml file=parent.yaml\na: 1\n```\n\n```yaml set=k=3 dim=H=4 limit=nodes=4\nb: 2\n```"
    text = in_words(PAGE.format(bad, BLOCK))
    assert "`parent.yaml`:\n\n```yaml\na: 1\n```" in text
    flags = "`netspec check spec.yaml --set k=3 --dim H=4`"
    assert f"With `Limits(nodes=4)` in Python, {flags}:\n\n```yaml\nb: 2\n```" in text
    assert text.endswith(f"## Good\n\n{BLOCK}\n")


@pytest.mark.parametrize("code", codes())
def test_the_two_examples_of_a_page_read_differently(code: str) -> None:
    page = manual.manual(code)
    assert page is not None
    bad, good = in_words(page.text).split("## Bad\n")[1].split("## Good\n")
    assert bad.strip() != good.strip()


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
