"""From a wheel, an sdist and an editable install alike, the command runs and finds the specs."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parent.parent
ROOT = "import netspec.zoo as z; print(z.zoo_root().resolve())"


def run(*command: str | Path, cwd: Path) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
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


@pytest.mark.parametrize("product", ["*.whl", "*.tar.gz"])
def test_a_wheel_and_an_sdist(products: Path, product: str, tmp_path: Path) -> None:
    (file,) = products.glob(product)
    home = install(tmp_path / "env", file)
    prove(home, tmp_path, installed_root(home))
    assert (installed_root(home).parent / "py.typed").is_file()


def test_an_editable_install(copy: Path, tmp_path: Path) -> None:
    home = install(tmp_path / "env", "-e", copy)
    prove(home, tmp_path, copy / "specs")


def test_a_wheel_holds_the_package_and_nothing_else(products: Path) -> None:
    (wheel,) = products.glob("*.whl")
    names = run(sys.executable, "-m", "zipfile", "-l", wheel, cwd=products).splitlines()[1:]
    tops = {line.split("/")[0] for line in names}
    assert tops == {"netspec", wheel.name.split("-py3")[0] + ".dist-info"}
