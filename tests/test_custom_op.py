"""The example package of ops does what its page says: found, checked, built, tested, installed."""

import importlib
import os
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netspec.cli.main import run
from tests.own_ops import OP, SPEC, forget, install, isolate

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "custom_op"
SHOWN = EXAMPLE / "shift_invariant.yaml"
PAGE = (ROOT / "docs" / "how-to" / "custom_op.md").read_text(encoding="utf-8")

Run = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    isolate(monkeypatch)
    monkeypatch.chdir(tmp_path)
    forget("netspec_pooling")
    yield
    forget("netspec_pooling")


@pytest.fixture
def netspec(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str | Path) -> tuple[int, str]:
        status = run(list(map(str, arguments)))
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return call


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example as if it were installed."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    install(tmp_path, monkeypatch, "metadata", project["entry-points"]["netspec.ops"], "")
    monkeypatch.syspath_prepend(EXAMPLE)


@pytest.mark.usefixtures("offered")
def test_its_spec_is_checked_and_built_without_a_flag(netspec: Run) -> None:
    status, out = netspec("check", SHOWN)
    assert (status, "5 of 5 declared shapes hold for every H ≥ 5 and W ≥ 5" in out) == (0, True)
    assert "netspec_pooling.modules" not in sys.modules
    status, out = netspec("build", SHOWN)
    assert (status, "→ logits 1×10" in out) == (0, True)


def test_its_spec_needs_the_package(netspec: Run) -> None:
    status, out = netspec("check", SHOWN)
    assert (status, "there is no op or block `gem_pool`" in out) == (1, True)


def test_its_spec_is_built_with_the_flag(netspec: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert netspec("build", SHOWN, "--ops", "netspec_pooling.ops", "-q")[0] == 0


@pytest.mark.usefixtures("offered")
def test_its_ops_have_pages_like_ours(netspec: Run) -> None:
    _, listed = netspec("ops")
    assert "gem_pool" in listed and "blur_pool" in listed and "not usable" not in listed
    status, page = netspec("ops", "blur_pool")
    assert status == 0 and "  stride = 2: integer\n" in page and "Zhang 2019" in page


@pytest.mark.usefixtures("offered")
def test_its_own_tests_pass() -> None:
    tests = runpy.run_path(str(EXAMPLE / "tests" / "test_ops.py"))
    functions = [each for name, each in tests.items() if name.startswith("test_")]
    assert len(functions) == 4
    for test in functions:
        test()


@pytest.mark.usefixtures("offered")
def test_its_own_tests_would_see_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    tests = runpy.run_path(str(EXAMPLE / "tests" / "test_ops.py"))
    ops = importlib.import_module("netspec_pooling.ops")
    monkeypatch.setattr(ops.BlurPool, "macs", lambda self, inputs, outputs: 0)
    with pytest.raises(AssertionError, match="the MACs 0, torch gives"):
        tests["test_blur_pool"]()


@pytest.mark.usefixtures("offered")
def test_a_lie_is_caught_by_the_build(netspec: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ops = importlib.import_module("netspec_pooling.ops")
    monkeypatch.setattr(ops.GemPool, "infer", lambda self, inputs: ((inputs[0][0], 128),))
    assert netspec("build", SHOWN, "-q")[0] == 0
    text = SHOWN.read_text().replace(
        "out_channels: 128, shape: [N, 128", "out_channels: 96, shape: [N, 96"
    )
    Path("lying.yaml").write_text(text)
    assert netspec("check", "lying.yaml")[0] == 0
    status, out = netspec("build", "lying.yaml")
    assert status == 1
    assert "its rules say [1, 128] of [1, 96, 8, 8], torch gives [1, 96]" in out
    assert "lying.yaml:21:" in out


@pytest.mark.parametrize(
    "name", ["netspec_pooling/ops.py", "netspec_pooling/modules.py", SHOWN.name, "pyproject.toml"]
)
def test_the_page_shows_the_files(name: str) -> None:
    text = (EXAMPLE / name).read_text(encoding="utf-8")
    assert f"file={name}" in PAGE
    assert f"\n{text}```\n" in PAGE


def test_a_package_that_is_broken_is_listed(
    netspec: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "pkg_x", {"twice": "pkg_x:Twice"}, "import no_such_module\n")
    status, out = netspec("ops")
    assert status == 0
    flat = " ".join(out.split())
    assert "`twice` is offered by pkg_x 1.0 (pkg_x:Twice), which cannot be loaded: Module" in flat
    status, out = netspec("ops", "twice")
    assert status == 2 and "cannot be loaded" in out


OWN = {
    "no_such_module_x": (None, "there is no module `no_such_module_x` here or among what is inst"),
    "own_a.py": ("", "a module is named without its file, `--ops own_a`"),
    "own_b": ("1 / 0\n", "own_b: ZeroDivisionError: division by zero (", "own_b.py:1)"),
    "own_c": ("import no_such_module_y\n", "ModuleNotFoundError: No module named 'no_such_mod"),
    "own_d": ("def f(:\n", "SyntaxError: "),
    "own_e": (OP.format(title="Mine", name="conv"), "op `conv` is both netspec.ops.convolution.C"),
}


@pytest.mark.parametrize("module", OWN)
def test_a_module_that_cannot_be_imported(
    module: str, netspec: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, *messages = OWN[module]
    if source is not None:
        (tmp_path / f"{module.removesuffix('.py')}.py").write_text(source)
    (tmp_path / "own.yaml").write_text(SPEC.format("relu"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    status, out = netspec("check", "own.yaml", "--ops", module)
    assert status == 2
    assert all(message in out for message in messages), out
    assert "Traceback" not in out


@pytest.mark.slow
def test_it_can_be_installed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    options = ["--no-deps", "--no-build-isolation", "--no-index", "-q", "--target", str(target)]
    pip = [sys.executable, "-m", "pip", "install", *options, str(EXAMPLE)]
    subprocess.run(pip, check=True, cwd=tmp_path, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    script = f"from netspec.cli.main import run; raise SystemExit(run(['build', {str(SHOWN)!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "→ logits 1×10" in done.stdout
