"""A spec cannot name code, reach beyond its files, or make a check load torch."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from tests.bad_inputs import GOOD

PACKAGE = Path(netspec.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))

FORBIDDEN = {"eval", "exec", "compile", "__import__", "globals", "locals", "vars", "setattr"}
"""Functions that can turn a text into code or into a name of Python."""

DYNAMIC = {"getattr", "hasattr", "delattr", "import_module", "attrgetter", "methodcaller"}
"""Functions that are fine with a literal name only."""

UNSAFE_LOADERS = {"pickle.load", "pickle.loads", "torch.load", "yaml.load", "yaml.unsafe_load"}

ALLOWED = {
    ("backends/picture/scene.py", "getattr"): "the names are those of our own dataclasses",
    ("backends/torch/calls.py", "getattr"): "the name comes from a `Call`, which an op wrote",
    ("backends/torch/calls.py", "hasattr"): "the same name",
    ("ops/lowering.py", "getattr"): "an op writes which of its arguments it passes on",
    ("ops/registry.py", "import_module"): "the modules of our own folder `ops`",
    ("backends/torch/calls.py", "import_module"): "a module of the package that the op is in",
    ("backends/torch/fused.py", "hasattr"): "the names are written in that file",
    ("backends/torch/module.py", "globals"): "a copy of a function of that module",
    ("cli/main.py", "import_module"): "the name is a key of the table of verbs",
    ("cli/options.py", "import_module"): "the user names the module of own ops on the command line",
    ("syntax/merge.py", "getattr"): "the name is one of three literals in the line above",
}
"""Calls that are looked at by eye: where, and why spec text never reaches them."""


def calls_of(source: str) -> list[tuple[str, ast.Call]]:
    """Every call of a text by the last part of its function's name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else ""
            name = function.attr if isinstance(function, ast.Attribute) else name
            found.append((name, node))
    return found


def suspicious(source: str) -> list[str]:
    """Names of the calls of a text that could turn text into code."""
    found = []
    for name, call in calls_of(source):
        bare = isinstance(call.func, ast.Name)
        named = call.args[1:2] if name in ("getattr", "hasattr", "delattr") else call.args[:1]
        literal = bool(named) and isinstance(named[0], ast.Constant)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func) in UNSAFE_LOADERS:
            found.append(name)
        if (name in FORBIDDEN and bare) or (name in DYNAMIC and not literal):
            found.append(name)
    return found


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "exec(text, {})",
        "__import__('os')",
        "globals()[name]",
        "getattr(torch.nn, name)",
        "importlib.import_module(name)",
        "operator.attrgetter(name)",
        "pickle.load(file)",
    ],
)
def test_the_lint_sees_what_it_is_to_see(source: str) -> None:
    assert suspicious(source)


def test_the_lint_lets_literals_pass() -> None:
    assert not suspicious("getattr(yaml, 'CSafeLoader', None); re.compile(x); model.eval()")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_text_becomes_code(path: Path) -> None:
    where = path.relative_to(PACKAGE).as_posix()
    found = [name for name in suspicious(path.read_text()) if (where, name) not in ALLOWED]
    assert found == []


def test_every_allowance_is_used() -> None:
    for where, name in ALLOWED:
        assert name in suspicious((PACKAGE / where).read_text()), f"{where}: {name}"


@pytest.mark.parametrize(
    "module", ["pickle", "marshal", "subprocess", "socket", "urllib", "ctypes"]
)
def test_modules_that_are_never_imported(module: str) -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert module not in [name.partition(".")[0] for name in names], path


AUDIT = """\
import json, os, sys
seen = []
watched = ("exec", "compile", "import", "os.system", "os.exec", "os.fork", "os.posix_spawn",
           "subprocess.Popen", "socket.", "urllib.", "ctypes.", "pickle.", "marshal.", "open",
           "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "shutil.", "tempfile.")
def hook(event, arguments):
    if on and event.startswith(watched):
        what = arguments[0] if arguments else ""
        if not isinstance(what, int):  # a file that was opened already
            seen.append([event, str(what)])
on = False
sys.addaudithook(hook)
import netspec
from netspec.diagnostics.render import render_text
def check(path):
    try: return [d.code for d in netspec.check_spec(path).warnings]
    except netspec.NetspecError as error:
        render_text(error.diagnostics)
        return [d.code for d in error.diagnostics]
for path in sys.argv[1:3]:  # warm: what any spec makes Python import
    check(path)
told = {}
for path in sys.argv[3:]:
    seen = []
    on = True
    codes = check(path)
    on = False
    told[path] = [codes, seen]
print(json.dumps(told))
"""

HOSTILE = {
    "expressions": GOOD.replace(
        "relu", "{op: relu, inplace: '__import__(\"os\").system(\"id\")', when: '().__class__'}"
    ),
    "names": GOOD.replace("name: net", "name: os.system").replace("act", "__import__"),
    "ops": GOOD.replace("relu", "torch.nn.ReLU").replace("batch_norm", "{op: os.system}"),
    "init": GOOD + "init: [{match: '*', fill: {os.system: {cmd: id}}}]\n",
    "init expression": GOOD + "init: [{match: '*', fill: '__import__(\"os\")'}]\n",
    "tags": GOOD.replace("name: net", "name: !!python/object/apply:os.system [id]"),
    "address": GOOD + "include: {a: http://127.0.0.1/x.yaml}\n",
    "path": GOOD + "include: {a: ../../../../etc/passwd}\n",
    "zoo": GOOD + "include: {a: torchvision/nope}\n",
    "text": GOOD
    + "doc: '{{ config }} ${HOME} `id` $(id) %s %n {0.__class__}'\nsource: file:///etc\n",
    "parameters": GOOD + "params: {a: {default: os, choices: [os, sys]}, b: {op: exec}}\n",
}


ORDINARY = (
    GOOD
    + """\
params: {k: {type: integer, default: 1, min: 1, doc: a number}}
dims: {H: {nominal: 32}}
defaults: {conv: {bias: false}}
include: {r: resnet34}
init: [{match: "*", fill: {kaiming_normal: {mode: fan_out}}}]
blocks: {b: {params: {k: 1}, inputs: [x], nodes: {a: relu}, output: a}}
"""
)


def audited(folder: Path, hostile: dict[str, str], script: str = AUDIT) -> dict[str, list[object]]:
    """What checks of these specs say and do, after ordinary specs were checked."""
    folder.joinpath("good.yaml").write_text(ORDINARY)
    folder.joinpath("bad.yaml").write_text(ORDINARY.replace("relu", "rellu"))
    paths = {name: folder / f"spec{number}.yaml" for number, name in enumerate(hostile)}
    for name, path in paths.items():
        path.write_text(hostile[name])
    arguments = [folder / "good.yaml", folder / "bad.yaml", *paths.values()]
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told = json.loads(done.stdout)
    for path in paths.values():
        assert ["open", str(path)] in told[str(path)][1]
        told[str(path)][1].remove(["open", str(path)])
    return {name: told[str(path)] for name, path in paths.items()}


def test_a_hostile_spec_does_what_a_good_one_does(tmp_path: Path) -> None:
    """It raises no event beyond those of a good spec: one file is opened, the spec's own."""
    told = audited(tmp_path, HOSTILE)
    assert [name for name, (codes, _) in told.items() if not codes] == ["text"]
    assert {name: events for name, (_, events) in told.items() if events} == {}


def test_the_audit_sees_an_import(tmp_path: Path) -> None:
    script = AUDIT.replace("    codes = check", "    import colorsys\n    codes = check")
    assert ["import", "colorsys"] in audited(tmp_path, {"any": GOOD}, script)["any"][1]


NO_TORCH = """\
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import netspec
checked = netspec.check_spec("resnet34")
from netspec.cli.main import run
for arguments in (["check", "resnet34"], ["list"], ["ops"], ["ops", "conv"], ["explain", "cycle"],
                  ["resolve", "resnet34"]):
    assert run(arguments) == 0, arguments
assert "torch" not in sys.modules
"""


def test_what_builds_nothing_works_without_torch() -> None:
    done = subprocess.run([sys.executable, "-c", NO_TORCH], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
