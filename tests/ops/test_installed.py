"""Ops of installed packages are found in metadata, and imported when a spec names them."""

import sys
from pathlib import Path

import pytest

import netspec
from netspec.ops import registry
from netspec.ops.installed import offers, show
from netspec.ops.registry import find_op, op_fault, op_names
from tests.own_ops import OP, SPEC, install, isolate

TWICE = OP.format(title="Twice", name="twice")


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


def message(spec: str) -> str:
    with pytest.raises(netspec.NetspecError) as caught:
        netspec.check_spec(netspec.Text(spec))
    (found,) = caught.value.diagnostics
    assert found.code == "unknown-op"
    return found.message


def test_an_op_that_is_named_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "pkg_a", {"twice": "pkg_a:Twice"}, TWICE)
    assert "twice" in op_names()
    assert "pkg_a" not in sys.modules
    netspec.check_spec(netspec.Text(SPEC.format("twice")))
    assert "pkg_a" in sys.modules
    assert show(offers()["twice"][0]) == "pkg_a 1.0 (pkg_a:Twice)"


def test_no_other_name_imports_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = dict.fromkeys(("twice", "conv", "relu"), "pkg_b:Twice")
    install(tmp_path, monkeypatch, "pkg_b", entries, TWICE)
    assert find_op("twise") is None
    netspec.check_spec(netspec.Text(SPEC.format("relu")))
    own = SPEC.format("twice") + "blocks: {twice: {chain: [relu]}}\n"
    assert netspec.check_spec(netspec.Text(own)).warnings == ()
    given = SPEC.format("twice") + "params: {twice: {op: relu}}\n"
    netspec.check_spec(netspec.Text(given))
    assert "pkg_b" not in sys.modules


def test_metadata_is_not_read_for_our_own_ops(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> None:
        raise AssertionError("metadata was read")

    monkeypatch.setattr(registry, "offers", read)
    netspec.check_spec("resnet34")
    with pytest.raises(AssertionError):
        find_op("twice")


BROKEN = {
    "an import that fails": ("import no_such_module\n", "No module named 'no_such_module'"),
    "a name that is not registered": ("Twice = 1\n", "which registers no op of that name"),
    "a mistake in the code": ("1 / 0\n", "ZeroDivisionError: division by zero"),
    "a declaration that is refused": (TWICE.replace("Example:", "E:"), "`Example:`"),
    "the name of our own op": (
        TWICE + OP.format(title="Mine", name="conv"),
        "op `conv` is both netspec.ops.convolution.Conv and pkg_c.Mine",
    ),
}


@pytest.mark.parametrize(("source", "why"), BROKEN.values(), ids=BROKEN)
def test_a_broken_package_is_told(
    source: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "pkg_c", {"twice": "pkg_c:Twice"}, source)
    assert message(SPEC.format("twice")).startswith(
        "the op `twice` is offered by pkg_c 1.0 (pkg_c:Twice), which "
    )
    assert why in message(SPEC.format("twice"))


def test_two_packages_with_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("pkg_d", "pkg_e"):
        install(tmp_path, monkeypatch, package, {"twice": f"{package}:Twice"}, TWICE)
    told = message(SPEC.format("twice"))
    assert "pkg_d 1.0 (pkg_d:Twice)" in told and "pkg_e 1.0 (pkg_e:Twice)" in told
    assert not {"pkg_d", "pkg_e"} & set(sys.modules)


def test_a_package_and_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exec(TWICE, {"__name__": "mine"})
    install(tmp_path, monkeypatch, "pkg_f", {"twice": "pkg_f:Twice"}, TWICE)
    assert "op `twice` is both mine.Twice and pkg_f.Twice" in message(SPEC.format("twice"))


def test_ours_is_used_where_a_package_offers_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "pkg_g", {"relu": "pkg_g:Twice"}, TWICE)
    assert op_fault("relu") == (
        "`relu` is offered by netspec and pkg_g 1.0 (pkg_g:Twice); that of netspec is used"
    )
    netspec.check_spec(netspec.Text(SPEC.format("relu")))
    assert "pkg_g" not in sys.modules
