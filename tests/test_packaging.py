"""From a wheel, an sdist and an editable install alike, the command runs and finds the specs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

CHECKOUT = Path(__file__).parent.parent
LOWEST = CHECKOUT / "tests" / "lowest.txt"
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
ROOT = "import netspec.zoo as z; print(z.zoo_root().resolve())"


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    environment = {**os.environ, **variables}
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, so that nothing is built in it."""
    target = tmp_path_factory.mktemp("checkout") / "netspec"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "dist", "build")
    return Path(shutil.copytree(CHECKOUT, target, ignore=ignored))


@pytest.fixture(scope="module")
def products(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, copy, cwd=folder)
    return folder


def site_packages(home: Path) -> Path:
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(run(home / "python", "-c", script, cwd=home).strip())


def environment(folder: Path) -> Path:
    """A fresh environment that sees the packages of this one, so that nothing is downloaded."""
    venv.create(folder, with_pip=True)
    home = folder / "bin" if (folder / "bin").is_dir() else folder / "Scripts"
    outer = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages(home) / "outer.pth").write_text("\n".join(sorted(outer)))
    return home


def install(folder: Path, *what: str | Path) -> Path:
    home = environment(folder)
    quiet = ("--no-index", "--no-deps", "--no-build-isolation", "--ignore-installed", "-q")
    run(home / "python", "-m", "pip", "install", *quiet, *what, cwd=folder)
    return home


def prove(home: Path, folder: Path, root: Path) -> None:
    """The command works, and the zoo is where it should be."""
    assert Path(run(home / "python", "-c", ROOT, cwd=folder).strip()) == root.resolve()
    assert run(home / "netspec", "check", "resnet34", cwd=folder).startswith("resnet34: ok")
    assert "resnet34" in run(home / "netspec", "list", cwd=folder)
    assert "shape-mismatch" in run(home / "netspec", "explain", cwd=folder)
    assert "netspec, version" in run(home / "netspec", "--version", cwd=folder)


def installed_root(home: Path) -> Path:
    return site_packages(home) / "netspec" / "specs"


@pytest.mark.slow
@pytest.mark.parametrize("product", ["*.whl", "*.tar.gz"])
def test_a_wheel_and_an_sdist(products: Path, product: str, tmp_path: Path) -> None:
    (file,) = products.glob(product)
    home = install(tmp_path / "env", file)
    prove(home, tmp_path, installed_root(home))
    assert (installed_root(home).parent / "py.typed").is_file()


@pytest.mark.slow
def test_an_editable_install(copy: Path, tmp_path: Path) -> None:
    home = install(tmp_path / "env", "-e", copy)
    prove(home, tmp_path, copy / "specs")


@pytest.mark.slow
def test_a_wheel_holds_the_package_and_nothing_else(products: Path) -> None:
    (wheel,) = products.glob("*.whl")
    names = run(sys.executable, "-m", "zipfile", "-l", wheel, cwd=products).splitlines()[1:]
    tops = {line.split("/")[0] for line in names}
    assert tops == {"netspec", wheel.name.split("-py3")[0] + ".dist-info"}


@pytest.mark.slow
def test_the_products_are_fit_to_be_published(products: Path) -> None:
    files = sorted(products.iterdir())
    run(sys.executable, "-m", "twine", "check", "--strict", *files, cwd=products)
    (wheel,) = products.glob("*.whl")
    run(sys.executable, "-m", "check_wheel_contents", wheel, cwd=products)
    (products.parent / "bad").mkdir()
    bad = products.parent / "bad" / wheel.name
    shutil.copy(wheel, bad)
    run(sys.executable, "-m", "zipfile", "-c", bad, __file__, cwd=products)
    with pytest.raises(AssertionError):
        run(sys.executable, "-m", "check_wheel_contents", bad, cwd=products)


def commands() -> list[str]:
    """The commands of the README that name no file of a clone, and the one on its first line."""
    spans = re.findall(r"`(netspec [a-z]+ [^`A-Z]+)`", README)
    return [span for span in dict.fromkeys(spans) if "/" not in span]


def test_the_readme_has_commands_that_need_no_clone() -> None:
    assert "netspec build resnet34" in commands()
    assert len(commands()) >= 4


@pytest.mark.slow
def test_what_the_readme_says_works_from_the_wheel_alone(products: Path, tmp_path: Path) -> None:
    (wheel,) = products.glob("*.whl")
    home = install(tmp_path / "env", wheel)
    for command in commands():
        assert run(home / "netspec", *shlex.split(command)[1:], cwd=tmp_path)
    (script,) = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
    assert "21,801,472".replace(",", "") in run(home / "python", "-c", script, cwd=tmp_path)


def bounds(requirements: list[str]) -> dict[str, Version]:
    found = map(Requirement, requirements)
    return {one.name: Version(bound.version) for one in found for bound in one.specifier}


def test_the_lowest_versions_are_the_bounds() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = LOWEST.read_text("utf-8").splitlines()
    pinned = bounds([line for line in lines if not line.startswith("#")])
    assert pinned == bounds(project["dependencies"])
    assert pinned != bounds([*project["dependencies"], "click>=8.2"])


@pytest.mark.slow
def test_the_lowest_versions_are_enough(tmp_path: Path) -> None:
    """Those of the light dependencies are downloaded; torch and the test tools are this one's."""
    home = environment(tmp_path / "env")
    pins = LOWEST.read_text("utf-8").splitlines()
    light = [pin for pin in pins if not pin.startswith(("#", "torch"))]
    alone = ("install", "-q", "--ignore-installed", "--constraint", LOWEST)
    run(home / "python", "-m", "pip", *alone, *light, cwd=tmp_path)
    versions = (
        "import click, pydantic, yaml; print(click.__file__, pydantic.VERSION, yaml.__file__)"
    )
    found = run(home / "python", "-c", versions, cwd=tmp_path)
    assert found.count(str(tmp_path)) == 2
    assert " 2.7.0 " in found
    folders = ("cli", "syntax", "graph", "diagnostics", "backends/torch/test_weights.py")
    tests = [f"tests/{folder}" for folder in folders]
    quiet = ("-q", "-p", "no:cacheprovider")
    run(home / "python", "-m", "pytest", *quiet, *tests, cwd=CHECKOUT, PYTHONPATH=str(CHECKOUT))
